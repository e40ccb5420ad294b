import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordDisposition } from '../../src/db/messages/ledger.ts';
import { storeReceived } from '../../src/db/messages/raw-messages.ts';
import { adminToken, startTestApi, type TestApi } from '../api/support.ts';
import { mailbox as createMailbox, now } from '../db/fixtures.ts';
import { openBrowser } from '../support/browser.ts';
import { listen } from '../support/listen.ts';
import { requires } from '../support/requires.ts';
import { expectAccessible, listenToComplaints } from './support.ts';

requires('chromium')('the quarantine on the admin page', () => {
  let api: TestApi;
  let server: Server;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    api = await startTestApi();
    server = createAdaptorServer({ fetch: api.app.fetch }) as Server;
    const port = await listen(server);
    const { db } = api.database;
    const { id: mailbox } = await createMailbox(db);
    const junk = Array.from({ length: 64 }, (_, index) => ({
      protocolId: `1:${String(index + 1)}`,
      raw: Buffer.from(`Subject: Junk ${String(index + 1)}\r\n\r\n`),
      arrivedAt: now,
    }));
    for (const { id } of await storeReceived(db, mailbox, junk, now))
      await recordDisposition(db, {
        id,
        disposition: 'quarantined',
        reason: 'mail_loop',
        explanation: 'Too many messages of one sender.',
        notices: [],
        ticketNumber: null,
        messageId: `<${String(id)}@junk.example>`,
        contentKey: `key ${String(id)}`,
        fromAddress: 'robot@junk.example',
        senderAuthentication: 'off',
        subject: `Junk ${String(id)}`,
        now,
      });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    complaints = listenToComplaints(page);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(`http://127.0.0.1:${String(port)}`);
    await page.getByLabel('Admin token').fill(adminToken);
    await page.getByLabel('Name').fill('anna');
    await page.getByLabel('Password').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Make the user and sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
    await api.stop();
  });

  it('releases one message and reports what was done', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Quarantine' }).click();
    await page
      .getByRole('checkbox', { name: /^Select Junk/ })
      .first()
      .check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByText('1 message released.').waitFor();
    await expect.poll(() => page.getByRole('checkbox', { name: /^Select Junk/ }).count()).toBe(63);
  });

  it('discards the other 63 in four clicks, after which the list is empty', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Messages', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Messages' }).waitFor();
    // The clicks: the view, all of its messages, discard, and the answer to the question.
    await page.getByRole('navigation').getByRole('link', { name: 'Quarantine' }).click();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('63 messages discarded.').waitFor();
    await page.getByText('No message is waiting here.').waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });
});
