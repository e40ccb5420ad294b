import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { connect } from '../../src/db/shared/connect.ts';
import { createMailbox, listMailboxes } from '../../src/db/mailboxes/mailboxes.ts';
import { createSecretBox } from '../../src/db/mailboxes/secrets.ts';
import { connectTemporal, type TemporalAddress } from '../../src/worker/temporal/temporal-client.ts';
import { searchAttributes } from '../../src/workflows/shared/search-attributes.ts';
import { mailQueue } from '../../src/workflows/shared/task-queues.ts';
import { startTsa } from '../cli/run-tsa.ts';
import { privateFolder } from '../embedded/support.ts';
import { scriptedServer } from '../mail/connection/scripted-server.ts';
import { eventually } from '../support/agent.ts';
import { type ApiRecorder, recordApi } from '../support/api-recorder.ts';
import { trustedCertificate } from '../support/certificate.ts';
import { createTestDatabase } from '../support/database.ts';
import { databaseTexts } from '../support/database-texts.ts';
import { tenant } from '../support/identity-provider.ts';
import { listen } from '../support/listen.ts';
import { formOf } from '../support/mailbox.ts';
import { startMicrosoft, type TestMicrosoft } from '../support/microsoft.ts';
import { createTestNamespace } from '../support/namespace.ts';
import { requires } from '../support/requires.ts';
import { leaks, type Place } from '../support/secret-search.ts';
import { temporalTexts } from '../support/temporal-texts.ts';

const applicationId = 'aaaaaaaa-0000-4000-8000-000000000007';
const secretKey = randomBytes(32);
const ofServer = 'D0vecot+pa55/w0rd=of&this~test';
const ofAccount = 'Micr0soft "pa55\\w0rd" of <this>+test/é';
const ofApplication = 'Cl1~ent.Secret_0f+the/application=';
const typed = 'Wr0ng+pa55/w0rd=typed&by~mistake';
const ofSmtp = 'Smtp~pa55/w0rd+of&this=test';
const adminToken = 'Adm1n-Token.of~this+test/0123456789==';
const strangersToken = 'Wr0ng-Token.of~this+test/0123456789==';

/** Found where it should be found, or the search proves nothing. */
const planted = {
  sender: 'planted-sender-5b1f7f6f@elsewhere.test',
  mailbox: 'Planted mailbox 5b1f7f6f',
  memo: 'planted memo 5b1f7f6f',
  attribute: 'planted attribute 5b1f7f6f',
  workflow: 'plantedWorkflow5b1f7f6f',
};

const withId = z.object({ id: z.int() });
const ticketMail = readFileSync(new URL('../fixtures/attached-log-inline.eml', import.meta.url));
const plantedMail = (to: string): string =>
  `From: ${planted.sender}\r\nTo: ${to}\r\nMessage-ID: <planted-${to}>\r\nSubject: The printer\r\n\r\nIt smokes.\r\n`;

/** Servers that say again what they were told. */
async function startParrots() {
  const parrots = {
    imap: await scriptedServer('* OK [CAPABILITY IMAP4rev1] ready\r\n', (line, dialog) => {
      dialog.write(`${line.split(' ')[0] ?? '*'} NO I do not take ${line}\r\n`);
    }),
    saslPlain: await scriptedServer('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n', (line, dialog) => {
      if (line.includes('AUTHENTICATE')) dialog.write('+ \r\n');
      else dialog.write(`1 NO I do not take ${line}\r\n`);
    }),
    pop3: await scriptedServer('+OK ready\r\n', (line, dialog) => {
      dialog.write(line.startsWith('USER') ? '+OK\r\n' : `-ERR I do not take ${line}\r\n`);
    }),
    smtp: await scriptedServer('220 ready\r\n', (line, dialog) => {
      dialog.write(
        line.startsWith('EHLO') ? '250-parrot\r\n250 AUTH PLAIN\r\n' : `535 5.7.8 I do not take ${line}\r\n`,
      );
    }),
  };
  onTestFinished(async () => {
    for (const parrot of Object.values(parrots)) await parrot[Symbol.asyncDispose]();
  });
  return parrots;
}
type Parrots = Awaited<ReturnType<typeof startParrots>>;

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Worker and API as an administrator starts them, with all that they may know of secrets. */
async function startAgent(microsoft: TestMicrosoft, smtpPort: number) {
  const { exchange, graph, provider } = microsoft;
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const temporal = await createTestNamespace();
  const folder = privateFolder();
  const pem = (name: string, content: string): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const port = await freePort();
  const dataFolder = path.join(folder, 'data');
  const env = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TSA_DATA_DIR: dataFolder,
    TSA_PORT: String(port),
    TSA_SECRET_KEY: secretKey.toString('base64'),
    TSA_ADMIN_TOKEN: adminToken,
    TSA_CA_FILE: pem('mail.pem', exchange.ca),
    NODE_EXTRA_CA_CERTS: pem('https.pem', (await trustedCertificate()).cert),
    TSA_MICROSOFT_AUTHORITY: provider.cloud.authority,
    TSA_MICROSOFT_GRAPH_URL: graph.url,
    TSA_MICROSOFT_IMAP_HOST: 'localhost',
    TSA_MICROSOFT_IMAP_PORT: String(exchange.imapsPort),
    SMTP_URL: `smtp://agent:${encodeURIComponent(ofSmtp)}@127.0.0.1:${smtpPort}`,
  };
  const processes = { worker: startTsa(['worker'], folder, env), api: startTsa(['api'], folder, env) };
  const url = `http://127.0.0.1:${port}`;
  await eventually('the API is ready', () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    ),
  );
  return { ...processes, url, databaseUrl: database.url, temporal, dataFolder };
}

