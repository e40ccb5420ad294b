import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxSecrets } from '../../../src/domain/mailboxes/mailbox.ts';
import { createGraphSession } from '../../../src/mail/graph/graph.ts';
import type { GraphRequestsOptions } from '../../../src/mail/graph/graph-requests.ts';
import { openSession } from '../../../src/mail/open-session.ts';
import { MailError, type MailSession } from '../../../src/mail/connection/session.ts';
import { createTokenSource } from '../../../src/mail/microsoft/tokens.ts';
import { type FakeGraph, startFakeGraph } from '../../support/fake-graph.ts';
import { type IdentityProvider, startIdentityProvider, tenant } from '../../support/identity-provider.ts';
import { mailboxOf } from '../../support/mailbox.ts';
import { sha256 } from '../connection/session-helpers.ts';

const login = 'support@example.test';
const password = 'pa55-w0rd-of-the-mailbox';
const clientSecret = 'cl1ent~secret-of-the-application';
const applicationId = 'aaaaaaaa-0000-4000-8000-000000000002';
const byPassword: MailboxSecrets = { password, clientSecret };
const bySecret: MailboxSecrets = { password: null, clientSecret };
const support = mailboxOf({ type: 'graph', login, applicationId, directoryId: tenant });
const mime = (subject: string): string => `Subject: ${subject}\r\n\r\nHello.\r\n`;

let provider: IdentityProvider;
let graph: FakeGraph;

beforeAll(async () => {
  provider = await startIdentityProvider();
  provider.users.set(login, password);
  provider.applications.set(applicationId, { id: applicationId, secret: clientSecret });
});
afterAll(() => provider.close());
beforeEach(async () => {
  graph = await startFakeGraph({ holder: (token) => provider.holder(token) });
});
afterEach(() => graph.close());

const tokensFor = (graphUrl: string) => createTokenSource({ cloud: { ...provider.cloud, graphUrl } });

function open(mailbox: Mailbox = support, options: Partial<GraphRequestsOptions> = {}): MailSession {
  const tokens = tokensFor(graph.url);
  return createGraphSession({ mailbox, secrets: bySecret, tokens, maxPauseMs: 2_000, backoffMs: 10, ...options });
}

async function fetchAll(session: MailSession): Promise<readonly { protocolId: string; text: string }[]> {
  const all: { protocolId: string; text: string }[] = [];
  for await (const { protocolId, raw } of session.fetch(await session.describe(await session.list()))) {
    all.push({ protocolId, text: Buffer.from(raw).toString() });
  }
  return all;
}

async function refusal(call: Promise<unknown>): Promise<MailError> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (!(error instanceof MailError)) throw new Error(`no MailError: ${String(error)}`);
  return error;
}

/** As they were delivered. */
const remove = (session: MailSession, ...ids: string[]) =>
  session.remove(ids.map((protocolId) => ({ protocolId, rawSha256: sha256(graph.octetsOf(login, protocolId)) })));

