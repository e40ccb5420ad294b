import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMailbox, listMailboxes } from '../../src/db/mailboxes/mailboxes.ts';
import { categories, messages } from '../../src/db/schema/index.ts';
import type { Mailbox, MailboxSecrets, MailboxState } from '../../src/domain/mailboxes/mailbox.ts';
import { startMailboxes } from '../../src/worker/mailboxes/start-mailboxes.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { mailboxWorkflowId, statusQuery } from '../../src/workflows/mailboxes/mailbox.messages.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { dovecotPassword } from '../support/dovecot.ts';
import { tenant } from '../support/identity-provider.ts';
import { listen } from '../support/listen.ts';
import { formOf } from '../support/mailbox.ts';
import { startMicrosoft, type TestMicrosoft } from '../support/microsoft.ts';
import { requires } from '../support/requires.ts';

const applicationId = 'aaaaaaaa-0000-4000-8000-000000000005';
const expiredApplicationId = 'aaaaaaaa-0000-4000-8000-000000000006';
const clientSecret = 'cl1ent~secret-of-the-application';
const password = 'pa55-w0rd-of-the-mailbox';

const ofServer: MailboxSecrets = { password: dovecotPassword, clientSecret: null };
const ropc: MailboxSecrets = { password, clientSecret };
const cc: MailboxSecrets = { password: null, clientSecret };

interface Case {
  readonly form: Partial<Omit<Mailbox, 'id'>> & Pick<Mailbox, 'type'>;
  readonly secrets: MailboxSecrets;
}
interface BrokenCase extends Case {
  readonly state: MailboxState;
  /** Of what the administrator reads. */
  readonly detail: RegExp;
}

const mail = (login: string): string =>
  `From: Frank Leblanc <fleblanc@aef.com>\r\nTo: ${login}\r\nMessage-ID: <${login}>\r\nSubject: The printer\r\n\r\nIt smokes.\r\n`;

/** Greets as `greeting` says, and answers every line with `answer`. */
const rudeServer = (greeting: string, answer: (line: string) => string): Server =>
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(greeting);
    socket.on('data', (octets) => socket.write(answer(octets.toString('latin1'))));
  });

