import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApiDeps } from '../../../src/api/http/deps.ts';
import { MailboxSchema } from '../../../src/api/mailboxes/mailbox.schema.ts';
import { listLog } from '../../../src/db/log/log-list.ts';
import { listPending, unknownProtocolIds } from '../../../src/db/messages/ledger.ts';
import { mailbox as createWithOtherKey, now, store } from '../../db/fixtures.ts';
import { brokenRules, problemOf, containing, startTestApi, type TestApi } from '../support.ts';

const tried = vi.fn<ApiDeps['testConnection']>();
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ testConnection: tried });
});
afterAll(() => api.stop());
beforeEach(() => {
  api.control.calls.length = 0;
  tried.mockReset().mockResolvedValue({
    ok: false,
    steps: [{ name: 'login', status: 'failed', detail: 'refused', remedy: 'Enter the password again.', ms: 3 }],
  });
});

const path = '/api/v1/mailboxes';
let made = 0;
const form = (fields: object = {}) => ({
  name: `Support ${++made}`,
  type: 'imap4',
  mailServer: 'mail.example.com',
  login: `Support${made}@Example.com`,
  password: 's3cret-of-the-mailbox',
  defaultCategory: 'smartphone',
  ...fields,
});
const create = async (fields: object = {}) => {
  const response = await api.send('POST', path, form(fields));
  if (response.status !== 201) throw new Error(await response.text());
  return MailboxSchema.parse(await response.json());
};
const patch = (id: number, fields: object, headers?: Record<string, string>) =>
  api.send('PATCH', `${path}/${id}`, fields, headers);
const patched = async (id: number, fields: object) => {
  const response = await patch(id, fields);
  if (response.status !== 200) throw new Error(await response.text());
  return MailboxSchema.parse(await response.json());
};
const lastLog = async () => (await listLog(api.database.db, {}, { limit: 1 }))[0];

describe('a new mailbox', () => {
  it('is stored with its defaults and read at once', async () => {
    const response = await api.send('POST', path, form({ readIntervalMinutes: 0.05 }));
    expect(response.status).toBe(201);
    const mailbox = MailboxSchema.parse(await response.json());
    expect(mailbox).toMatchObject({
      active: true,
      port: 993,
      sslTls: true,
      startTls: false,
      readIntervalMinutes: 0.05,
      address: mailbox.login.toLowerCase(),
      defaultCategory: 'SMARTPHONE',
      afterProcessing: 'delete',
      state: 'waiting',
      counts: {},
      workflowId: `mailbox/${mailbox.id}`,
    });
    expect(response.headers.get('Location')).toBe(`${path}/${mailbox.id}`);
    expect(await api.get(`${path}/${mailbox.id}`)).toEqual(mailbox);
    expect(api.control.calls).toEqual([`wake ${mailbox.id}`]);
    expect(await lastLog()).toMatchObject({
      operation: 'mailbox.create',
      who: 'admin token',
      whoKind: 'token',
      mailboxId: mailbox.id,
    });
  });

  it.each([
    { fields: { mailServer: null }, broken: ['mailServer: required'] },
    { fields: { password: undefined }, broken: ['password: required'] },
    { fields: { password: '' }, broken: ['password: required'] },
    { fields: { password: '********' }, broken: ['password: masked'] },
    { fields: { login: null }, broken: ['login: required'] },
    { fields: { sslTls: true, startTls: true }, broken: ['startTls: exclusive'] },
    { fields: { port: 70_000 }, broken: ['port: range'] },
    { fields: { readIntervalMinutes: 0 }, broken: ['readIntervalMinutes: range'] },
    { fields: { type: 'pop3', afterProcessing: 'move' }, broken: ['afterProcessing: unsupported'] },
    { fields: { afterProcessing: 'move' }, broken: ['moveToFolder: required'] },
    { fields: { applicationId: 'x' }, broken: ['applicationId: unused'] },
    { fields: { redirectUnknownEmailsTo: 'nobody' }, broken: ['redirectUnknownEmailsTo: format'] },
    { fields: { defaultCategory: 'No such' }, broken: ['defaultCategory: unknown'] },
    { fields: { name: undefined }, broken: ['name: invalid_type'] },
    { fields: { name: 'a\0b' }, broken: ['name: custom'] },
    { fields: { type: 'exchange' }, broken: ['type: invalid_value'] },
    { fields: { revision: 7, state: 'reading' }, broken: ['revision: unknown_field', 'state: unknown_field'] },
    {
      fields: { mailServer: null, defaultCategory: 'No such' },
      broken: ['mailServer: required', 'defaultCategory: unknown'],
    },
  ])('is refused for $broken', async ({ fields, broken }) => {
    const before = await api.get(path);
    const response = await api.send('POST', path, form(fields));
    expect(response.status).toBe(422);
    expect(await brokenRules(response)).toEqual(broken);
    expect(await api.get(path)).toEqual(before);
    expect(api.control.calls).toEqual([]);
  });

  it('is refused under a name that another one has', async () => {
    const { name } = await create();
    expect((await problemOf(await api.send('POST', path, form({ name: name.toUpperCase() })))).status).toBe(409);
  });

  it.each([
    { what: 'server and login, in whatever case', fields: { mailServer: 'MAIL.example.com' }, status: 409 },
    { what: 'server and login at another port', fields: { port: 1993 }, status: 201 },
    { what: 'login at another server', fields: { mailServer: 'other.example.com' }, status: 201 },
  ])('R15: on the same $what is answered $status', async ({ fields, status }) => {
    const { login } = await create();
    const response = await api.send('POST', path, form({ login: login.toUpperCase(), ...fields }));
    expect(response.status).toBe(status);
  });

  it('R15: is refused on an inbox at Exchange Online that another one reads by the other protocol', async () => {
    const ids = { applicationId: 'a', directoryId: 'd', mailServer: null };
    const { address } = await create({ ...ids, type: 'office365' });
    const graph = { ...ids, type: 'graph', clientSecret: 's3cret-of-the-app', password: null, login: address };
    expect((await problemOf(await api.send('POST', path, form(graph)))).status).toBe(409);
  });

  it('R15: takes over what a deleted one has stored from the inbox and not taken out of it', async () => {
    const { db } = api.database;
    const first = await create();
    const [stored] = await store(db, first.id, '1:7');
    await api.send('DELETE', `${path}/${first.id}`);
    const second = await create({ login: first.login });
    expect(await unknownProtocolIds(db, second.id, ['1:7', '1:8'])).toEqual(['1:8']);
    expect((await listPending(db, second.id, now, 10)).map(({ id }) => id)).toEqual([stored]);
  });

  it('is stored though Temporal is away', async () => {
    api.control.down = true;
    const mailbox = await create();
    api.control.down = false;
    expect(await api.get(`${path}/${mailbox.id}`)).toMatchObject({ id: mailbox.id });
  });
});

