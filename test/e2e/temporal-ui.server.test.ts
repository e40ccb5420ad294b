import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { mailboxWorkflowId, statusQuery } from '../../src/workflows/mailboxes/mailbox.messages.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { createMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { categories } from '../../src/db/schema/index.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { openBrowser } from '../support/browser.ts';
import { formOf } from '../support/mailbox.ts';
import { requires } from '../support/requires.ts';

requires('chromium')('the Temporal Web UI', () => {
  let agent: TestAgent;
  beforeAll(async () => {
    agent = await startTestAgent();
  });
  afterAll(() => agent.stop());

  it('tells an operator how a mailbox is, what is wrong and what to do', async () => {
    const { db } = agent.database;
    const [category] = await db.select().from(categories).limit(1);
    const form = formOf({
      type: 'imap4',
      name: 'Support desk',
      mailServer: '127.0.0.1',
      port: 9,
      sslTls: false,
      defaultCategoryId: category?.id ?? 0,
    });
    const mailbox = await createMailbox(db, agent.secretBox, { ...form, password: 'secret' });
    const client = await connectTemporal(agent.temporal);
    await startMailboxes(db, client);
    const workflowId = mailboxWorkflowId(mailbox.id);
    const handle = client.workflow.getHandle(workflowId);
    await eventually('the mailbox was tried', async () => {
      const { state } = await handle.query(statusQuery);
      return state === 'unreachable' ? state : undefined;
    });
    const { runId } = await handle.describe();
    await client.connection.close();

    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const run = `${agent.temporal.namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
      await page.goto(`${inject('temporalUiUrl')}/namespaces/${run}/user-metadata`);
      // The UI shows Markdown in frames of their own: first the summary, last the current details.
      const details = page.locator('iframe').last().contentFrame().locator('body');
      await details.getByText('unreachable since').waitFor({ timeout: 60_000 });
      const text = await details.innerText();
      expect(text).toContain('Support desk: unreachable since');
      expect(text).toContain('127.0.0.1');
    } finally {
      await browser.close();
    }
  });
});
