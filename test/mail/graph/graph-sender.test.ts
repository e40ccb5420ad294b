import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MailboxSecrets } from '../../../src/domain/mailboxes/mailbox.ts';
import { createGraphSender } from '../../../src/mail/graph/graph-sender.ts';
import { createTokenSource } from '../../../src/mail/microsoft/tokens.ts';
import { SendError } from '../../../src/mail/outgoing/send.ts';
import { type FakeGraph, startFakeGraph } from '../../support/fake-graph.ts';
import { type IdentityProvider, startIdentityProvider, tenant } from '../../support/identity-provider.ts';
import { mailboxOf } from '../../support/mailbox.ts';

const login = 'support@example.test';
const password = 'pa55-w0rd-of-the-mailbox';
const clientSecret = 'cl1ent~secret-of-the-application';
const applicationId = 'aaaaaaaa-0000-4000-8000-000000000004';
const bySecret: MailboxSecrets = { password: null, clientSecret };
const byPassword: MailboxSecrets = { password, clientSecret };
const support = mailboxOf({ type: 'graph', login, applicationId, directoryId: tenant, sendVia: 'mailbox' });
const messageId = '<I261123_000001.1a.0123456789abcdef0123@example.test>';
const raw = Buffer.from(`Message-ID: ${messageId}\r\nX-TSA-Loop: ${login}\r\nTo: a@aef.com\r\n\r\nHello.\r\n`);
const envelope = { from: login, to: 'a@aef.com', messageId, isRepeated: false };

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
  graph.deliver(login, 'Subject: makes the mailbox\r\n\r\n');
});
afterEach(() => graph.close());

const senderBy = (secrets: MailboxSecrets = bySecret) =>
  createGraphSender(support, secrets, {
    tokens: createTokenSource({ cloud: { ...provider.cloud, graphUrl: graph.url } }),
    timeoutMs: 2_000,
  });
const failure = async (call: Promise<unknown>): Promise<SendError> => {
  const error: unknown = await call.then(
    () => new Error('sent'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SendError)) throw error;
  return error;
};
const sent = () => graph.idsIn(login, 'sentitems');
const drafts = () => graph.idsIn(login, 'drafts');

describe('sending by Microsoft Graph', () => {
  it.each([
    ['as an application', bySecret],
    ['as a user', byPassword],
  ])('%s makes a draft of the MIME text and sends it', async (_, secrets) => {
    expect(await senderBy(secrets).send(raw, envelope)).toEqual({ serverMessageId: null });
    const [id = ''] = sent();
    expect(graph.octetsOf(login, id).toString()).toContain(`Message-ID: ${messageId}`);
    expect(graph.octetsOf(login, id).toString()).not.toContain('X-TSA-Loop');
    expect(drafts()).toEqual([]);
  });

  it('R10: after a lost answer Graph is asked whether the mail went out', async () => {
    graph.fail({ method: 'POST', path: '/send', does: { kind: 'lose' } });
    await senderBy().send(raw, envelope);
    expect(sent()).toHaveLength(1);
    expect(drafts()).toEqual([]);
  });

  it('R10: a mail that was given before, and went out, is not sent again', async () => {
    const sender = senderBy();
    await sender.send(raw, envelope);
    await sender.send(raw, { ...envelope, isRepeated: true });
    expect(sent()).toHaveLength(1);
  });

  it('R10: a draft whose answer was lost is the one that is sent', async () => {
    const sender = senderBy();
    graph.fail({ method: 'POST', path: '/messages', does: { kind: 'lose' } });
    const error = await failure(sender.send(raw, envelope));
    expect(error).toMatchObject({ kind: 'unreachable', isOurs: true, isUnknown: true });
    expect(drafts()).toHaveLength(1);
    await sender.send(raw, { ...envelope, isRepeated: true });
    expect([drafts().length, sent().length]).toEqual([0, 1]);
  });

  it.each([
    [403, 'ErrorAccessDenied', { kind: 'credentials_refused', isOurs: true }],
    [403, 'ErrorSendAsDenied', { kind: 'sender_refused', isOurs: true }],
    [400, 'ErrorInvalidRecipients', { kind: 'refused', permanent: true, isOurs: false }],
    [503, 'ServiceUnavailable', { kind: 'unreachable', isOurs: true }],
  ] as const)('tells %i %s, and leaves no draft', async (status, code, told) => {
    graph.fail({ method: 'POST', path: '/send', times: 9, does: { kind: 'refuse', status, code } });
    const error = await failure(senderBy().send(raw, envelope));
    expect(error).toMatchObject(told);
    expect(sent()).toEqual([]);
    if (status !== 503) expect(drafts()).toEqual([]);
  });

  it('refuses what is larger than Graph takes, with its size', async () => {
    const error = await failure(senderBy().send(Buffer.alloc(3 * 1024 * 1024 + 1, 65), envelope));
    expect(error).toMatchObject({ kind: 'refused', permanent: true });
    expect(error.message).toContain('3145729');
    expect(graph.requests).toEqual([]);
  });

  it('is tested without a mail', async () => {
    await senderBy().verify();
    expect([drafts(), sent()]).toEqual([[], []]);
    graph.narrowApplicationsTo([]);
    expect(await failure(senderBy().verify())).toMatchObject({ kind: 'credentials_refused' });
  });

  it('tells trouble with the sign-in without a secret', async () => {
    const error = await failure(senderBy({ password: null, clientSecret: 'another' }).send(raw, envelope));
    expect(error).toMatchObject({ kind: 'credentials_refused', isOurs: true });
    expect(`${error.message}${error.remedy}`).not.toContain('another');
  });
});
