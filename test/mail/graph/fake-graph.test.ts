import { Client, type GraphError, PageIterator, ResponseType } from '@microsoft/microsoft-graph-client';
import type { MailFolder, Message } from '@microsoft/microsoft-graph-types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trustedCertificate } from '../../support/certificate.ts';
import { type FakeGraph, startFakeGraph } from '../../support/fake-graph.ts';
import { knownRefusals } from '../../support/fake-graph-mailbox.ts';

const login = 'support@example.test';
const scope = 'https://graph.microsoft.com/Mail.ReadWrite';
const mime = (subject: string) => `Subject: ${subject}\r\n\r\nHello.\r\n`;

interface List {
  readonly value: readonly Message[];
}

let graph: FakeGraph;
let client: Client;

beforeEach(async () => {
  const holder = (token: string) => (token === 'good' ? { login, scope } : undefined);
  graph = await startFakeGraph({ holder, tls: await trustedCertificate() });
  client = clientWith('good');
});
afterEach(() => graph.close());

const clientWith = (token: string) =>
  Client.initWithMiddleware({
    authProvider: { getAccessToken: () => Promise.resolve(token) },
    baseUrl: graph.url,
    customHosts: new Set(['localhost']),
  });

const api = (path: string) => client.api(path).header('Prefer', 'IdType="ImmutableId"');
const message = (id: string) => `/me/messages/${encodeURIComponent(id)}`;
const item = (id: string) => `/me/mailFolders/inbox/messages/${encodeURIComponent(id)}`;

const refusal = async (call: Promise<unknown>): Promise<GraphError> => {
  const error: unknown = await call.catch((reason: unknown) => reason);
  return error as GraphError;
};

/** Microsoft's own client is the judge of whether the fake speaks as Graph does. */
describe("the fake Graph, driven by Microsoft's client", () => {
  it('lists the inbox oldest first, page by page', async () => {
    const ids = ['one', 'two', 'three', 'four', 'five'].map((subject) => graph.deliver(login, mime(subject)));
    const first: unknown = await api('/me/mailFolders/inbox/messages')
      .select(['id', 'subject'])
      .orderby('receivedDateTime')
      .top(2)
      .get();
    const seen: Message[] = [];
    const onEach = (message: Message) => seen.push(message) > 0;
    const headers = { headers: { Prefer: 'IdType="ImmutableId"' } };
    await new PageIterator(client, first as ConstructorParameters<typeof PageIterator>[1], onEach, headers).iterate();
    expect(seen.map(({ id }) => id)).toEqual(ids);
    expect(seen.map(({ subject }) => subject)).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(seen[0]).not.toHaveProperty('receivedDateTime');
    expect(graph.requests).toHaveLength(3);
  });

  it('tells the size as an extended property', async () => {
    graph.deliver(login, mime('one'));
    const expanded = "singleValueExtendedProperties($filter=id eq 'Long 0x0E08')";
    const answer = (await api('/me/mailFolders/inbox/messages').expand(expanded).get()) as List;
    expect(answer.value[0]?.singleValueExtendedProperties?.[0]?.value).toBe(String(mime('one').length));
  });

  it('gives a message as MIME', async () => {
    const id = graph.deliver(login, mime('one'));
    expect(
      await api(`${message(id)}/$value`)
        .responseType(ResponseType.TEXT)
        .get(),
    ).toBe(mime('one'));
  });

  it('K1: gives no MIME below a folder, as users report of Microsoft', async () => {
    const id = graph.deliver(login, mime('one'));
    expect(await refusal(api(`${item(id)}/$value`).get())).toMatchObject({
      statusCode: 405,
      code: 'ErrorInvalidRequest',
    });
    for (const { source } of knownRefusals) expect(source).toMatch(/^https:/);
  });

  it('deletes into Deleted Items, and knows the message in the inbox no more', async () => {
    const id = graph.deliver(login, mime('one'));
    await api(item(id)).delete();
    expect(graph.idsIn(login, 'deleteditems')).toEqual([id]);
    expect(await refusal(api(item(id)).get())).toMatchObject({ statusCode: 404, code: 'ErrorItemNotFound' });
  });

  it('moves into a folder that it made, and keeps the immutable id but not the ordinary one', async () => {
    const id = graph.deliver(login, mime('one'));
    const { value } = (await client.api('/me/messages').get()) as List;
    const folder = (await api('/me/mailFolders').post({ displayName: 'Done' })) as MailFolder;
    const moved = (await api(`${item(id)}/move`).post({ destinationId: folder.id })) as Message;
    expect(moved.id).toBe(id);
    expect(graph.idsIn(login, 'Done')).toEqual([id]);
    expect(await refusal(client.api(`/me/messages/${encodeURIComponent(value[0]?.id ?? '')}`).get())).toMatchObject({
      statusCode: 404,
    });
  });

  it('refuses a token that it does not know, and the mailbox of another', async () => {
    graph.deliver('other@example.test', mime('one'));
    expect(await refusal(clientWith('bad').api('/me/messages').get())).toMatchObject({
      statusCode: 401,
      code: 'InvalidAuthenticationToken',
    });
    expect(await refusal(client.api('/users/other@example.test/messages').get())).toMatchObject({
      statusCode: 403,
      code: 'ErrorAccessDenied',
    });
    expect(await refusal(client.api('/users/nobody@example.test/messages').get())).toMatchObject({ statusCode: 404 });
  });

  it('throttles so that the client waits and tries again by itself', async () => {
    graph.deliver(login, mime('one'));
    graph.fail({ does: { kind: 'refuse', status: 429, code: 'ApplicationThrottled', retryAfter: '1' } });
    const answer = (await api('/me/messages').get()) as List;
    expect(answer.value).toHaveLength(1);
    expect(graph.requests).toHaveLength(2);
  });
});