describe('the inbox by Graph', () => {
  it('is listed oldest first, over several pages, in one request a page', async () => {
    const ids = Array.from({ length: 401 }, (_, index) => graph.deliver(login, mime(String(index))));
    expect(await open().list()).toEqual(ids);
    expect(graph.requests).toHaveLength(3);
  });

  it('is asked for no further than the reader goes', async () => {
    const ids = Array.from({ length: 401 }, (_, index) => graph.deliver(login, mime(String(index))));
    const session = open();
    for await (const piece of session.listInPieces()) {
      expect(piece).toEqual(ids.slice(0, piece.length));
      expect(await session.describe(piece)).toHaveLength(piece.length);
      break;
    }
    expect(graph.requests).toHaveLength(1);
  });

  it('is described with sizes and times without another request', async () => {
    const id = graph.deliver(login, mime('one'), '2026-03-04T05:06:07Z');
    const session = open();
    const described = await session.describe(await session.list());
    expect(described).toEqual([{ protocolId: id, size: mime('one').length, arrivedAt: '2026-03-04T05:06:07Z' }]);
    expect(graph.requests).toHaveLength(1);
  });

  it('is described anew for an id that was not listed', async () => {
    const id = graph.deliver(login, mime('one'));
    expect(await open().describe([id, 'gone'])).toMatchObject([{ protocolId: id }]);
  });

  it('holds nothing of other folders', async () => {
    const [first, second] = [graph.deliver(login, mime('one')), graph.deliver(login, mime('two'))];
    graph.moveAway(login, first, 'archive');
    expect(await open().list()).toEqual([second]);
  });

  it('is never followed to another server', async () => {
    const body = JSON.stringify({ value: [], '@odata.nextLink': 'https://graph.example.test/v1.0/me/messages' });
    graph.deliver(login, mime('one'));
    graph.fail({ does: { kind: 'answer', status: 200, contentType: 'application/json', body } });
    expect(await refusal(open().list())).toMatchObject({ kind: 'protocol' });
  });

  it.for([
    { what: 'a page of a proxy', contentType: 'text/html', body: '<html>Sign in</html>' },
    { what: 'no list', contentType: 'application/json', body: '{"value":5}' },
    { what: 'a message without an id', contentType: 'application/json', body: '{"value":[{}]}' },
  ])('is an error when the answer is $what', async ({ contentType, body }) => {
    graph.deliver(login, mime('one'));
    graph.fail({ does: { kind: 'answer', status: 200, contentType, body } });
    expect(await refusal(open().list())).toMatchObject({ kind: 'protocol' });
  });
});

describe('whose inbox', () => {
  it.for([
    { what: 'of who signs in, with a password', mailbox: support, secrets: byPassword, path: '/v1.0/me/' },
    { what: 'of the login, without', mailbox: support, secrets: bySecret, path: `/v1.0/users/${login}/` },
    {
      what: 'of a shared mailbox, with a password',
      mailbox: { ...support, address: 'shared@example.test' },
      secrets: byPassword,
      path: '/v1.0/users/shared@example.test/',
    },
    {
      what: 'of another address, without',
      mailbox: { ...support, address: 'shared@example.test' },
      secrets: bySecret,
      path: '/v1.0/users/shared@example.test/',
    },
  ])('is that $what', async ({ mailbox, secrets, path }) => {
    graph.share(mailbox.address, login);
    const id = graph.deliver(mailbox.address, mime('one'));
    const session = open(mailbox, { secrets });
    expect(await session.list()).toEqual([id]);
    expect(await fetchAll(session)).toEqual([{ protocolId: id, text: mime('one') }]);
    const rawSha256 = sha256(mime('one'));
    expect(await session.remove([{ protocolId: id, rawSha256 }])).toEqual({ removed: [id], left: [] });
    expect(graph.requests.every((line) => line.includes(path))).toBe(true);
  });
});

