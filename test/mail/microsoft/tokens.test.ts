import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mailbox, MailboxSecrets } from '../../../src/domain/mailboxes/mailbox.ts';
import { MailError } from '../../../src/mail/connection/session.ts';
import { createTokenSource } from '../../../src/mail/microsoft/tokens.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { type IdentityProvider, startIdentityProvider, tenant } from '../../support/identity-provider.ts';
import { listen } from '../../support/listen.ts';
import { mailboxOf, noSecrets } from '../../support/mailbox.ts';

const login = 'support@example.test';
const password = 'pa55-w0rd-of-the-mailbox';
const clientSecret = 'cl1ent~secret-of-the-application';
const publicApplication = 'aaaaaaaa-0000-4000-8000-000000000001';
const confidentialApplication = 'aaaaaaaa-0000-4000-8000-000000000002';

let provider: IdentityProvider;

beforeAll(async () => {
  provider = await startIdentityProvider();
  provider.users.set(login, password);
  provider.applications.set(publicApplication, { id: publicApplication, secret: null });
  provider.applications.set(confidentialApplication, { id: confidentialApplication, secret: clientSecret });
});
afterAll(() => provider.close());

let requestsBefore: number;
beforeEach(() => {
  requestsBefore = provider.requests.length;
  provider.lifetimeSeconds = 3600;
});
const requestsMade = () => provider.requests.slice(requestsBefore);

const office365 = mailboxOf({ type: 'office365', applicationId: publicApplication, directoryId: tenant });
const graph = mailboxOf({ type: 'graph', applicationId: confidentialApplication, directoryId: tenant });
const ropc: MailboxSecrets = { password, clientSecret: null };
const credentials: MailboxSecrets = { password: null, clientSecret };

const source = () => createTokenSource({ cloud: provider.cloud });

async function refusalOf(mailbox: Mailbox, secrets: MailboxSecrets, tokens = source()): Promise<MailError> {
  const error: unknown = await tokens.token(mailbox, secrets).catch((reason: unknown) => reason);
  if (!(error instanceof MailError)) throw new Error(`no MailError: ${String(error)}`);
  return error;
}

describe('the grant of a mailbox', () => {
  const cases: readonly {
    readonly of: string;
    mailbox: Mailbox;
    secrets: MailboxSecrets;
    asks: object;
    scopes: string[];
  }[] = [
    {
      of: 'office365 without a client secret is ROPC of a public client',
      mailbox: office365,
      secrets: ropc,
      asks: { grant_type: 'password', username: login, password },
      scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access'],
    },
    {
      of: 'office365 with a client secret is ROPC of a confidential client',
      mailbox: { ...office365, applicationId: confidentialApplication },
      secrets: { password, clientSecret },
      asks: { grant_type: 'password', username: login, client_secret: clientSecret },
      scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access'],
    },
    {
      of: 'graph with a password is ROPC',
      mailbox: { ...graph, applicationId: publicApplication },
      secrets: ropc,
      asks: { grant_type: 'password', username: login },
      scopes: ['https://graph.microsoft.com/User.Read', 'https://graph.microsoft.com/Mail.ReadWrite', 'offline_access'],
    },
    {
      of: 'graph with a password and the address of a shared mailbox asks for that too',
      mailbox: { ...graph, address: 'shared@example.test' },
      secrets: { password, clientSecret },
      asks: { grant_type: 'password', username: login },
      scopes: ['https://graph.microsoft.com/Mail.ReadWrite', 'https://graph.microsoft.com/Mail.ReadWrite.Shared'],
    },
    {
      of: 'graph without a password is client credentials',
      mailbox: graph,
      secrets: credentials,
      asks: { grant_type: 'client_credentials', client_secret: clientSecret },
      scopes: ['https://graph.microsoft.com/.default'],
    },
  ];
  it.for(cases)('of $of', async ({ mailbox, secrets, asks, scopes }) => {
    await source().token(mailbox, secrets);
    expect(requestsMade()).toEqual([expect.objectContaining(asks)]);
    expect(requestsMade()[0]?.['scope']?.split(' ')).toEqual(expect.arrayContaining(scopes));
  });

  it('holds no secret and no user where the table says none', async () => {
    await source().token(office365, ropc);
    await source().token(graph, credentials);
    const [withUser, withoutUser] = requestsMade();
    expect(withUser).not.toHaveProperty('client_secret');
    expect(withoutUser).not.toHaveProperty('username');
  });

  it.for([
    { mailbox: { ...graph, applicationId: null }, secrets: credentials, missing: 'Application ID' },
    { mailbox: graph, secrets: noSecrets, missing: 'Client Secret' },
    { mailbox: office365, secrets: credentials, missing: 'Password' },
  ])('is refused without a request where $missing is missing', async ({ mailbox, secrets, missing }) => {
    const { kind, message } = await refusalOf(mailbox, secrets);
    expect({ kind, message }).toEqual({
      kind: 'credentials_refused',
      message: expect.stringContaining(missing) as string,
    });
    expect(requestsMade()).toEqual([]);
  });
});

