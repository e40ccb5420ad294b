import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeReceived } from '../../src/db/messages/raw-messages.ts';
import type { MailboxRecord } from '../../src/db/mailboxes/mailboxes.ts';
import { adminToken, startTestApi, type TestApi } from '../api/support.ts';
import { handling } from '../db/approvals/mails.ts';
import { mailbox as createMailbox } from '../db/fixtures.ts';
import { openBrowser } from '../support/browser.ts';
import { listen } from '../support/listen.ts';
import { written } from '../support/mail-sink.ts';
import { requires } from '../support/requires.ts';
import { expectAccessible, listenToComplaints } from './support.ts';

requires('chromium')('the rules of a mailbox on the admin page', () => {
  let api: TestApi;
  let server: Server;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];
  let box: MailboxRecord;

  beforeAll(async () => {
    api = await startTestApi();
    server = createAdaptorServer({ fetch: api.app.fetch }) as Server;
    const port = await listen(server);
    const { db } = api.database;
    box = await createMailbox(db);
    const raw = written({
      from: 'fleblanc@aef.com',
      to: box.address,
      subject: 'Printer ZS_010 is dead',
      body: 'Hello',
    });
    const arrivedAt = new Date().toISOString();
    const [stored] = await storeReceived(db, box.id, [{ protocolId: '1:1', raw, arrivedAt }], arrivedAt);
    await handling(
      () => db,
      () => box,
    )(raw, 'pass', stored?.id ?? 0);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    complaints = listenToComplaints(page);
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

  it('writes a rule, tries it on a stored mail, and saves it', async () => {
    await page.getByRole('link', { name: box.name }).first().click();
    await page.getByRole('button', { name: 'Rules' }).click();
    await page.getByRole('heading', { level: 1, name: 'Rules of the mailbox' }).waitFor();
    await page.getByRole('button', { name: 'Add a rule' }).click();
    const rule = page.getByRole('article', { name: 'Rule 1' });
    await rule.getByLabel('Name').fill('Printers');
    await rule.getByLabel('Test').selectOption('pattern');
    await rule.getByLabel('Value').fill(String.raw`Printer (?P<tag>\w+)`);
    await rule.getByRole('button', { name: 'Add a field' }).click();
    await rule.getByLabel('Filled with').fill('PRINTER');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Try on stored mails' }).click();
    await page.getByText('1 stored mails of the last 30 days were read, and 1 match.').waitFor();
    await page.getByRole('cell', { name: 'Incidents/Equipment/Other Peripherals/Printer' }).waitFor();
    expect(await api.get(`/api/v1/mailboxes/${box.id}/rules`)).toMatchObject({ rules: [] });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(() => api.get(`/api/v1/mailboxes/${box.id}/rules`))
      .toMatchObject({ rules: [{ name: 'Printers', set: [{ target: 'category', value: 'PRINTER' }] }] });
  });

  it('says what is wrong with a rule, at the rule', async () => {
    await page.getByRole('button', { name: 'Add Nagios' }).click();
    await page.getByRole('article', { name: 'Rule 2' }).getByLabel('Value').fill('(');
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('article', { name: 'Rule 2' })
      .getByRole('alert')
      .getByText('The pattern cannot be used')
      .waitFor();
    expect(complaints).toEqual([]);
  });
});