/** Every way to be read, and every way to be refused. */
function mailboxForms(microsoft: TestMicrosoft, parrots: Parrots) {
  const { imapsPort, pop3sPort } = microsoft.exchange;
  const application = { applicationId, directoryId: tenant };
  const imap = { type: 'imap4', mailServer: 'localhost', port: imapsPort };
  const pop3 = { type: 'pop3', mailServer: 'localhost', port: pop3sPort };
  const office365 = { type: 'office365', ...application };
  const graph = { type: 'graph', ...application };
  const inClear = { mailServer: '127.0.0.1', sslTls: false };
  return {
    good: [
      { ...imap, name: planted.mailbox, login: 'imap@example.test', password: ofServer },
      { ...pop3, name: 'POP3', login: 'pop3@example.test', password: ofServer },
      { ...office365, name: 'Office', login: 'office@example.test', password: ofAccount, clientSecret: ofApplication },
      { ...graph, name: 'ROPC', login: 'ropc@example.test', password: ofAccount, clientSecret: ofApplication },
      { ...graph, name: 'CC', login: 'cc@example.test', clientSecret: ofApplication },
    ],
    bad: [
      { ...imap, password: typed },
      { ...pop3, password: typed },
      { ...office365, password: typed, clientSecret: ofApplication },
      { ...graph, password: typed, clientSecret: ofApplication },
      { ...graph, clientSecret: typed },
      { type: 'imap4', ...inClear, port: parrots.imap.port, password: ofServer },
      { type: 'imap4', ...inClear, port: parrots.saslPlain.port, password: ofServer },
      { type: 'imap4', ...inClear, port: parrots.saslPlain.port, password: ofAccount },
      { type: 'pop3', ...inClear, port: parrots.pop3.port, password: ofServer },
      { type: 'pop3', ...inClear, port: parrots.pop3.port, password: ofAccount },
    ].map((form, index) => ({ ...form, name: `Bad ${index}`, login: `bad-${index}@example.test` })),
  };
}

/** What a caller does wrong, and what goes wrong at the agent while it saves. */
async function makeRequestsThatFail(api: ApiRecorder, databaseUrl: string, id: number): Promise<void> {
  const one = `/api/v1/mailboxes/${id}`;
  const strangers = { Authorization: `Bearer ${strangersToken}` };
  await api.send('GET', one, undefined, strangers);
  await api.send('GET', one, undefined, { Authorization: `Basic ${btoa(`admin:${adminToken}`)}` });
  await api.send('PATCH', one, `{"password":"${typed}`);
  await api.send('PATCH', one, { password: [typed], clientSecret: { value: ofApplication } });
  await api.send('PATCH', one, { password: typed, port: typed, type: typed, secretExpiresAt: typed.slice(0, 40) });
  await api.send('PATCH', one, { password: typed, name: 'POP3' });
  await api.send('POST', '/api/v1/mailboxes', { type: 'graph', password: typed, clientSecret: typed });
  await api.send('POST', '/api/v1/mailboxes/test-connection', { type: 'pop3', password: typed });
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`
    create function refuse_save() returns trigger language plpgsql as
      $$ begin raise exception 'refused: %', new using detail = new::text; end $$;
    create trigger refuse_save before update on mailboxes for each row
      when (new.origin = 'refuse this save') execute function refuse_save()`);
  await sql.end();
  expect((await api.send('PATCH', one, { password: typed, origin: 'refuse this save' })).status).toBe(500);
}

