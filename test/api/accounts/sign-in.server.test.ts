import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAttempts } from '../../../src/api/accounts/attempts.ts';
import { openApiDocument } from '../../../src/api/system/openapi.ts';
import { attemptLimiter, purgeAttempts } from '../../../src/db/accounts/attempts.ts';
import { attempts, sessions, users } from '../../../src/db/schema/index.ts';
import { adminToken, brokenRules, problemOf, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const password = 'correct horse battery staple';

/** As a browser sends it: the cookie, no token. */
const asBrowser = (
  method: string,
  path: string,
  { cookie, csrf, body }: { readonly cookie?: string; readonly csrf?: string | null; readonly body?: unknown } = {},
): Promise<Response> =>
  Promise.resolve(
    api.app.request(path, {
      method,
      headers: {
        ...(cookie === undefined ? {} : { Cookie: cookie }),
        ...(csrf == null ? {} : { 'X-CSRF-Token': csrf }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );

interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
}

const signedIn = async (response: Response): Promise<SignedIn> => {
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return { cookie: (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? '', csrf: csrfToken };
};
const signIn = (name: string, given = password): Promise<Response> =>
  asBrowser('POST', '/api/v1/session', { body: { name, password: given } });
const logged = async (operation: string): Promise<string[]> => {
  const { items } = (await api.get(`/api/v1/log?operation=${operation}`)) as {
    items: readonly { readonly who: string; readonly result: string }[];
  };
  return items.map(({ who, result }) => `${who}: ${result}`);
};

describe('the first user', () => {
  it('is made with the admin token alone, is an administrator, and is the only one made so', async () => {
    expect(await (await asBrowser('GET', '/api/v1/sign-in')).json()).toEqual({ firstUser: true, openIdConnect: false });
    const first = (token: string, name = 'anna') =>
      asBrowser('POST', '/api/v1/first-user', { body: { token, name, password } });
    expect((await problemOf(await first('not the token'))).status).toBe(401);
    const made = await first(adminToken);
    expect(made.status).toBe(201);
    const cookie = made.headers.get('Set-Cookie') ?? '';
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    const session = await signedIn(made);
    expect(await (await asBrowser('GET', '/api/v1/session', session)).json()).toEqual({
      name: 'anna',
      role: 'administrator',
      workflowsUrl: null,
      csrfToken: session.csrf,
    });
    expect((await problemOf(await first(adminToken, 'eve'))).status).toBe(409);
    expect(await (await asBrowser('GET', '/api/v1/sign-in')).json()).toEqual({
      firstUser: false,
      openIdConnect: false,
    });
  });
});

describe('a session', () => {
  it('is begun with name, in any case, and password; the token is not what is stored', async () => {
    const session = await signedIn(await signIn('ANNA'));
    expect((await asBrowser('GET', '/api/v1/mailboxes', session)).status).toBe(200);
    const rows = await api.database.db.select().from(sessions);
    expect(rows.map(({ tokenHash }) => tokenHash)).not.toContain(session.cookie.split('=')[1]);
  });

  it('changes nothing without its CSRF token', async () => {
    const { cookie, csrf } = await signedIn(await signIn('anna'));
    const body = { enabled: true };
    expect((await problemOf(await asBrowser('PUT', '/api/v1/agent', { cookie, body }))).status).toBe(403);
    expect((await asBrowser('PUT', '/api/v1/agent', { cookie, csrf: `${csrf}x`, body })).status).toBe(403);
    expect((await asBrowser('PUT', '/api/v1/agent', { cookie, csrf, body })).status).toBe(200);
    expect((await logged('agent.switch'))[0]).toBe('anna: on');
  });

  it('ends when one signs out', async () => {
    const session = await signedIn(await signIn('anna'));
    expect((await asBrowser('DELETE', '/api/v1/session', session)).status).toBe(204);
    expect((await problemOf(await asBrowser('GET', '/api/v1/session', session))).status).toBe(401);
  });

  it('ends after twelve hours without a request, and after seven days', async () => {
    const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    for (const past of [{ lastUsedAt: hoursAgo(13) }, { createdAt: hoursAgo(24 * 8) }]) {
      const session = await signedIn(await signIn('anna'));
      await api.database.db.update(sessions).set(past);
      expect((await asBrowser('GET', '/api/v1/session', session)).status).toBe(401);
    }
  });

  it('ends with a change of password, but for the one that changed it', async () => {
    const mine = await signedIn(await signIn('anna'));
    const other = await signedIn(await signIn('anna'));
    const change = (current: string) =>
      asBrowser('POST', '/api/v1/session/password', { ...mine, body: { current, password: `${password}!` } });
    expect((await problemOf(await change('wrong'))).status).toBe(409);
    expect((await change(password)).status).toBe(204);
    expect((await asBrowser('GET', '/api/v1/session', other)).status).toBe(401);
    expect((await asBrowser('GET', '/api/v1/session', mine)).status).toBe(200);
    expect((await signIn('anna')).status).toBe(401);
    await api.send('PATCH', '/api/v1/users/1', { password });
  });

  it('A16: is refused alike for a wrong name and a wrong password, and after ten failures for a quarter of an hour', async () => {
    expect((await problemOf(await signIn('nobody'))).detail).toBe('The name or the password is wrong.');
    await api.send('POST', '/api/v1/users', { name: 'target', role: 'reader', password });
    for (let attempt = 0; attempt < 10; attempt += 1)
      expect((await problemOf(await signIn('target', 'guess'))).detail).toBe('The name or the password is wrong.');
    const refused = await signIn('target');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(800);
    expect((await signIn('Target')).status).toBe(429);
    expect((await signIn('anna')).status).toBe(200);
    const { db } = api.database;
    // Another process of the API counts the same; nobody can read there who was tried.
    const pair = JSON.stringify(['target', 'unknown']);
    await expect(createAttempts(db).take('pair', pair)).rejects.toThrow('Too many failed attempts');
    expect(JSON.stringify(await db.select().from(attempts))).not.toContain('target');
    await db.update(attempts).set({ expire: new Date(Date.now() - 1_000) });
    expect((await signIn('target')).status).toBe(200);
    await db.update(attempts).set({ expire: new Date(Date.now() - 1_000) });
    await purgeAttempts(db);
    expect(await db.$count(attempts)).toBe(0);
    expect((await logged('session.refused')).filter((line) => line.startsWith('target'))).toHaveLength(10);
  });
});

describe('guesses', () => {
  const guess = (
    name: string,
    given: string,
    { address = '203.0.113.9', cookie = '' }: { readonly address?: string; readonly cookie?: string } = {},
  ): Promise<Response> =>
    Promise.resolve(
      api.app.request(
        '/api/v1/session',
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...(cookie === '' ? {} : { Cookie: cookie }) },
          body: JSON.stringify({ name, password: given }),
        },
        { incoming: { socket: { remoteAddress: address } } },
      ),
    );
  const statuses = async (guesses: readonly Promise<Response>[]): Promise<number[]> =>
    (await Promise.all(guesses)).map(({ status }) => status);
  const count = (all: readonly number[], status: number): number => all.filter((one) => one === status).length;
  const forget = () => api.database.db.delete(attempts);
  beforeEach(forget);
  afterAll(forget);
  beforeAll(async () => {
    for (const name of ['goal', 'bystander'])
      await api.send('POST', '/api/v1/users', { name, role: 'reader', password });
  });

  it('S-08: of 40 at once at most ten reach a hash, and the right one among the others does not sign in', async () => {
    const wrong = Array.from({ length: 39 }, (_, index) => guess('goal', `guess ${index}`));
    const all = await statuses([...wrong, guess('goal', password)]);
    expect(count(all, 401)).toBeLessThanOrEqual(10);
    expect(count(all, 401)).toBeGreaterThan(0);
    expect(count(all, 200)).toBe(0);
    expect(count(all, 401) + count(all, 429) + count(all, 503)).toBe(40);
    const again = await statuses(Array.from({ length: 10 }, () => guess('goal', 'another')));
    expect(again.filter((status) => status !== 429)).toEqual([]);
  });

  it('S-08: no more wait than there are places, whatever names and addresses are tried', async () => {
    const all = await statuses(
      Array.from({ length: 60 }, (_, index) => guess(`nobody ${index}`, 'guess', { address: `203.0.113.${index}` })),
    );
    expect(count(all, 401)).toBeLessThanOrEqual(20);
    expect(count(all, 503)).toBeGreaterThanOrEqual(40);
  });

  it('S-08: guesses at one’s own password by a session count before the hash, too', async () => {
    const session = await signedIn(await guess('goal', password));
    const change = () =>
      asBrowser('POST', '/api/v1/session/password', { ...session, body: { current: 'no', password: `${password}2` } });
    const all = await statuses(Array.from({ length: 30 }, change));
    expect(count(all, 409)).toBeLessThanOrEqual(10);
    expect(count(all, 409) + count(all, 429)).toBe(30);
  });

  it('S-09: failures of one address lock out nobody else there, nor their name elsewhere', async () => {
    await statuses(Array.from({ length: 10 }, () => guess('goal', 'guess')));
    expect((await guess('goal', password)).status).toBe(429);
    expect((await guess('goal', password, { address: '198.51.100.1' })).status).toBe(200);
    expect((await guess('bystander', password)).status).toBe(200);
  });

  it('S-09: after a hundred failures an address, or a name, is slow but not shut', async () => {
    const counts = createAttempts(api.database.db);
    for (let attempt = 0; attempt < 101; attempt += 1) {
      await counts.isSlow('address', '203.0.113.9');
      await counts.isSlow('name', 'goal');
    }
    const all = await statuses([1, 2, 3].map(() => guess('bystander', password)));
    expect(all.toSorted()).toEqual([200, 503, 503]);
    expect((await guess('goal', password)).status).toBe(200);
  });

  it('S-09: who signed in on a device before is not touched by what strangers try', async () => {
    const welcome = await guess('goal', password);
    const device = welcome.headers.getSetCookie().find((line) => line.startsWith('tsa_device=')) ?? '';
    expect(device).toContain('HttpOnly');
    const cookie = device.split(';')[0] ?? '';
    await statuses(Array.from({ length: 10 }, () => guess('goal', 'guess')));
    expect((await guess('goal', password)).status).toBe(429);
    expect((await guess('goal', password, { cookie })).status).toBe(200);
    // It has its own count, and counts for nobody else.
    for (let attempt = 0; attempt < 10; attempt += 1) await guess('goal', 'guess', { cookie });
    expect((await guess('goal', password, { cookie })).status).toBe(429);
    await statuses(Array.from({ length: 10 }, () => guess('bystander', 'guess', { cookie })));
    expect((await guess('bystander', password, { cookie })).status).toBe(429);
  });

  it('S-09: a good token is let in however many wrong ones came from its address', async () => {
    const limiter = attemptLimiter(api.database.db, { kind: 'token', points: 1_000, seconds: 900 });
    const key = createHash('sha256').update('unknown', 'utf8').digest('base64url');
    await limiter.penalty(key, 1_000);
    const { token } = await tokenOf('reader', '2099-01-01T00:00:00.000Z');
    expect((await withToken('wrong', 'GET', '/api/v1/agent')).status).toBe(429);
    expect((await withToken(token, 'GET', '/api/v1/agent')).status).toBe(200);
  });
});

describe('the log stream', () => {
  const stream = (headers: Record<string, string>) =>
    Promise.resolve(api.app.request('/api/v1/log/stream?operation=agent.switch', { headers }));
  /** What is told until the stream ends. */
  const toEnd = (response: Response): Promise<string> => response.text();
  const leave = async (response: Response): Promise<void> => response.body?.cancel();
  const switchAgent = () => api.send('PUT', '/api/v1/agent', { enabled: true });

  it.each([
    { how: 'signing out', end: (_: number, session: SignedIn) => asBrowser('DELETE', '/api/v1/session', session) },
    { how: 'the removal of its user', end: (id: number) => api.send('DELETE', `/api/v1/users/${id}`) },
    { how: 'another role', end: (id: number) => api.send('PATCH', `/api/v1/users/${id}`, { role: 'operator' }) },
    {
      how: 'a new password',
      end: (id: number) => api.send('PATCH', `/api/v1/users/${id}`, { password: `${password}9` }),
    },
  ])('S-13: ends with its session, by $how, and tells nothing more', async ({ how, end }) => {
    const name = `listens until ${how}`;
    const added = await api.send('POST', '/api/v1/users', { name, role: 'reader', password });
    const { id } = (await added.json()) as { id: number };
    const session = await signedIn(await signIn(name));
    const response = await stream({ Cookie: session.cookie });
    expect(response.status).toBe(200);
    expect((await end(id, session)).ok).toBe(true);
    await switchAgent();
    expect(await toEnd(response)).not.toContain('agent.switch');
  });

  it('S-13: ends with its token', async () => {
    const { id, token } = await tokenOf('reader', '2098-01-01T00:00:00.000Z');
    const response = await stream({ Authorization: `Bearer ${token}` });
    await api.send('DELETE', `/api/v1/tokens/${id}`);
    await switchAgent();
    expect(await toEnd(response)).not.toContain('agent.switch');
  });

  it('S-13: is had by one caller five times at once, and by all a hundred times', async () => {
    const { token } = await tokenOf('reader', '2097-01-01T00:00:00.000Z');
    const headers = { Authorization: `Bearer ${token}` };
    const all = await Promise.all(Array.from({ length: 8 }, () => stream(headers)));
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    await Promise.all(all.map(leave));
    const again = await vi.waitUntil(async () => {
      const response = await stream(headers);
      return response.status === 200 ? response : undefined;
    });
    await leave(again);
  });
});

describe('a name', () => {
  it.each([
    'admin token',
    'Admin Token',
    'process',
    'agent',
    'token t-administrator',
    'unknown user',
    'tsa keys',
    'administrator',
    'system',
    'ａｄｍｉｎ ｔｏｋｅｎ',
    'admin\u200b token',
    'admin-token',
    'a\u00addmin token',
  ])('S-16: that passes for the system is refused: %j', async (name) => {
    const made = await api.send('POST', '/api/v1/users', { name, role: 'reader', password });
    expect(await brokenRules(made)).toEqual(['name: custom']);
    expect(await brokenRules(await api.send('PATCH', '/api/v1/users/1', { name }))).toEqual(['name: custom']);
  });

  it('S-16: leaves the kind of author in the log as it is, whatever the name', async () => {
    const made = await api.send('POST', '/api/v1/users', { name: 'mallory', role: 'administrator', password });
    const { id } = (await made.json()) as { id: number };
    const session = await signedIn(await signIn('mallory'));
    await api.database.db.update(users).set({ name: 'process' }).where(eq(users.id, id));
    const change = await api.app.request('/api/v1/assets', {
      method: 'POST',
      headers: { Cookie: session.cookie, 'X-CSRF-Token': session.csrf, 'Content-Type': 'application/json' },
      body: JSON.stringify({ tag: 'KIND', name: 'Of mallory' }),
    });
    expect(change.status).toBe(201);
    await signIn('nobody of this name');
    const log = (await (await api.send('GET', '/api/v1/log?audit=true&limit=4')).json()) as { items: unknown[] };
    expect(log.items).toMatchObject([
      { operation: 'session.refused', whoKind: 'unknown' },
      { operation: 'asset.create', who: 'process', whoKind: 'user' },
      { operation: 'session.begin', who: 'mallory', whoKind: 'user' },
      { operation: 'user.create', who: 'admin token', whoKind: 'token' },
    ]);
    // Alone in the file, this user is the last administrator and stays.
    await api.send('DELETE', `/api/v1/users/${id}`);
  });

  it('S-16: of another caller does not get that one’s stored answers', async () => {
    const named = (name: string) => api.send('POST', '/api/v1/tokens', { name, role: 'administrator' });
    const { token } = (await (await named('twin')).json()) as { token: string };
    const make = await api.send('POST', '/api/v1/users', { name: 'the twin', role: 'administrator', password });
    expect(make.status).toBe(201);
    await api.database.db.update(users).set({ name: 'token twin' }).where(eq(users.name, 'the twin'));
    const key = { 'Idempotency-Key': 'one-key-of-two-callers' };
    const body = { tag: 'TWIN', name: 'Of the token' };
    const first = await api.send('POST', '/api/v1/assets', body, { ...key, Authorization: `Bearer ${token}` });
    expect(first.status).toBe(201);
    const session = await signedIn(await signIn('token twin'));
    const second = await api.app.request('/api/v1/assets', {
      method: 'POST',
      headers: { ...key, Cookie: session.cookie, 'X-CSRF-Token': session.csrf, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([second.status, second.headers.get('Idempotency-Replayed')]).toEqual([409, null]);
    const { id } = (await make.json()) as { id: number };
    expect((await api.send('DELETE', `/api/v1/users/${id}`)).status).toBe(204);
  });
});

describe('users', () => {
  it('are added, changed and removed by administrators, but never the last of these', async () => {
    const added = (await (
      await api.send('POST', '/api/v1/users', { name: 'Otto', role: 'operator', password })
    ).json()) as { id: number };
    const otto = await signedIn(await signIn('otto'));
    const path = `/api/v1/users/${added.id}`;
    expect(await (await api.send('PATCH', path, { role: 'reader' })).json()).toMatchObject({ role: 'reader' });
    expect((await asBrowser('GET', '/api/v1/session', otto)).status).toBe(401);
    expect(
      (await problemOf(await api.send('POST', '/api/v1/users', { name: 'OTTO', role: 'reader', password }))).status,
    ).toBe(409);
    expect(
      await brokenRules(await api.send('POST', '/api/v1/users', { name: 'x', role: 'king', password: 'short' })),
    ).toEqual(['role: invalid_value', 'password: too_small']);
    expect((await api.send('DELETE', path)).status).toBe(204);
    expect((await problemOf(await api.send('GET', path))).status).toBe(404);
    for (const [method, body] of [['DELETE'], ['PATCH', { role: 'reader' }]] as const)
      expect((await problemOf(await api.send(method, '/api/v1/users/1', body))).detail).toContain('last administrator');
    expect(JSON.stringify(await api.get('/api/v1/users'))).not.toContain('argon2');
  });
});

const tokenOf = async (role: string, expiresAt: string | null = null): Promise<{ id: number; token: string }> =>
  (await (
    await api.send('POST', '/api/v1/tokens', { name: `${role} ${expiresAt ?? 'for ever'}`, role, expiresAt })
  ).json()) as { id: number; token: string };
const withToken = (token: string, method: string, path: string, body?: unknown): Promise<Response> =>
  api.send(method, path, body, { Authorization: `Bearer ${token}` });

describe('a new password', () => {
  it.each([
    '123456789012',
    'passwordpassword',
    'aaaaaaaaaaaa',
    'qwertyuiopasdf',
    'password1234',
    '1234567890qwerty',
    'abcabcabcabc',
  ])('S-20: is none of those that are tried first: %s', async (common) => {
    const made = await api.send('POST', '/api/v1/users', { name: 'somebody new', role: 'reader', password: common });
    expect(await brokenRules(made)).toEqual(['password: custom']);
  });
});

describe('a token of a program', () => {
  it('S-20: ends after a year unless it is told otherwise', async () => {
    const made = (await (await api.send('POST', '/api/v1/tokens', { name: 'of a year', role: 'reader' })).json()) as {
      expiresAt: string;
    };
    const days = (Date.parse(made.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(364);
    expect(days).toBeLessThan(366);
  });

  it('is shown once, works until it expires or is revoked, and is named in the log', async () => {
    const { id, token } = await tokenOf('administrator');
    expect((await withToken(token, 'PUT', '/api/v1/agent', { enabled: true })).status).toBe(200);
    expect((await logged('agent.switch'))[0]).toBe('token administrator for ever: on');
    expect(JSON.stringify(await api.get('/api/v1/tokens'))).not.toContain(token);
    const past = await tokenOf('administrator', '2020-01-01T00:00:00.000Z');
    expect((await withToken(past.token, 'GET', '/api/v1/agent')).status).toBe(401);
    expect((await api.send('DELETE', `/api/v1/tokens/${id}`)).status).toBe(204);
    expect((await withToken(token, 'GET', '/api/v1/agent')).status).toBe(401);
  });
});

/** Every operation of the document that is not public, with the weakest role that it says it needs. */
const operations = (): { readonly method: string; readonly path: string }[] => {
  const { paths = {} } = openApiDocument(api.app);
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { readonly security?: readonly unknown[] }>)
      .filter(([, { security }]) => path.startsWith('/api/') && security?.length !== 0)
      .map(([method]) => ({
        method: method.toUpperCase(),
        path: path.replace('{id}', '999999').replace('{number}', 'I991231_000001'),
      })),
  );
};

describe('a role', () => {
  const forOperators = [
    'PUT /api/v1/agent',
    'POST /api/v1/mailboxes/999999/pause',
    'POST /api/v1/mailboxes/999999/resume',
    'POST /api/v1/mailboxes/999999/read-now',
    'POST /api/v1/messages/999999/release',
    'POST /api/v1/messages/999999/discard',
    'POST /api/v1/messages/bulk',
    'POST /api/v1/outbox/999999/resend',
    'GET /api/v1/messages/999999/raw',
  ];
  const forReaders = [
    'POST /api/v1/mailto',
    'POST /api/v1/templates/preview',
    'DELETE /api/v1/session',
    'POST /api/v1/session/password',
  ];
  const forAdministrators = ['GET /api/v1/users', 'GET /api/v1/users/999999', 'GET /api/v1/tokens'];

  it.each([
    { role: 'reader', more: forReaders },
    { role: 'operator', more: [...forReaders, ...forOperators] },
  ])('$role may do what is named here, read, and nothing else', async ({ role, more }) => {
    const { token } = await tokenOf(role);
    const all = operations();
    expect(all.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([...more, ...forAdministrators]),
    );
    for (const { method, path } of all) {
      if (path.endsWith('/stream')) continue;
      const operation = `${method} ${path}`;
      const reserved = [...forAdministrators, ...forOperators];
      const allowed = more.includes(operation) || (method === 'GET' && !reserved.includes(operation));
      const { status } = await withToken(token, method, path);
      expect([operation, status === 403]).toEqual([operation, !allowed]);
    }
  });
});