describe('what Microsoft Graph refuses', () => {
  it.each([
    { who: 'an application that signs in for itself', secrets: bySecret, path: `/v1.0/users/${login}/messages/` },
    { who: 'a user with a password', secrets: byPassword, path: '/v1.0/me/messages/' },
  ])('K1: $who reads messages at their own address, never below a folder', async ({ secrets, path }) => {
    const id = graph.deliver(login, mime('one'));
    expect(await fetchAll(open(support, { secrets }))).toEqual([{ protocolId: id, text: mime('one') }]);
    const asked = graph.requests.filter((line) => line.includes('/$value'));
    expect(asked).toEqual([`GET ${path}${id}/$value`]);
  });

  it('K1: a refusal of the address meets every message, and is trouble of the mailbox', async () => {
    graph.deliver(login, mime('one'));
    graph.fail({ path: '/$value', times: 9, does: { kind: 'refuse', status: 405, code: 'ErrorInvalidRequest' } });
    expect(await refusal(fetchAll(open()))).toMatchObject({ kind: 'protocol', code: 'ErrorInvalidRequest' });
  });

  it.each([
    { status: 404, code: 'ErrorItemNotFound', kind: 'credentials_refused' },
    { status: 404, code: 'ErrorFolderNotFound', kind: 'credentials_refused' },
    { status: 404, code: 'MailboxInfoStale', kind: 'unreachable' },
    { status: 404, code: 'ErrorMailboxMoveInProgress', kind: 'unreachable' },
    { status: 503, code: 'ErrorMailboxMoveInProgress', kind: 'unreachable' },
  ])('K9: $status $code in place of the list is $kind', async ({ status, code, kind }) => {
    graph.deliver(login, mime('one'));
    graph.fail({ path: 'mailFolders/inbox/messages', times: 9, does: { kind: 'refuse', status, code } });
    expect(await refusal(open().list())).toMatchObject({ kind, code });
  });

  it('K9: a 404 at DELETE is not believed while the message lies in the inbox', async () => {
    const id = graph.deliver(login, mime('one'));
    graph.fail({ method: 'DELETE', does: { kind: 'refuse', status: 404, code: 'ErrorItemNotFound' } });
    const { removed, left } = await remove(open(), id);
    expect({ removed, left: left.map(({ protocolId }) => protocolId) }).toEqual({ removed: [], left: [id] });
    expect(graph.idsIn(login, 'inbox')).toEqual([id]);
  });

  it('K5: a list that does not come in time is asked for in smaller pages', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => graph.deliver(login, mime(String(index))));
    graph.fail({ path: '$top=200', times: 99, does: { kind: 'refuse', status: 504, code: 'ErrorTimeoutExpired' } });
    expect(await open().list()).toEqual(ids);
  });
});

describe('messages by Graph', () => {
  it('come whole, in the order asked for, at most four at once', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => graph.deliver(login, mime(String(index))));
    const fetched = await fetchAll(open());
    expect(fetched.map(({ protocolId }) => protocolId)).toEqual(ids);
    expect(fetched.map(({ text }) => text)).toEqual(ids.map((_, index) => mime(String(index))));
    expect(graph.maxAtOnce()).toBe(4);
  });

  it('are octets, whatever they hold', async () => {
    const octets = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256));
    graph.deliver(login, octets);
    const session = open();
    const [message] = await session.describe(await session.list());
    if (message === undefined) throw new Error('not listed');
    const chunks: Uint8Array[] = [];
    for await (const chunk of session.stream(message)) chunks.push(chunk);
    for await (const { raw } of session.fetch([message])) expect(octets.equals(raw)).toBe(true);
    expect(chunks.length).toBeGreaterThan(1);
    expect(octets.equals(Buffer.concat(chunks))).toBe(true);
  });

  it.for([
    {
      what: 'deleted meanwhile',
      vanish: (id: string) =>
        graph.fail({ path: id, does: { kind: 'refuse', status: 404, code: 'ErrorItemNotFound' } }),
    },
    { what: 'gone', vanish: (id: string) => graph.fail({ path: id, does: { kind: 'refuse', status: 410, code: '' } }) },
    { what: 'moved by a rule', vanish: (id: string) => graph.moveAway(login, id, 'archive') },
  ])('are left out when $what', async ({ vanish }) => {
    const [first, second] = [graph.deliver(login, mime('one')), graph.deliver(login, mime('two'))];
    const session = open();
    const described = await session.describe(await session.list());
    vanish(first);
    const fetched: string[] = [];
    for await (const { protocolId } of session.fetch(described)) fetched.push(protocolId);
    expect(fetched).toEqual([second]);
  });

  it('that Graph cannot write as MIME are told and left out, and those behind go on', async () => {
    const [first, second] = [graph.deliver(login, mime('one')), graph.deliver(login, mime('two'))];
    graph.fail({
      path: `${first}/$value`,
      times: 9,
      does: { kind: 'refuse', status: 500, code: 'ErrorMimeContentConversionFailed' },
    });
    const skipped: unknown[] = [];
    const session = open();
    const described = await session.describe(await session.list());
    const given: string[] = [];
    for await (const { protocolId } of session.fetch(described, (id, { code }) => skipped.push([id, code])))
      given.push(protocolId);
    expect(given).toEqual([second]);
    expect(skipped).toEqual([[first, 'ErrorMimeContentConversionFailed']]);
  });

  it('cut in the middle are interrupted, and nothing of them is given', async () => {
    graph.deliver(login, mime('x'.repeat(200_000)));
    graph.fail({ path: '/$value', times: 9, does: { kind: 'cut', afterOctets: 70_000 } });
    expect(await refusal(fetchAll(open()))).toMatchObject({ kind: 'interrupted' });
  });

  it('that do not come in time are given up', async () => {
    graph.deliver(login, mime('one'));
    graph.fail({ path: '/$value', does: { kind: 'hang' } });
    expect(await refusal(fetchAll(open(support, { timeoutMs: 300 })))).toMatchObject({
      kind: 'unreachable',
      code: 'TimeoutError',
    });
  });

  it('are not asked for any more when the reader stops early', async () => {
    for (let index = 0; index < 20; index += 1) graph.deliver(login, mime(String(index)));
    const session = open();
    for await (const { raw } of session.fetch(await session.describe(await session.list()))) {
      expect(raw.length).toBeGreaterThan(0);
      break;
    }
    expect(await session.list()).toHaveLength(20);
    // Two lists, and at most the four that were under way twice, each after a look at its folder.
    expect(graph.requests.length).toBeLessThanOrEqual(18);
  });

  it('stop coming when the reading is cancelled', async () => {
    graph.deliver(login, mime('one'));
    graph.fail({ path: '/$value', does: { kind: 'hang' } });
    const cancel = new AbortController();
    const all = refusal(fetchAll(open(support, { signal: cancel.signal })));
    await expect.poll(() => graph.requests.some((line) => line.includes('/$value'))).toBe(true);
    cancel.abort();
    expect(await all).toMatchObject({ kind: 'interrupted' });
  });
});