/** Answers of Microsoft's services with secrets in them, and none at all. */
function makeMicrosoftFail({ provider, graph }: TestMicrosoft): void {
  const told = `${ofAccount} ${ofApplication} ${provider.issued.join(' ')}`;
  const json = { 'content-type': 'application/json' };
  const refusal = { error: 'invalid_grant', error_description: `AADSTS50126: ${told}`, error_codes: [50126] };
  provider.revokeAll();
  provider.fail({ kind: 'answer', status: 400, headers: json, body: JSON.stringify(refusal) });
  provider.fail({ kind: 'answer', status: 502, body: `<html>${told}</html>` });
  provider.fail({ kind: 'answer', status: 200, headers: json, body: JSON.stringify({ told }) });
  provider.fail({ kind: 'cut' });
  const error = { error: { code: told, message: told, innerError: { 'request-id': told } } };
  for (const status of [400, 401, 403, 500])
    graph.fail({ does: { kind: 'answer', status, contentType: 'application/json', body: JSON.stringify(error) } });
  graph.fail({ does: { kind: 'answer', status: 200, contentType: 'application/json', body: `{"value":"${told}` } });
}

/** A workflow that nobody knows, in the queue of those that read: the worker complains of it. */
async function plantWorkflow(temporal: TemporalAddress): Promise<void> {
  const client = await connectTemporal(temporal);
  const handle = await client.workflow.start(planted.workflow, {
    workflowId: 'planted',
    taskQueue: mailQueue,
    memo: { note: planted.memo },
    typedSearchAttributes: [{ key: searchAttributes.lastError, value: planted.attribute }],
  });
  await eventually('the worker has refused it', async () => {
    const { events } = await handle.fetchHistory();
    return events?.some(({ workflowTaskFailedEventAttributes: failed }) => failed != null) ? true : undefined;
  });
  await handle.terminate();
  await client.connection.close();
}

/** The files of a folder, whatever they are. */
const filesIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'latin1'))
    .join('\n');

/** Tokens are looked for whole and by their parts: part of one is as bad. */
const tokenParts = (tokens: readonly string[]): readonly (readonly [string, string])[] =>
  [...new Set(tokens.flatMap((token) => [token, ...token.split('.')]))]
    .filter((part) => part.length >= 12)
    .map((part, index) => [`token part ${index}`, part]);

