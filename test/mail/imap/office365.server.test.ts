import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mailbox } from '../../../src/domain/mailboxes/mailbox.ts';
import { openSession } from '../../../src/mail/open-session.ts';
import type { MailSession } from '../../../src/mail/connection/session.ts';
import { createTokenSource, type TokenSource } from '../../../src/mail/microsoft/tokens.ts';
import type { Dovecot } from '../../support/dovecot.ts';
import { startExchange } from '../../support/exchange.ts';
import { type IdentityProvider, startIdentityProvider, tenant } from '../../support/identity-provider.ts';
import { mailboxOf } from '../../support/mailbox.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { mail, mailErrorOf, readAll, removalOf } from '../connection/session-helpers.ts';

const applicationId = 'aaaaaaaa-0000-4000-8000-000000000001';
/** Not the one that Dovecot takes: nobody gets in by password here. */
const secrets = { password: 'pa55-w0rd-of-the-mailbox', clientSecret: null };

let provider: IdentityProvider;
let dovecot: Dovecot;
let proxy: TcpProxy;

beforeAll(async () => {
  provider = await startIdentityProvider();
  provider.applications.set(applicationId, { id: applicationId, secret: null });
  dovecot = await startExchange(provider.introspectionUrl);
  proxy = await startTcpProxy(dovecot.imapsPort);
});
afterAll(async () => {
  await proxy.close();
  await dovecot.stop();
  await provider.close();
});

let mailbox: Mailbox;
let now: number;
let tokens: TokenSource;

beforeEach(() => {
  const login = `${randomUUID()}@example.test`;
  provider.users.set(login, secrets.password);
  mailbox = mailboxOf({ type: 'office365', login, applicationId, directoryId: tenant });
  now = Date.now();
  const cloud = { ...provider.cloud, imapHost: 'localhost', imapPort: proxy.port };
  tokens = createTokenSource({ cloud, now: () => now });
});

const open = (): Promise<MailSession> => openSession(mailbox, secrets, { tokens, ca: dovecot.ca, timeoutMs: 10_000 });

/** As Exchange Online does it: the token is worth nothing any more, and the connection ends. */
function expire(): void {
  now += 3_600_000;
  provider.revokeAll();
  proxy.cut();
}

const deliver = async (count: number, body = 'hello'): Promise<string[]> => {
  const mails = Array.from({ length: count }, (_, index) => mail(`number ${index}`, body));
  for (const one of mails) await dovecot.deliver(mailbox.login, one);
  return mails;
};

describe('an inbox over XOAUTH2', () => {
  it('is read and emptied with a token in place of the password', async () => {
    const mails = await deliver(3);
    const session = await open();
    const read = await readAll(session);
    expect(read.mails).toEqual(mails);
    expect(await session.remove(await removalOf(session, read.ids))).toEqual({ removed: read.ids, left: [] });
    await session.close();
    expect(await dovecot.messages(mailbox.login)).toEqual([]);
  });

  it('is opened with a new token where the one kept is refused', async () => {
    const first = await tokens.token(mailbox, secrets);
    provider.revokeAll();
    const session = await open();
    expect(await session.list()).toEqual([]);
    await session.close();
    expect(await tokens.token(mailbox, secrets)).not.toBe(first);
  });

  it('goes on with a new token where the old one expires in the middle of a batch', async () => {
    // Far more than the sockets between hold.
    const mails = await deliver(20, `${'x'.repeat(70)}\r\n`.repeat(20_000));
    const session = await open();
    const before = proxy.connections();
    const described = await session.describe(await session.list());
    const read: string[] = [];
    for await (const { raw } of session.fetch(described)) {
      read.push(Buffer.from(raw).toString());
      if (read.length === 7) expire();
    }
    expect(read).toEqual(mails);
    expect(proxy.connections()).toBe(before + 1);
    await session.close();
  });

  it('goes on with a new token where the old one expires between two steps', async () => {
    const mails = await deliver(2);
    const session = await open();
    const [first] = await session.describe(await session.list());
    if (first === undefined) throw new Error('not listed');
    expire();
    const pieces: Uint8Array[] = [];
    for await (const piece of session.stream(first)) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe(mails[0]);
    const removals = await removalOf(session, await session.list());
    expire();
    expect((await session.remove(removals)).removed).toHaveLength(2);
    expire();
    expect(await session.list()).toEqual([]);
    await session.close();
  });

  it('says that the sign-in succeeded where the server refuses every token', async () => {
    mailbox = { ...mailbox, address: 'shared@example.test' };
    const asked = provider.requests.length;
    const error = await mailErrorOf(open());
    expect(error.kind).toBe('credentials_refused');
    expect(error.message).toContain('shared@example.test');
    expect(error.remedy).toContain('IMAP.AccessAsUser.All');
    expect(provider.requests.length - asked).toBe(2);
  });

  it('tells a refused sign-in in the words of the identity provider, and never connects', async () => {
    const before = proxy.connections();
    provider.users.set(mailbox.login, 'changed meanwhile');
    expect(await mailErrorOf(open())).toMatchObject({ kind: 'credentials_refused', code: 'AADSTS50126' });
    expect(proxy.connections()).toBe(before);
  });

  it('tells no token where the new sign-in fails too', async () => {
    await deliver(1);
    const session = await open();
    const described = await session.describe(await session.list());
    const user = mailbox.login;
    provider.users.delete(user);
    expire();
    const error = await mailErrorOf(session.fetch(described)[Symbol.asyncIterator]().next());
    expect(error).toMatchObject({ kind: 'credentials_refused', code: 'AADSTS50126' });
    const told = [error.message, error.remedy, error.stack, JSON.stringify(error)].join();
    for (const token of provider.issued) {
      expect(told).not.toContain(token);
      expect(told).not.toContain(Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64'));
    }
    await session.close();
  });
});
