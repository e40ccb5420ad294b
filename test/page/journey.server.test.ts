import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type RunningApi, startApi } from '../../src/api/server.ts';
import { mailQueue } from '../../src/workflows/shared/task-queues.ts';
import { startTestAgent, type TestAgent } from '../support/agent.ts';
import { openBrowser } from '../support/browser.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { listen } from '../support/listen.ts';
import { mail } from '../support/mime.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/open-id-provider.ts';
import { requires } from '../support/requires.ts';
import { expectAccessible, listenToComplaints } from './support.ts';
import { localMailHosts } from '../support/mailbox.ts';

const adminToken = 'admin-token-of-the-page-test';
const password = 'correct horse battery staple';

/** The provider of OpenID Connect is told where the API will be before it is there. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

requires('chromium')('the admin page', () => {
  let agent: TestAgent;
  let api: RunningApi;
  let provider: OpenIdProvider;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];
  beforeAll(async () => {
    agent = await startTestAgent({ ca: inject('dovecot').ca });
    provider = await startOpenIdProvider();
    const port = await freePort();
    api = await startApi({
      database: agent.database,
      secretBox: agent.secretBox,
      adminToken,
      temporal: agent.temporal,
      taskQueue: mailQueue,
      host: '127.0.0.1',
      port,
      openIdConnect: {
        ...{ issuer: provider.issuer, clientId: 'tsa', clientSecret: 'secret', rolesClaim: 'roles' },
        redirectUrl: `http://127.0.0.1:${String(port)}/api/v1/sign-in/open-id-connect/callback`,
      },
      timeZone: 'Europe/Paris',
      dateFormat: 'dd/MM/yyyy',
      smtpUrl: 'smtp://mail.example.com:587',
      ca: inject('dovecot').ca,
      mailHosts: localMailHosts,
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
    await provider.close();
  });

  const login = `page-${randomUUID()}@example.test`;
  const subject = `The printer smokes ${randomUUID()}`;
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const open = async (name: string): Promise<void> => {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await heading(name === 'Mailto' ? 'Mailto generator' : name).waitFor();
    await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
  };

  /** Types into a field that finds people, until the one wanted is offered, and takes them. */
  const choose = async (label: string, person: string): Promise<void> => {
    const field = page.getByLabel(label).last();
    await field.fill(person.slice(0, 5));
    await page.locator(`option[value="${person}"]`).first().waitFor({ state: 'attached' });
    await field.fill(person);
  };

  const asProgram = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${api.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
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
    await expectAccessible(page);
    await page.getByRole('link', { name: subject }).click();
    await heading(subject).waitFor();
    expect(await page.locator('mark').allInnerTexts()).toEqual(["@ASSET@='P04319'"]);
    await expectAccessible(page);
    await page.getByRole('link', { name: /^I\d{6}_\d{6}$/ }).click();
    await heading(new RegExp(subject)).waitFor();
    await page.getByRole('link', { name: 'document.txt' }).waitFor();
    await expectAccessible(page);
  });

  const messageIsListed = (title: string): Promise<void> =>
    expect
      .poll(
        async () => {
          await open('Overview');
          await open('Messages');
          return page.getByRole('link', { name: title }).count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
  const hasBecomeTicket = (title: string): Promise<void> =>
    expect
      .poll(
        async () => {
          await page.reload();
          await heading(title).waitFor();
          return page.getByRole('link', { name: /^[ISRE]\d{6}_\d{6}$/ }).count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
  const setLargest = async (octets: string): Promise<void> => {
    await open('Overview');
    await page.getByRole('link', { name: 'Support desk' }).first().click();
    await heading('Support desk').waitFor();
    await page.getByText('More', { exact: true }).click();
    await page.getByLabel('Max Message Size (bytes)').fill(octets);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
  };

  it('adds the sender whom nobody knew, and releases the mail that was rejected', async () => {
    const stranger = `stranger-${randomUUID()}@elsewhere.test`;
    const rejected = `Who am I ${randomUUID()}`;
    await openDovecot(inject('dovecot')).deliver(login, mail([`From: ${stranger}`, `Subject: ${rejected}`]));
    await messageIsListed(rejected);
    await open('Employees');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await expectAccessible(page);
    await dialog.getByLabel('Name').fill('Sam Stranger');
    await dialog.getByLabel('Address', { exact: true }).fill('no address');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Address', { exact: true }).fill(stranger);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Added.').waitFor();
    await open('Messages');
    await page.getByRole('link', { name: rejected }).click();
    await heading(rejected).waitFor();
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByText('Released: it is handled again').waitFor();
    await hasBecomeTicket(rejected);
  });

  it('repairs what put a mail into quarantine, and releases it with another category', async () => {
    await setLargest('600');
    const large = `A long story ${randomUUID()}`;
    const body = 'It is long. '.repeat(100);
    await openDovecot(inject('dovecot')).deliver(login, mail(['From: fleblanc@aef.com', `Subject: ${large}`], body));
    await expect
      .poll(
        async () => {
          await page.goto(`${api.url}/#/`);
          await page.reload();
          await heading('Overview').waitFor();
          return page.getByText('Messages in quarantine').count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Messages in quarantine' }).click();
    await page.getByRole('cell').getByText('too large').waitFor();
    await page
      .getByRole('cell')
      .getByRole('link', { name: /no subject|A long story/ })
      .click();
    await page.getByRole('button', { name: 'Release' }).waitFor();
    await expectAccessible(page);
    const place = page.url();
    await setLargest('1000000');
    await page.goto(place);
    await page.getByLabel('Category of the ticket').selectOption({ label: 'Service Requests/Equipment/Laptop' });
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByText('Released: it is handled again').waitFor();
    await hasBecomeTicket(large);
    await page.getByRole('link', { name: /^S\d{6}_\d{6}$/ }).click();
    await heading(new RegExp(large)).waitFor();
    await page.getByText('Service Requests/Equipment/Laptop').waitFor();
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
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Page.enable');
    const opened = new Promise<string>((resolve) => {
      devTools.on('Page.frameRequestedNavigation', ({ url }) => resolve(url));
    });
    await test.click();
    expect(await opened).toBe(`mailto:${login}?subject=Approval&body=@CHOICE@%3D%271%27`);
    await devTools.detach();
  });

  it('changes an entry, but not over what somebody else has changed meanwhile', async () => {
    await open('Assets');
    await page.getByRole('button', { name: 'Edit Smartphone of Françoise Leblanc' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Phone of the front desk');
    const { items } = (await asProgram('GET', '/assets?text=P04319')) as { items: readonly { id: number }[] };
    await asProgram('PATCH', `/assets/${String(items[0]?.id)}`, { name: 'Phone of somebody else' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Somebody else has changed this').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Edit Smartphone of Françoise Leblanc' }).click();
    await dialog.getByLabel('Name').fill('Phone of the front desk');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByRole('cell', { name: 'Phone of the front desk', exact: true }).waitFor();
  });

  it('makes a calendar, and gives a category approvals and targets', async () => {
    await open('Calendars');
    await page.getByRole('button', { name: 'Add' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Office');
    await dialog.getByLabel('Time zone').fill('Europe/Paris');
    await dialog.getByLabel('Monday').fill('12:00–09:00');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByRole('alert').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Monday').fill('09:00–12:00, 13:00–17:00');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.getByText('Monday 09:00–12:00, 13:00–17:00').waitFor();
    await expectAccessible(page);
    await open('Categories');
    await page.getByRole('link', { name: 'Approvals, targets of Service Requests/Equipment/Laptop' }).click();
    await heading(/^Approvals and targets/).waitFor();
    await page.getByRole('button', { name: 'Add a step' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.field-error').first().waitFor();
    await choose('Ask also', 'Georges Smith <gsmith@aef.com>');
    await page.getByLabel('Calendar whose hours count').selectOption({ label: 'Office' });
    await page.getByLabel('Targets of its own').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Where steps changed, what still waits is asked anew.').waitFor();
    await page.reload();
    await page.getByText('Georges Smith').first().waitFor();
    await expectAccessible(page);
  });

  it('lets somebody answer for an approver who is away', async () => {
    await open('Delegations');
    await page.getByText('Add one').click();
    await choose('Approver', 'Georges Smith <gsmith@aef.com>');
    await choose('Answers for them', 'Jonas Berg <jberg@aef.com>');
    await page.getByLabel('From').fill('2027-01-01T08:00');
    await page.getByLabel('Until').fill('2027-01-15T18:00');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('cell', { name: 'Jonas Berg' }).waitFor();
    await expectAccessible(page);
  });

  it('shows what a template would send, and keeps what is typed', async () => {
    await open('Templates');
    await page.getByLabel('Subject').fill('Changed #RFC_NUMBER#');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('heading', { name: 'Changed ‹RFC_NUMBER›' }).waitFor();
    await page.frameLocator('iframe').getByText('What was understood').waitFor();
    expect(await page.getByLabel('Subject').inputValue()).toBe('Changed #RFC_NUMBER#');
    for (const subject of ['Changed once', 'Changed twice']) {
      await page.getByLabel('Subject').fill(subject);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saved.').waitFor();
      await page.getByText('(changed)').first().waitFor({ state: 'attached' });
    }
    await page.getByRole('button', { name: 'Back to the shipped one' }).click();
    await expect.poll(() => page.getByLabel('Subject').inputValue()).toBe('Not done: #SUBJECT#');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.frameLocator('iframe').getByText('What was understood').waitFor();
    await expectAccessible(page);
  });

  it('changes a role, and one’s own password', async () => {
    await open('Users');
    await page.getByText('Add a user').click();
    await page.getByLabel('Name').first().fill('otto');
    await page.getByLabel('Password, 12 characters or more').fill(password);
    await page.getByLabel('Role').first().selectOption('reader');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Edit otto' }).click();
    await page.getByRole('dialog').getByLabel('Role').selectOption('operator');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /otto/ }).getByText('operator').waitFor();
    await page.getByRole('link', { name: 'Password' }).click();
    await heading('Your password').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Current password').fill(password);
    await page.getByLabel('New password, 12 characters or more').fill(`${password}!`);
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByText('Changed.').waitFor();
  });

  it.each(['Tickets', 'Outgoing mail', 'Log', 'Categories', 'Assets', 'Configuration items', 'Templates', 'Users'])(
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
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Stop following' }).click();
    await page.getByLabel('What').selectOption('true');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('cell', { name: 'anna' }).first().waitFor();
    await open('Assets');
    await page.getByText('Import CSV').click();
    const chooseFile = (buffer: Buffer): Promise<void> =>
      page.locator('input[type=file]').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer });
    await chooseFile(Buffer.from('tag,name\nZ1,Good\n,Bad\n'));
    await page.getByText(/Line 3/).waitFor();
    expect(await page.getByRole('button', { name: 'Import all or none' }).isDisabled()).toBe(true);
    // As Excel writes it on a French Windows.
    await chooseFile(Buffer.from('tag;name\r\nZ1;\xc9cran\r\n', 'latin1'));
    await page.getByText('An import would add 1 and change 0. Read as Windows-1252, separated by semicolon.').waitFor();
    await page.getByRole('cell', { name: 'Écran', exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Import all or none' }).click();
    await page.getByText('Imported: 1 new, 0 changed.').waitFor();
  });

  it('switches the agent off, fits a phone, and signs out', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open('Overview');
    await page.getByRole('switch').click();
    await page.getByText('The agent is off: no mailbox is read').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading('Sign in').waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });

  it('signs in somebody whom a provider of OpenID Connect knows, and nobody without a role', async () => {
    provider.claims = { sub: '1', preferred_username: 'nobody' };
    await page.getByRole('button', { name: 'Sign in with OpenID Connect' }).click();
    await page.getByText('You are known, but have no role here').waitFor();
    await expectAccessible(page);
    provider.claims = { sub: '2', preferred_username: 'olga', roles: ['operator'] };
    await page.getByRole('button', { name: 'Sign in with OpenID Connect' }).click();
    await heading('Overview').waitFor();
    await page.getByText('olga, operator').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading('Sign in').waitFor();
  });

  it('offers a reader nothing that a reader may not do', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await asProgram('POST', '/users', { name: 'rita', role: 'reader', password });
    await page.getByLabel('Name').fill('rita');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
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