describe('a change', () => {
  it('R15: to the account of another mailbox is refused', async () => {
    const [first, second] = [await create(), await create()];
    const changes = { login: first.login, password: 'entered-anew' };
    expect((await problemOf(await patch(second.id, changes))).status).toBe(409);
  });

  it('keeps what it does not name, the secrets included', async () => {
    const mailbox = await create();
    const changed = await patched(mailbox.id, { origin: 'Phone' });
    expect(changed).toEqual({ ...mailbox, origin: 'Phone', revision: 2, updatedAt: changed.updatedAt });
    expect(api.control.calls).toEqual([`wake ${mailbox.id}`, `wake ${mailbox.id}`]);
    expect(await lastLog()).toMatchObject({ operation: 'mailbox.update', result: 'changed: origin' });
  });

  it('moves what only followed from another field', async () => {
    const { id } = await create();
    const password = 'entered again';
    expect(await patched(id, { sslTls: false, startTls: true, password })).toMatchObject({ port: 143 });
    expect(await patched(id, { login: 'Other@example.com', password })).toMatchObject({ address: 'other@example.com' });
    expect(await patched(id, { port: 1143, password })).toMatchObject({ port: 1143 });
    expect(await patched(id, { sslTls: true, startTls: false, password })).toMatchObject({ port: 1143 });
  });

  it('S-14: of where the password goes needs it again, saved or tried', async () => {
    const mailbox = await create();
    for (const fields of [
      { mailServer: '127.0.0.1' },
      { port: 18540 },
      { sslTls: false },
      { login: 'x@example.com' },
    ]) {
      expect(await brokenRules(await patch(mailbox.id, fields))).toEqual(['password: other_place']);
      const test = await api.send('POST', `${path}/${mailbox.id}/test-connection`, fields);
      expect(await brokenRules(test)).toEqual(['password: other_place']);
    }
    expect(tried).not.toHaveBeenCalled();
    expect(await api.get(`${path}/${mailbox.id}`)).toEqual(mailbox);
  });

  it('to Graph with a stored password is refused until the password is cleared', async () => {
    const { id } = await create();
    const graph = {
      type: 'graph',
      mailServer: null,
      port: null,
      sslTls: false,
      applicationId: 'a',
      directoryId: 'd',
      clientSecret: 'c',
    };
    expect(await brokenRules(await patch(id, graph))).toEqual(['password: type_switch']);
    expect(await patched(id, { ...graph, password: null })).toMatchObject({ password: null, clientSecret: '********' });
  });

  it('is refused when somebody else has changed the mailbox since it was read', async () => {
    const { id } = await create();
    const etag = (await api.send('GET', `${path}/${id}`)).headers.get('ETag') ?? '';
    expect((await patch(id, { origin: 'First' }, { 'If-Match': etag })).status).toBe(200);
    expect((await problemOf(await patch(id, { origin: 'Second' }, { 'If-Match': etag }))).status).toBe(412);
    expect((await api.send('DELETE', `${path}/${id}`, undefined, { 'If-Match': etag })).status).toBe(412);
    expect(await api.get(`${path}/${id}`)).toMatchObject({ origin: 'First' });
  });
});