requires('dovecot')('passwords, client secrets, keys and tokens', () => {
  it('A16: are in no database, log, API answer or workflow, after work and trouble by all four protocols', async () => {
    const microsoft = await startMicrosoft({ password: ofServer });
    onTestFinished(() => microsoft.stop());
    const { exchange, graph, provider } = microsoft;
    provider.applications.set(applicationId, { id: applicationId, secret: ofApplication });
    const parrots = await startParrots();
    const agent = await startAgent(microsoft, parrots.smtp.port);
    const api = recordApi(agent.url, adminToken);
    const { good, bad } = mailboxForms(microsoft, parrots);
    const deliver = async (login: string, mail: string | Uint8Array): Promise<unknown> =>
      login === 'ropc@example.test' || login === 'cc@example.test'
        ? graph.deliver(login, mail)
        : exchange.deliver(login, mail);

    await api.json('POST', '/api/v1/categories', {
      ...{ code: 'GENERAL', path: 'General', ticketType: 'I', process: 'Incident: Standard Process' },
    });
    const ids: number[] = [];
    for (const form of [...good, ...bad]) {
      if (form.type === 'office365' || form.type === 'graph') provider.users.set(form.login, ofAccount);
      if (good.includes(form)) await deliver(form.login, ticketMail);
      const route = '/api/v1/mailboxes';
      const settings = { defaultCategory: 'GENERAL', readIntervalMinutes: 0.05, createUnknownRequestors: true };
      ids.push(withId.parse(await api.json('POST', route, { ...settings, ...form })).id);
    }
    await api.json('PUT', '/api/v1/settings', { supportReturnEmailAddress: 'imap@example.test' });

    const database = connect(agent.databaseUrl, { max: 2 });
    onTestFinished(() => database.close());
    const removed = (count: number) =>
      eventually(
        `${count} mails are handled and removed`,
        async () => {
          const rows = await database.sql<{ id: string }[]>`select id from messages where removed_at is not null`;
          return rows.length === count ? true : undefined;
        },
        120,
      );
    await removed(good.length);
    await eventually('what cannot be read says why', async () => {
      const broken = (await listMailboxes(database.db)).filter(({ name }) => name.startsWith('Bad'));
      return broken.every(({ stateDetail }) => stateDetail !== '') ? true : undefined;
    });

    // Trouble with a secret that no key opens, with Microsoft, with outgoing mail, with callers, and with the database.
    const sealedElsewhere = await createMailbox(database.db, createSecretBox([randomBytes(32)]), {
      ...formOf({ type: 'imap4', name: 'Sealed elsewhere', mailServer: 'localhost', port: exchange.imapsPort }),
      password: ofServer,
    });
    await api.send('POST', `/api/v1/mailboxes/${sealedElsewhere.id}/read-now`);
    const [plantedId = 0] = ids;
    const redirect = { createUnknownRequestors: false, redirectUnknownEmailsTo: 'desk@example.test' };
    await api.json('PATCH', `/api/v1/mailboxes/${plantedId}`, redirect);
    makeMicrosoftFail(microsoft);
    for (const { login } of good) await deliver(login, plantedMail(login));
    for (const id of [...ids, sealedElsewhere.id]) {
      await api.send('POST', `/api/v1/mailboxes/${id}/test-connection`);
      await api.send('POST', `/api/v1/mailboxes/${id}/test-connection`, {}, { Accept: 'text/plain' });
    }
    await makeRequestsThatFail(api, agent.databaseUrl, plantedId);
    await plantWorkflow(agent.temporal);
    await removed(2 * good.length);
    await eventually('a mail could not be sent', async () => {
      const rows = await database.sql<{ last_error: string | null }[]>`select last_error from outbox`;
      return rows.some(({ last_error: error }) => error?.includes('refused the login')) ? true : undefined;
    });
    await eventually('the secret that no key opens is told', async () => {
      const found = (await listMailboxes(database.db)).find(({ id }) => id === sealedElsewhere.id);
      return found?.state === 'credentials_refused' && found.stateDetail.includes('another key') ? true : undefined;
    });

    await api.getEverything();
    await api.followLog(planted.sender);
    const client = await connectTemporal(agent.temporal);
    const temporal = await temporalTexts(client, (id) =>
      id.startsWith('mailbox/')
        ? ['__temporal_workflow_metadata', 'status', '__stack_trace']
        : ['__temporal_workflow_metadata'],
    );
    await client.connection.close();
    const dump = await databaseTexts(agent.databaseUrl);
    for (const { child } of [agent.worker, agent.api]) child.kill('SIGTERM');
    const [workerEnd, apiEnd] = await Promise.all([agent.worker.outcome, agent.api.outcome]);
    expect([workerEnd.code, apiEnd.code]).toEqual([0, 0]);

    const place = (name: string, ...texts: readonly string[]): Place => ({ name, text: texts.join('\n') });
    const places = {
      database: place('the database', ...dump),
      answers: place('the answers of the API', ...api.answers),
      worker: place('the output of the worker', workerEnd.out, workerEnd.err),
      api: place('the output of the API', apiEnd.out, apiEnd.err),
      files: place('the data folder with the operation log', filesIn(agent.dataFolder)),
      histories: place('the histories of workflows', ...temporal.histories),
      descriptions: place('memo, search attributes and summaries', ...temporal.descriptions),
      details: place('current details and queries', ...temporal.answers),
    };
    for (const [found, in_] of [
      [planted.sender, places.database],
      [planted.sender, places.answers],
      [planted.sender, places.files],
      [planted.workflow, places.worker],
      [`/api/v1/mailboxes/${plantedId}`, places.api],
      [planted.mailbox, places.histories],
      [planted.memo, places.histories],
      [planted.memo, places.descriptions],
      [planted.attribute, places.descriptions],
      [planted.mailbox, places.descriptions],
      [planted.mailbox, places.details],
    ] as const) {
      expect(leaks([in_], new Map([[found, found]])), `${found} in ${in_.name}`).not.toEqual([]);
    }

    expect(parrots.imap.received.join()).toContain(ofServer);
    expect(parrots.saslPlain.received.join()).toMatch(/AUTHENTICATE PLAIN,[A-Za-z0-9+/]{40}/);
    expect(parrots.pop3.received.join()).toContain(ofServer);
    expect(parrots.smtp.received.join()).toContain('AUTH PLAIN');
    expect(provider.issued.length).toBeGreaterThan(4);
    const secrets = new Map([
      ['the password at the mail server', ofServer],
      ['the password at Microsoft', ofAccount],
      ['the client secret', ofApplication],
      ['a wrong password', typed],
      ['the password for outgoing mail', ofSmtp],
      ['the token of the API', adminToken],
      ['a wrong token', strangersToken],
      ['the secret key', secretKey.toString('base64')],
      ['the secret key in hex', secretKey.toString('hex')],
      ['the password of the database', new URL(agent.databaseUrl).password],
      ...tokenParts(provider.issued),
    ]);
    expect(leaks(Object.values(places), secrets)).toEqual([]);
  }, 300_000);
});