requires('dovecot')('fifty mailboxes', () => {
  let microsoft: TestMicrosoft;
  let agent: TestAgent;
  const servers: Server[] = [];
  const started = async (server: Server): Promise<number> => {
    servers.push(server);
    return listen(server);
  };
  beforeAll(async () => {
    microsoft = await startMicrosoft();
    agent = await startTestAgent({ ca: microsoft.exchange.ca, cloud: microsoft.cloud });
  });
  afterAll(async () => {
    await agent.stop();
    await microsoft.stop();
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
  });

  it('F16: of which twenty are broken: thirty are read, and the twenty say what is wrong with them', async () => {
    const { exchange, graph, provider } = microsoft;
    provider.applications.set(applicationId, { id: applicationId, secret: clientSecret });
    provider.applications.set(expiredApplicationId, { id: expiredApplicationId, secret: clientSecret });
    provider.refusals.set(expiredApplicationId, ['invalid_client', 7000222]);

    const on = (mailServer: string, port: number, sslTls = true, startTls = false) => ({
      ...{ mailServer, port, sslTls, startTls },
    });
    const application = { applicationId, directoryId: tenant };
    const good: readonly Case[] = [
      { form: { type: 'imap4', ...on('localhost', exchange.imapsPort) }, secrets: ofServer },
      { form: { type: 'imap4', ...on('localhost', exchange.imapPort, false, true) }, secrets: ofServer },
      { form: { type: 'pop3', ...on('localhost', exchange.pop3sPort) }, secrets: ofServer },
      { form: { type: 'office365', ...application }, secrets: ropc },
      { form: { type: 'graph', ...application }, secrets: ropc },
      { form: { type: 'graph', ...application }, secrets: cc },
    ];
    const wellKept = Array.from({ length: 5 }, () => good).flat();

    const { key, cert } = await selfSignedCertificate();
    const closed = createServer();
    const nobody = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const stranger = await started(createTlsServer({ key, cert }));
    const imapInClear = await started(
      rudeServer('* OK [CAPABILITY IMAP4rev1] ready\r\n', (line) => `${line.split(' ')[0] ?? ''} BAD no\r\n`),
    );
    const popInClear = await started(rudeServer('+OK ready\r\n', () => '-ERR no\r\n'));
    const web = await started(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const slammed = await started(createServer((socket) => socket.destroy()));

    const refused = (form: Case['form'], secrets: MailboxSecrets, detail: RegExp): BrokenCase => ({
      ...{ form, secrets, detail },
      state: 'credentials_refused',
    });
    const unreachable = (form: Case['form'], detail: RegExp): BrokenCase => ({
      ...{ form, detail },
      secrets: form.type === 'graph' ? cc : ofServer,
      state: 'unreachable',
    });
    const wrong: MailboxSecrets = { password: 'wr0ng-pa55word', clientSecret: null };
    const imap = { type: 'imap4' } as const;
    const pop = { type: 'pop3' } as const;
    const office365 = { type: 'office365', ...application } as const;
    const byGraph = { type: 'graph', ...application } as const;
    const broken: readonly BrokenCase[] = [
      refused({ ...imap, ...on('localhost', exchange.imapsPort) }, wrong, /refused the login or password/),
      refused({ ...pop, ...on('localhost', exchange.pop3sPort) }, wrong, /refused the login or password/),
      unreachable({ ...imap, ...on('localhost', nobody) }, /localhost/),
      unreachable({ ...pop, ...on('localhost', nobody) }, /localhost/),
      unreachable({ ...imap, ...on('mail.invalid', 993) }, /mail\.invalid is not known|could not be looked up/),
      unreachable({ ...imap, ...on('localhost', stranger) }, /certificate of localhost/),
      unreachable({ ...imap, ...on('localhost', imapInClear, false, true) }, /does not offer StartTLS/),
      unreachable({ ...pop, ...on('localhost', popInClear, false, true) }, /does not offer StartTLS/),
      unreachable({ ...imap, ...on('localhost', exchange.imapPort) }, /does not speak TLS/),
      unreachable({ ...imap, ...on('localhost', web, false) }, /localhost/),
      unreachable({ ...imap, ...on('localhost', slammed) }, /localhost/),
      refused({ ...office365, login: 'wrong@example.test' }, { ...ropc, password: 'wr0ng-pa55word' }, /AADSTS50126/),
      refused({ ...office365, login: 'mfa@example.test' }, ropc, /second factor.*AADSTS50076/),
      refused({ ...office365, address: 'shared@example.test' }, ropc, /refuses the token/),
      refused({ ...byGraph, applicationId: expiredApplicationId }, cc, /secret has expired.*AADSTS7000222/),
      refused({ ...byGraph, login: 'consent@example.test' }, ropc, /consent.*AADSTS65001/),
      refused({ ...byGraph, directoryId: 'no-such-tenant' }, cc, /directory.*AADSTS90002/),
      refused({ ...byGraph, login: 'nobody@example.test' }, cc, /no mailbox nobody@example\.test/),
      unreachable({ ...byGraph, login: 'fault@example.test' }, /Graph has a fault/),
      {
        form: { ...byGraph, login: 'busy@example.test' },
        secrets: cc,
        state: 'throttled',
        detail: /asks for a pause/,
      },
    ];
    expect([wellKept.length, broken.length]).toEqual([30, 20]);
    provider.refusals.set('mfa@example.test', ['invalid_grant', 50076]);
    provider.refusals.set('consent@example.test', ['invalid_grant', 65001]);
    for (const [login, does] of [
      ['busy', { kind: 'refuse', status: 429, code: 'ApplicationThrottled', retryAfter: '1800' }],
      ['fault', { kind: 'refuse', status: 500, code: '' }],
    ] as const) {
      graph.deliver(`${login}@example.test`, mail(login));
      graph.fail({ path: `/users/${login}@example.test`, times: 1_000, does });
    }

    const { db } = agent.database;
    const [category] = await db.select().from(categories).limit(1);
    const keep = async ({ form, secrets }: Case, name: string): Promise<number> => {
      const login = form.login ?? `${name}@example.test`;
      if (!provider.users.has(login)) provider.users.set(login, password);
      const mailbox = await createMailbox(db, agent.secretBox, {
        ...formOf({ name, ...form, login }),
        defaultCategoryId: category?.id ?? 0,
        readIntervalMinutes: 0.5,
        ...secrets,
      });
      return mailbox.id;
    };
    const brokenIds: number[] = [];
    const wellIds: number[] = [];
    for (const [index, one] of broken.entries()) brokenIds.push(await keep(one, `broken-${index}`));
    for (const [index, one] of wellKept.entries()) {
      const login = `well-${index}@example.test`;
      if (one.form.type === 'graph') graph.deliver(login, mail(login));
      else await exchange.deliver(login, mail(login));
      wellIds.push(await keep(one, `well-${index}`));
    }
    const client = await connectTemporal(agent.temporal);
    await startMailboxes(db, client);

    await eventually('thirty mails are handled and removed', async () => {
      const rows = await db.select().from(messages);
      return rows.filter(({ removedAt }) => removedAt !== null).length === 30 ? rows : undefined;
    });
    const states = await eventually('all mailboxes were consulted', async () => {
      const rows = await listMailboxes(db);
      return rows.every(({ lastReadAt, stateDetail }) => lastReadAt !== null || stateDetail !== '') ? rows : undefined;
    });
    const byId = new Map(states.map((row) => [row.id, row]));
    const handled = await db.select().from(messages);
    expect(handled.map(({ mailboxId, disposition }) => ({ mailboxId, disposition }))).toEqual(
      expect.arrayContaining(wellIds.map((mailboxId) => ({ mailboxId, disposition: 'created' }))),
    );
    for (const id of wellIds) expect(byId.get(id)).toMatchObject({ state: 'waiting', stateDetail: '' });

    for (const [index, { form, state, detail }] of broken.entries()) {
      const row = byId.get(brokenIds[index] ?? 0);
      const which = `${form.type} ${index}`;
      expect({ which, state: row?.state }).toEqual({ which, state });
      expect(row?.stateDetail, which).toMatch(detail);
      expect(row?.lastReadAt).toBeNull();
      const rest = Date.parse(row?.nextReadAt ?? '') - Date.parse(row?.stateSince ?? '');
      expect(rest).toBeGreaterThan(state === 'throttled' ? 1_700_000 : 25_000);
      const status = await eventually(`the workflow of ${row?.name ?? ''} shows it`, async () => {
        const shown = await client.workflow.getHandle(mailboxWorkflowId(row?.id ?? 0)).query(statusQuery);
        return shown.detail === '' ? undefined : shown;
      });
      expect(status).toMatchObject({ state, detail: row?.stateDetail });
      for (const secret of [password, clientSecret, 'wr0ng-pa55word', ...provider.issued])
        expect(JSON.stringify(status)).not.toContain(secret);
    }
    await client.connection.close();
  });
});