describe('a secret', () => {
  it('never comes back, in no answer and no log line', async () => {
    const secret = 'Tr0ub4dor&3-of-this-test';
    const responses: Response[] = [];
    const keep = (response: Response): Response => {
      responses.push(response.clone());
      return response;
    };
    const { id } = MailboxSchema.parse(await keep(await api.send('POST', path, form({ password: secret }))).json());
    keep(await api.send('GET', path));
    keep(await api.send('GET', `${path}/${id}`));
    keep(await patch(id, { origin: 'Mail' }));
    keep(await patch(id, { password: secret, port: -1 }));
    keep(await patch(id, { password: secret, type: 'nonsense' }));
    keep(await patch(id, { password: [secret] }));
    keep(await api.send('POST', `${path}/${id}/test-connection`));
    keep(await api.send('POST', `${path}/${id}/pause`));
    keep(await api.send('GET', '/api/v1/log?limit=200'));
    const text = (await Promise.all(responses.map((response) => response.text()))).join('\n');
    expect(text).not.toContain(secret);
    expect(text).toContain('"password":"********"');
    expect(await api.get(`${path}/${id}`)).toMatchObject({ password: '********', clientSecret: null });
    expect(tried).toHaveBeenCalledWith(expect.anything(), { password: secret, clientSecret: null });
  });

  it('is cleared by null', async () => {
    const { id } = await create({
      type: 'graph',
      mailServer: undefined,
      applicationId: 'a',
      directoryId: 'd',
      clientSecret: 'c',
    });
    expect(await patched(id, { password: null })).toMatchObject({ password: null, clientSecret: '********' });
  });
});

describe('the date on which a secret expires', () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

  it('is shown, with a warning once it is near, and cleared by null', async () => {
    const far = inDays(40);
    const { id, ...created } = await create({ secretExpiresAt: far });
    expect(created).toMatchObject({ secretExpiresAt: far, warnings: [] });
    const near = await patched(id, { secretExpiresAt: inDays(3) });
    expect(near.warnings).toEqual([
      {
        code: 'secret_expires',
        message: containing(`password expires on ${inDays(3)}`),
        remedy: containing('enter it together with its date'),
      },
    ]);
    expect(await patched(id, { secretExpiresAt: inDays(-3) })).toMatchObject({
      warnings: [{ code: 'secret_expired' }],
    });
    expect(await patched(id, { secretExpiresAt: null })).toMatchObject({ secretExpiresAt: null, warnings: [] });
  });

  it('is not that of the next secret', async () => {
    const { id } = await create({ secretExpiresAt: inDays(3) });
    expect(await patched(id, { password: 'next', secretExpiresAt: inDays(90) })).toMatchObject({
      secretExpiresAt: inDays(90),
    });
    expect(await patched(id, { password: 'the one after' })).toMatchObject({ secretExpiresAt: null });
  });

  it.each([
    { fields: { secretExpiresAt: '31/03/2027' }, broken: ['secretExpiresAt: format'] },
    { fields: { secretExpiresAt: 20270331 }, broken: ['secretExpiresAt: invalid_type'] },
    {
      fields: { secretExpiresAt: '2027-03-31', password: null },
      broken: ['password: required', 'secretExpiresAt: unused'],
    },
  ])('is refused for $broken', async ({ fields, broken }) => {
    expect(await brokenRules(await api.send('POST', path, form(fields)))).toEqual(broken);
  });
});