describe('a token', () => {
  it('is kept for its mailbox', async () => {
    const tokens = source();
    const first = await tokens.token(office365, ropc);
    expect(await tokens.token(office365, ropc)).toBe(first);
    expect(await tokens.token({ ...office365, id: 2 }, ropc)).not.toBe(first);
    expect(requestsMade()).toHaveLength(2);
  });

  it('is asked for once by many callers at once', async () => {
    const tokens = source();
    const all = await Promise.all(Array.from({ length: 10 }, () => tokens.token(graph, credentials)));
    expect(new Set(all).size).toBe(1);
    expect(requestsMade()).toHaveLength(1);
  });

  it('is renewed before it expires, with the refresh token and not with the password', async () => {
    let now = Date.now();
    const tokens = createTokenSource({ cloud: provider.cloud, now: () => now });
    const first = await tokens.token(office365, ropc);
    now += 54 * 60_000;
    expect(await tokens.token(office365, ropc)).toBe(first);
    now += 2 * 60_000;
    expect(await tokens.token(office365, ropc)).not.toBe(first);
    expect(requestsMade().map((request) => request['grant_type'])).toEqual(['password', 'refresh_token']);
  });

  it('is renewed with the password where the refresh token is refused', async () => {
    const tokens = source();
    await tokens.token(office365, ropc);
    provider.revokeAll();
    tokens.invalidate(office365.id);
    const renewed = await tokens.token(office365, ropc);
    expect(provider.holder(renewed)).toMatchObject({ login });
    expect(requestsMade().map((request) => request['grant_type'])).toEqual(['password', 'refresh_token', 'password']);
  });

  it('that a server refused is thrown away, but not the one that has replaced it', async () => {
    const tokens = source();
    const first = await tokens.token(graph, credentials);
    tokens.invalidate(graph.id, first);
    const second = await tokens.token(graph, credentials);
    tokens.invalidate(graph.id, first);
    expect(second).not.toBe(first);
    expect(await tokens.token(graph, credentials)).toBe(second);
  });

  it('of a changed password is a new one', async () => {
    const tokens = source();
    await tokens.token(office365, ropc);
    const { code } = await refusalOf(office365, { ...ropc, password: 'an older one' }, tokens);
    expect(code).toBe('AADSTS50126');
  });
});