describe('removing by Graph', () => {
  it('deletes, and counts as removed what is gone already', async () => {
    const ids = ['one', 'two', 'three'].map((subject) => graph.deliver(login, mime(subject)));
    const session = open();
    graph.moveAway(login, ids[0] ?? '', 'archive');
    expect(await remove(session, ...ids, 'never-there')).toEqual({ removed: [...ids, 'never-there'], left: [] });
    expect(graph.idsIn(login, 'archive')).toEqual([ids[0]]);
    expect(graph.idsIn(login, 'deleteditems')).toEqual(ids.slice(1));
  });

  it('never deletes for good: a repeated one does not reach into Deleted Items', async () => {
    const id = graph.deliver(login, mime('one'));
    graph.fail({ method: 'DELETE', does: { kind: 'lose' } });
    expect(await remove(open(), id)).toEqual({ removed: [id], left: [] });
    expect(graph.requests.filter((line) => line.startsWith('DELETE'))).toHaveLength(2);
    expect(graph.idsIn(login, 'deleteditems')).toEqual([id]);
  });

  it('K2: leaves what is not the stored message, by its octets or its Message-ID', async () => {
    const withId = 'Message-ID: <one@example.test>\r\n' + mime('one');
    const [other, same] = [graph.deliver(login, mime('other')), graph.deliver(login, withId)];
    const outcome = await open().remove([
      { protocolId: other, rawSha256: sha256(mime('stored')), messageId: '<stored@example.test>' },
      { protocolId: same, rawSha256: sha256('otherwise converted'), messageId: '<one@example.test>' },
    ]);
    expect(outcome).toEqual({ removed: [same], left: [], replaced: [other] });
    expect(graph.idsIn(login, 'inbox')).toEqual([other]);
  });

  it.each([
    { what: 'JSON', contentType: 'application/json', body: '{"error":"none"}' },
    {
      what: "Exchange's stand-in",
      contentType: 'text/plain',
      body: 'From: "Microsoft Exchange Server"\r\nSubject: Retrieval using the IMAP4 protocol failed for the following message: 7\r\n\r\nThe server couldn\'t retrieve the following message.',
    },
  ])('K3: $what in place of a message is not the message', async ({ contentType, body }) => {
    const id = graph.deliver(login, mime('one'));
    graph.fail({ path: '/$value', does: { kind: 'answer', status: 200, contentType, body } });
    const session = open();
    const told: string[] = [];
    const described = await session.describe(await session.list());
    for await (const { protocolId } of session.fetch(described, (one) => told.push(one)))
      expect(protocolId).toBe('nothing');
    expect(told).toEqual([id]);
  });

  it('moves into the folder, made where it is missing and only once', async () => {
    const [first, second] = [graph.deliver(login, mime('one')), graph.deliver(login, mime('two'))];
    const mailbox = { ...support, afterProcessing: 'move', moveToFolder: 'Inbox/Done/2026' } as const;
    expect(await remove(open(mailbox), first)).toEqual({ removed: [first], left: [] });
    expect(await remove(open({ ...mailbox, moveToFolder: 'inbox/done/2026' }), second)).toEqual({
      removed: [second],
      left: [],
    });
    expect(graph.idsIn(login, '2026')).toEqual([first, second]);
    expect(await open().list()).toEqual([]);
  });

  it.for([
    { folder: 'Inbox', reason: 'the inbox itself' },
    { folder: '/', reason: 'no name' },
  ])('leaves everything where the folder is $folder', async ({ folder, reason }) => {
    const id = graph.deliver(login, mime('one'));
    const outcome = await remove(open({ ...support, afterProcessing: 'move', moveToFolder: folder }), id);
    expect(outcome).toEqual({
      removed: [],
      left: [{ protocolId: id, reason: expect.stringContaining(reason) as string }],
    });
    expect(await open().list()).toEqual([id]);
  });

  it('says why a message is still there', async () => {
    const id = graph.deliver(login, mime('one'));
    graph.fail({ method: 'DELETE', does: { kind: 'refuse', status: 403, code: 'ErrorAccessDenied' } });
    const { removed, left } = await remove(open(), id);
    expect(removed).toEqual([]);
    expect(left).toEqual([{ protocolId: id, reason: expect.stringContaining('Mail.ReadWrite') as string }]);
  });

  it('does not take a vanished mailbox for vanished messages', async () => {
    const id = graph.deliver(login, mime('one'));
    graph.fail({ method: 'DELETE', does: { kind: 'refuse', status: 404, code: 'MailboxNotEnabledForRESTAPI' } });
    expect(await refusal(remove(open(), id))).toMatchObject({ kind: 'credentials_refused' });
    graph.fail({
      method: 'DELETE',
      does: { kind: 'answer', status: 404, contentType: 'text/html', body: 'Not Found' },
    });
    expect(await refusal(remove(open(), id))).toMatchObject({ kind: 'protocol' });
  });
});