describe('pause and resume', () => {
  it('switch the mailbox in the database and wake its workflow', async () => {
    const { id } = await create();
    api.control.calls.length = 0;
    expect(await (await api.send('POST', `${path}/${id}/pause`)).json()).toMatchObject({ active: false });
    expect(await api.get(`${path}/${id}`)).toMatchObject({ active: false });
    expect(await (await api.send('POST', `${path}/${id}/resume`)).json()).toMatchObject({ active: true });
    expect(api.control.calls).toEqual([`wake ${id}`, `wake ${id}`]);
    expect(await lastLog()).toMatchObject({ operation: 'mailbox.resume', who: 'admin token' });
    expect((await api.send('POST', `${path}/999999/pause`)).status).toBe(404);
  });
});

describe('read now', () => {
  it('reads a mailbox that is on', async () => {
    const { id } = await create();
    const response = await api.send('POST', `${path}/${id}/read-now`);
    expect([response.status, await response.json()]).toEqual([202, { queued: false }]);
    expect(api.control.calls).toContain(`readNow ${id}`);
  });

  it('is refused with the remedy while the mailbox or the agent is off, or Temporal away', async () => {
    const { id } = await create({ active: false });
    const readNow = async () => problemOf(await api.send('POST', `${path}/${id}/read-now`));
    expect(await readNow()).toMatchObject({ status: 409, detail: containing(`/${id}/resume`) });
    await patched(id, { active: true });
    await api.send('PUT', '/api/v1/agent', { enabled: false });
    expect(await readNow()).toMatchObject({ status: 409, detail: containing('/api/v1/agent') });
    await api.send('PUT', '/api/v1/agent', { enabled: true });
    api.control.down = true;
    expect(await readNow()).toMatchObject({ status: 503 });
    api.control.down = false;
  });
});

describe('the connection test', () => {
  it('tries the stored values, with unsaved ones over them, and stores nothing', async () => {
    const mailbox = await create();
    const response = await api.send('POST', `${path}/${mailbox.id}/test-connection`, {
      mailServer: 'other.example.com',
      password: 'typed again',
    });
    expect(await response.json()).toMatchObject({ ok: false, steps: [{ name: 'login', status: 'failed' }] });
    expect(tried).toHaveBeenCalledWith(
      expect.objectContaining({ id: mailbox.id, mailServer: 'other.example.com', login: mailbox.login }),
      { password: 'typed again', clientSecret: null },
    );
    expect(await api.get(`${path}/${mailbox.id}`)).toEqual(mailbox);
  });

  it('tries a mailbox that is not stored yet, without its name and category', async () => {
    const draft = { type: 'pop3', mailServer: 'pop.example.com', login: 'a@example.com', password: 'typed' };
    expect((await api.send('POST', `${path}/test-connection`, draft)).status).toBe(200);
    expect(tried).toHaveBeenCalledWith(expect.objectContaining({ type: 'pop3', port: 995 }), {
      password: 'typed',
      clientSecret: null,
    });
    expect(await brokenRules(await api.send('POST', `${path}/test-connection`, { type: 'pop3' }))).toEqual([
      'mailServer: required',
      'login: required',
      'password: required',
    ]);
  });

  it('says so when the stored password was encrypted with another key', async () => {
    const { id } = await createWithOtherKey(api.database.db, { name: 'Sealed elsewhere' });
    const response = await api.send('POST', `${path}/${id}/test-connection`);
    expect(await problemOf(response)).toMatchObject({ status: 409, detail: containing('TSA_SECRET_KEY') });
  });

  it('is plain text for those who ask for it', async () => {
    const { id } = await create();
    const response = await api.send('POST', `${path}/${id}/test-connection`, undefined, { Accept: 'text/plain' });
    expect(response.headers.get('Content-Type')).toContain('text/plain');
    expect(await response.text()).toMatch(/^FAILED +login +refused \(3 ms\)\n +Enter the password again\.$/);
  });
});

describe('a deletion', () => {
  it('takes the mailbox and its secrets away, and tells its workflow', async () => {
    const { id } = await create();
    api.control.calls.length = 0;
    expect((await api.send('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await api.send('GET', `${path}/${id}`)).status).toBe(404);
    expect((await api.send('DELETE', `${path}/${id}`)).status).toBe(404);
    expect(api.control.calls).toEqual([`wake ${id}`]);
  });

  it('is refused for the mailbox of the support return email address', async () => {
    const { id, address } = await create();
    await api.send('PUT', '/api/v1/settings', { supportReturnEmailAddress: address });
    expect((await problemOf(await api.send('DELETE', `${path}/${id}`))).detail).toContain('/api/v1/settings');
    expect((await problemOf(await patch(id, { address: 'other@example.com' }))).status).toBe(409);
    await api.send('PUT', '/api/v1/settings', { supportReturnEmailAddress: null });
    expect((await api.send('DELETE', `${path}/${id}`)).status).toBe(204);
  });
});