describe('a refusal', () => {
  it.for([
    {
      what: 'wrong password',
      error: 'invalid_grant',
      code: 50126,
      kind: 'credentials_refused',
      says: 'password',
      remedy: 'Login and Password',
    },
    {
      what: 'unknown user',
      error: 'invalid_grant',
      code: 50034,
      kind: 'credentials_refused',
      says: 'login',
      remedy: 'Login and Directory',
    },
    {
      what: 'MFA by policy',
      error: 'interaction_required',
      code: 50076,
      kind: 'credentials_refused',
      says: 'second factor',
      remedy: 'Conditional Access',
    },
    {
      what: 'MFA to be registered',
      error: 'interaction_required',
      code: 50079,
      kind: 'credentials_refused',
      says: 'second factor',
      remedy: 'client credentials',
    },
    {
      what: 'external challenge',
      error: 'interaction_required',
      code: 50158,
      kind: 'credentials_refused',
      says: 'second factor',
      remedy: 'client credentials',
    },
    {
      what: 'blocked by policy',
      error: 'access_denied',
      code: 53003,
      kind: 'credentials_refused',
      says: 'Conditional Access',
      remedy: 'Sign-in logs',
    },
    {
      what: 'consent missing',
      error: 'invalid_grant',
      code: 65001,
      kind: 'credentials_refused',
      says: 'consent',
      remedy: 'Grant admin consent',
    },
    {
      what: 'bad client secret',
      error: 'invalid_client',
      code: 7000215,
      kind: 'credentials_refused',
      says: 'secret is wrong',
      remedy: 'not its Secret ID',
    },
    {
      what: 'expired client secret',
      error: 'invalid_client',
      code: 7000222,
      kind: 'credentials_refused',
      says: 'expired',
      remedy: 'Certificates & secrets',
    },
    {
      what: 'public client not allowed',
      error: 'invalid_client',
      code: 7000218,
      kind: 'credentials_refused',
      says: 'client secret',
      remedy: 'public client flows',
    },
    {
      what: 'unknown tenant',
      error: 'invalid_request',
      code: 90002,
      kind: 'credentials_refused',
      says: 'directory',
      remedy: 'Directory ID',
    },
    {
      what: 'unknown application',
      error: 'unauthorized_client',
      code: 700016,
      kind: 'credentials_refused',
      says: 'application',
      remedy: 'Application ID',
    },
    {
      what: 'locked',
      error: 'invalid_grant',
      code: 50053,
      kind: 'credentials_refused',
      says: 'locked',
      remedy: 'Wait',
    },
    {
      what: 'password expired',
      error: 'invalid_grant',
      code: 50055,
      kind: 'credentials_refused',
      says: 'expired',
      remedy: 'new password',
    },
    {
      what: 'account switched off',
      error: 'invalid_grant',
      code: 50057,
      kind: 'credentials_refused',
      says: 'switched off',
      remedy: 'Users',
    },
    {
      what: 'a fault of Microsoft',
      error: 'temporarily_unavailable',
      code: 90033,
      kind: 'unreachable',
      says: 'fault',
      remedy: 'by itself',
    },
    {
      what: 'K12: a code of tomorrow',
      error: 'invalid_grant',
      code: 99999999,
      kind: 'credentials_refused',
      says: 'refuses the sign-in',
      remedy: 'code=99999999',
    },
    {
      what: 'K12: a code that tells of a key',
      error: 'invalid_grant',
      code: 135010,
      kind: 'credentials_refused',
      says: 'refuses the sign-in',
      remedy: 'code=135010',
    },
    {
      what: 'K12: a malformed request',
      error: 'invalid_grant',
      code: 9002313,
      kind: 'credentials_refused',
      says: 'empty or malformed',
      remedy: 'Application ID',
    },
    {
      what: 'K12: a revoked sign-in',
      error: 'invalid_grant',
      code: 50173,
      kind: 'credentials_refused',
      says: 'revoked',
      remedy: 'Sign in once',
    },
    {
      what: 'a code and a word of tomorrow',
      error: 'something_new',
      code: 99999999,
      kind: 'protocol',
      says: 'understand',
      remedy: 'code=99999999',
    },
  ])('for $what says what to change and where', async ({ error, code, kind, says, remedy }) => {
    provider.fail({ kind: 'refuse', error, code });
    const refusal = await refusalOf(office365, ropc);
    expect(refusal).toMatchObject({ kind, code: `AADSTS${code}` });
    expect(refusal.message).toContain(says);
    expect(refusal.message).toContain(`AADSTS${code}`);
    expect(refusal.remedy).toContain(remedy);
  });

  it('comes from the provider for a wrong password, secret, application and tenant', async () => {
    const codes = [
      await refusalOf(office365, { ...ropc, password: 'wrong' }),
      await refusalOf(graph, { ...credentials, clientSecret: 'wrong' }),
      await refusalOf({ ...graph, applicationId: 'aaaaaaaa-0000-4000-8000-00000000000f' }, credentials),
      await refusalOf({ ...graph, directoryId: 'no-such-directory.test' }, credentials),
    ].map(({ code }) => code);
    expect(codes).toEqual(['AADSTS50126', 'AADSTS7000215', 'AADSTS700016', 'AADSTS90002']);
  });

  it('is not remembered: the next request asks again', async () => {
    const tokens = source();
    provider.fail({ kind: 'refuse', error: 'invalid_grant', code: 50053 });
    await refusalOf(office365, ropc, tokens);
    expect(await tokens.token(office365, ropc)).toEqual(expect.any(String));
  });

  it('holds neither password nor secret nor what the provider wrote', async () => {
    for (const secrets of [ropc, credentials]) {
      provider.fail({ kind: 'refuse', error: 'invalid_client', code: 7000215 });
      const refusal = await refusalOf(graph, secrets);
      const all = [refusal.message, refusal.remedy, refusal.stack, JSON.stringify(refusal)].join();
      expect(all).not.toContain(password);
      expect(all).not.toContain(clientSecret);
      expect(all).not.toContain('As Microsoft would say it');
      expect(refusal.cause).toBeUndefined();
    }
  });
});