describe('trouble with Graph', () => {
  it.for([429, 503])('as %i with a short Retry-After is waited out', async (status) => {
    const id = graph.deliver(login, mime('one'));
    graph.fail({ does: { kind: 'refuse', status, code: 'ApplicationThrottled', retryAfter: '1' } });
    expect(await open().list()).toEqual([id]);
    expect(graph.requests).toHaveLength(2);
  });

  it('F16: as 429 with a long Retry-After is told, and the session asks no more meanwhile', async () => {
    graph.deliver(login, mime('one'));
    graph.fail({ does: { kind: 'refuse', status: 429, code: 'ApplicationThrottled', retryAfter: '600' } });
    const session = open();
    expect(await refusal(session.list())).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 600_000,
      code: 'ApplicationThrottled',
    });
    expect(await refusal(session.list())).toMatchObject({ kind: 'throttled' });
    expect(graph.requests).toHaveLength(1);
  });

  it('F16: as 429 that does not end is told after some attempts', async () => {
    graph.deliver(login, mime('one'));
    graph.fail({ times: 9, does: { kind: 'refuse', status: 429, code: 'ApplicationThrottled', retryAfter: '0' } });
    expect(await refusal(open().list())).toMatchObject({ kind: 'throttled' });
    expect(graph.requests).toHaveLength(4);
  });

  it('as a lost connection or a gateway without an answer is tried again', async () => {
    const id = graph.deliver(login, mime('one'));
    graph.fail({ does: { kind: 'lose' } });
    graph.fail({ does: { kind: 'refuse', status: 504, code: '' } });
    expect(await open().list()).toEqual([id]);
  });

  it('as a token refused is cured by a new token', async () => {
    const id = graph.deliver(login, mime('one'));
    const session = open();
    await session.list();
    provider.revokeAll();
    expect(await session.list()).toEqual([id]);
    expect(graph.requests).toHaveLength(3);
  });

  it('as tokens that expire in the middle of a batch is cured by one new token for all', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => graph.deliver(login, mime(String(index))));
    const session = open();
    const described = await session.describe(await session.list());
    const asked = provider.requests.length;
    const read: string[] = [];
    for await (const { protocolId } of session.fetch(described)) {
      read.push(protocolId);
      if (read.length === 3) provider.revokeAll();
    }
    expect(read).toEqual(ids);
    expect(provider.requests.length - asked).toBe(1);
  });

  it('as every token refused is told after one new token', async () => {
    graph.deliver(login, mime('one'));
    graph.fail({ times: 9, does: { kind: 'refuse', status: 401, code: 'InvalidAuthenticationToken' } });
    const { kind, remedy } = await refusal(open().list());
    expect({ kind, remedy }).toEqual({
      kind: 'credentials_refused',
      remedy: expect.stringContaining('Mail.ReadWrite') as string,
    });
    expect(graph.requests).toHaveLength(2);
  });

  it('as a mailbox outside of what the application may open names the mailbox', async () => {
    graph.deliver(login, mime('one'));
    graph.narrowApplicationsTo(['other@example.test']);
    const error = await refusal(open().list());
    expect(error).toMatchObject({ kind: 'credentials_refused', code: 'ErrorAccessDenied' });
    expect(error.message).toContain(login);
  });

  it('as an address without a mailbox says which fields to check', async () => {
    const error = await refusal(open({ ...support, address: 'nobody@example.test' }).list());
    expect(error).toMatchObject({ kind: 'credentials_refused', code: 'ErrorInvalidUser' });
    expect(error.remedy).toContain('Address');
  });

  it('as a refusal of the identity provider is told in its words when the session is opened', async () => {
    const error = await refusal(
      openSession(support, { password: 'wrong', clientSecret }, { tokens: tokensFor(graph.url) }),
    );
    expect(error).toMatchObject({ kind: 'credentials_refused', code: 'AADSTS50126' });
    expect(graph.requests).toEqual([]);
  });

  it('as nobody at the address is unreachable', async () => {
    const closed = await startFakeGraph({ holder: () => undefined });
    await closed.close();
    expect(await refusal(open(support, { tokens: tokensFor(closed.url) }).list())).toMatchObject({
      kind: 'unreachable',
      code: 'ECONNREFUSED',
    });
  });

  it('never shows a token, a password or what the server wrote', async () => {
    graph.deliver(login, mime('one'));
    for (const status of [400, 401, 403, 404, 429, 500]) {
      graph.fail({ times: 4, does: { kind: 'refuse', status, code: 'X', retryAfter: '0' } });
      const error = await refusal(open(support, { secrets: byPassword }).list());
      const all = [error.message, error.remedy, error.stack, JSON.stringify(error)].join();
      for (const secret of [password, clientSecret, 'As Graph would say it', ...provider.issued]) {
        expect(all).not.toContain(secret);
      }
      expect(error.cause).toBeUndefined();
      await graph.close();
      graph = await startFakeGraph({ holder: (token) => provider.holder(token) });
      graph.deliver(login, mime('one'));
    }
  });
});
