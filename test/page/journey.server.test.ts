import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type RunningApi, startApi } from '../../src/api/server.ts';
import { mailQueue } from '../../src/workflows/task-queues.ts';
import { startTestAgent, type TestAgent } from '../support/agent.ts';
import { openBrowser } from '../support/browser.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { mail } from '../support/mime.ts';
import { requires } from '../support/requires.ts';
import { expectAccessible, listenToComplaints } from './support.ts';

const adminToken = 'admin-token-of-the-page-test';
const password = 'correct horse battery staple';

requires('chromium')('the admin page', () => {
  let agent: TestAgent;
  let api: RunningApi;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];
  beforeAll(async () => {
    agent = await startTestAgent({ ca: inject('dovecot').ca });
    api = await startApi({
      database: agent.database,
      secretBox: agent.secretBox,
      adminToken,
      temporal: agent.temporal,
      taskQueue: mailQueue,
      host: '127.0.0.1',
      port: 0,
      timeZone: 'Europe/Paris',
      dateFormat: 'dd/MM/yyyy',
      ca: inject('dovecot').ca,
      logger: pino({ level: 'silent' }),
    });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(30_000);
    complaints = listenToComplaints(page);
    page.on('dialog', (dialog) => void dialog.accept());
  });
  afterAll(async () => {
    await browser.close();
    await api.stop();
    await agent.stop();
  });

  const login = `page-${randomUUID()}@example.test`;
  const subject = `The printer smokes ${randomUUID()}`;
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const open = async (name: string): Promise<void> => {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await heading(name === 'Mailto' ? 'Mailto generator' : name).waitFor();
    await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
  };

  it('makes the first user, who is signed in then', async () => {
    await page.goto(api.url);
    await heading('Make the first user').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Admin token').fill(adminToken);
    await page.getByLabel('Name').fill('anna');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Make the user and sign in' }).click();
    await heading('Overview').waitFor();
    await expectAccessible(page);
  });

  it('creates a mailbox whose rules are checked as one types, after a test of its connection', async () => {
    await page.getByRole('button', { name: 'Add a mailbox' }).click();
    await heading('New mailbox').waitFor();
    await page.getByLabel('Type').selectOption('graph');
    expect(await page.getByLabel('Mail Server').count()).toBe(0);
    await page.getByLabel('Application ID (client)').fill('x');
    await page.getByLabel('Type').selectOption('imap4');
    expect(await page.getByLabel('Application ID (client)').count()).toBe(0);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A mailbox needs a name.').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Mailbox', { exact: true }).fill('Support desk');
    await page.getByLabel('Read Interval (minutes)').fill('0.02');
    await page.getByLabel('Mail Server').fill('localhost');
    await page.getByLabel('Port').fill(String(inject('dovecot').imapsPort));
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password').fill('wrong');
    await page.getByLabel('Default Category').selectOption('GENERAL');
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByRole('heading', { name: 'Connection: does not work' }).waitFor();
    await page.getByLabel('Password').fill(dovecotPassword);
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByRole('heading', { name: 'Connection: works' }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await heading('Support desk').waitFor();
    expect(await page.getByLabel('Password').getAttribute('placeholder')).toBe('********');
    await page.getByLabel('Origin').fill('By mail');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('changed: origin').waitFor();
    await page.getByText('Saved.').waitFor();
    await expectAccessible(page);
  });

  it('lets replies be stored once the return address is a mailbox’s', async () => {
    await open('Settings');
    const address = page.getByLabel('{TSA} Support return email address');
    await address.fill('nobody@example.test');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('No mailbox has the address').waitFor();
    await address.fill(login);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await expectAccessible(page);
  });

  it('shows the ticket that a mail became, with its document', async () => {
    const dovecot = openDovecot(inject('dovecot'));
    await dovecot.deliver(
      login,
      mail(
        [
          ...['From: fleblanc@aef.com', `Subject: ${subject}`, `Message-ID: <${randomUUID()}@aef.com>`],
          ...['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"'],
        ],
        [
          ...['--b', 'Content-Type: text/plain', '', "It smokes. @ASSET@='P04319'"],
          ...['--b', 'Content-Type: text/plain', 'Content-Disposition: attachment; filename="document.txt"', '', 'see'],
          '--b--',
        ].join('\n'),
      ),
    );
    await expect
      .poll(
        async () => {
          await open('Overview');
          await open('Messages');
          return page.getByRole('row', { name: subject }).getByText('created').count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    await page.getByRole('link', { name: subject }).click();
    await heading(subject).waitFor();
    expect(await page.locator('mark').allInnerTexts()).toEqual(["@ASSET@='P04319'"]);
    await expectAccessible(page);
    await page.getByRole('link', { name: /^I\d{6}_\d{6}$/ }).click();
    await heading(new RegExp(subject)).waitFor();
    await page.getByRole('link', { name: 'document.txt' }).waitFor();
    await expectAccessible(page);
  });

  it('repairs what kept a mail from being handled, and releases it', async () => {
    const stranger = `stranger-${randomUUID()}@elsewhere.test`;
    const rejected = `Who am I ${randomUUID()}`;
    await openDovecot(inject('dovecot')).deliver(login, mail([`From: ${stranger}`, `Subject: ${rejected}`]));
    await expect
      .poll(
        async () => {
          await open('Overview');
          await open('Messages');
          return page.getByRole('link', { name: rejected }).count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    await open('Employees');
    await page.getByText('Add one').click();
    await page.getByLabel('Name').fill('Sam Stranger');
    await page.getByLabel('Address', { exact: true }).fill(stranger);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Added.').waitFor();
    await expectAccessible(page);
    await open('Messages');
    await page.getByRole('link', { name: rejected }).click();
    await heading(rejected).waitFor();
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByText('Released: it is handled again').waitFor();
    await expect
      .poll(
        async () => {
          await page.reload();
          await heading(rejected).waitFor();
          return page.getByRole('link', { name: /^I\d{6}_\d{6}$/ }).count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
  });

  it('generates a mailto link, and says what a click would send', async () => {
    await open('Mailto');
    await page.getByLabel('To', { exact: true }).fill(login);
    await page.getByLabel('Subject').fill('Approval');
    await page.getByRole('button', { name: "@CHOICE@='1'" }).click();
    await page.getByRole('button', { name: 'Create URL' }).click();
    const test = page.getByRole('button', { name: 'Test URL' });
    await test.waitFor();
    expect(await test.getAttribute('href')).toBe(`mailto:${login}?subject=Approval&body=@CHOICE@%3D%271%27`);
    await page.getByText("@CHOICE@='1'", { exact: true }).last().waitFor();
    await expectAccessible(page);
  });

  it.each(['Tickets', 'Outgoing mail', 'Log', 'Categories', 'Assets', 'Templates', 'Users'])(
    'shows %s',
    async (name) => {
      await open(name);
      await expectAccessible(page);
    },
  );

  it('follows the log live, and imports a file whole or not at all', async () => {
    await open('Log');
    await page.getByRole('button', { name: 'Follow live' }).click();
    await page.getByText('Following: what happens now appears on top.').waitFor();
    await open('Assets');
    await page.getByText('Import CSV').click();
    const choose = (csv: string): Promise<void> =>
      page.locator('input[type=file]').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await choose('tag,name\nZ1,Good\n,Bad\n');
    await page.getByRole('button', { name: 'Import all or none' }).click();
    await page.getByText(/Line 3/).waitFor();
    await choose('tag,name\nZ1,Good\n');
    await page.getByRole('button', { name: 'Import all or none' }).click();
    await page.getByText('Imported: 1 new, 0 changed.').waitFor();
  });

  it('switches the agent off, fits a phone, and signs out', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open('Overview');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await page.getByRole('switch').click();
    await page.getByText('The agent is off: no mailbox is read').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading('Sign in').waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  it('offers a reader nothing that a reader may not do', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await fetch(`${api.url}/api/v1/users`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'rita', role: 'reader', password }),
    });
    await page.getByLabel('Name').fill('rita');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading('Overview').waitFor();
    expect(await page.getByRole('switch').isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Add a mailbox' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Support desk' }).click();
    await heading('Support desk').waitFor();
    expect(await page.getByLabel('Login').isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