describe('throttling', () => {
  const throttled = { kind: 'answer', status: 429, headers: { 'retry-after': '120' }, body: '{}' } as const;

  it('tells how long to wait, and nothing is asked before', async () => {
    let now = Date.now();
    const tokens = createTokenSource({ cloud: provider.cloud, now: () => now });
    provider.fail(throttled);
    expect(await refusalOf(graph, credentials, tokens)).toMatchObject({ kind: 'throttled', retryAfterMs: 120_000 });
    now += 50_000;
    expect(await refusalOf(graph, credentials, tokens)).toMatchObject({ kind: 'throttled', retryAfterMs: 70_000 });
    expect(requestsMade()).toEqual([]);
    now += 70_000;
    expect(await tokens.token(graph, credentials)).toEqual(expect.any(String));
  });

  it('of one mailbox leaves the others alone', async () => {
    const tokens = source();
    provider.fail(throttled);
    await refusalOf(graph, credentials, tokens);
    expect(await tokens.token({ ...graph, id: 2 }, credentials)).toEqual(expect.any(String));
  });

  it('is also 503 with Retry-After, and a fault of the server without', async () => {
    provider.fail({ ...throttled, status: 503 });
    expect(await refusalOf(graph, credentials)).toMatchObject({ kind: 'throttled', retryAfterMs: 120_000 });
    provider.fail({ kind: 'answer', status: 503, body: 'Service Unavailable' });
    expect(await refusalOf(graph, credentials)).toMatchObject({ kind: 'unreachable' });
  });
});

describe('an authority that cannot be reached', () => {
  const at = (authority: string) =>
    createTokenSource({
      cloud: { ...provider.cloud, ...endpointsAt(authority), authority, knownAuthorities: [new URL(authority).host] },
    });
  const endpointsAt = (authority: string) => ({
    authorityMetadata: provider.cloud.authorityMetadata?.replaceAll(provider.cloud.authority, authority) ?? '',
    cloudDiscoveryMetadata:
      provider.cloud.cloudDiscoveryMetadata?.replaceAll(
        new URL(provider.cloud.authority).host,
        new URL(authority).host,
      ) ?? '',
  });

  it('is unreachable, with the reason, when its name is unknown', async () => {
    const { kind, message, remedy } = await refusalOf(graph, credentials, at('https://login.invalid'));
    expect(kind).toBe('unreachable');
    expect(message).toContain('login.invalid');
    expect(remedy).toContain('firewall');
  });

  it('is unreachable when it refuses the connection or cuts it', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const refused = await refusalOf(graph, credentials, at(`https://localhost:${port}`));
    provider.fail({ kind: 'cut' });
    const cut = await refusalOf(graph, credentials);
    expect([refused.kind, cut.kind]).toEqual(['unreachable', 'unreachable']);
  });

  it('is a proxy when the answer is no JSON', async () => {
    provider.fail({ kind: 'answer', status: 200, body: '<html>Sign in to the guest network</html>' });
    expect(await refusalOf(graph, credentials)).toMatchObject({
      kind: 'protocol',
      remedy: expect.stringContaining('authority') as string,
    });
  });

  it('is not trusted with a certificate that nobody vouches for', async () => {
    const server = createHttpsServer(await selfSignedCertificate());
    const port = await listen(server);
    const refusal = await refusalOf(graph, credentials, at(`https://localhost:${port}`));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(refusal).toMatchObject({ kind: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(requestsMade()).toEqual([]);
  });
});
