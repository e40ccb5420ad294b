import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOpenIdConnect } from '../../../src/api/accounts/open-id-connect.ts';
import { listLog } from '../../../src/db/log/log-list.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../../support/open-id-provider.ts';
import { problemOf, startTestApi, type TestApi } from '../support.ts';

const path = '/api/v1/sign-in/open-id-connect';
const redirectUrl = `http://tsa.example.test${path}/callback`;

let provider: OpenIdProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startOpenIdProvider();
  api = await startTestApi({
    openIdConnect: createOpenIdConnect({
      issuer: provider.issuer,
      clientId: 'tsa',
      clientSecret: 'secret of the client',
      rolesClaim: 'realm_access.roles',
      redirectUrl,
    }),
  });
});
beforeEach(() => {
  provider.claims = { sub: 'u1', preferred_username: 'olga', realm_access: { roles: ['operator', 'reader', 'x'] } };
});
afterAll(async () => {
  await api.stop();
  await provider.close();
});

const cookieOf = (response: Response, name: string): string => {
  const cookie = response.headers.getSetCookie().find((line) => line.startsWith(`${name}=`)) ?? '';
  return cookie.slice(0, cookie.indexOf(';'));
};

/** As a browser: to the provider, and back with what it was given. */
const walk = async (): Promise<{ readonly back: URL; readonly cookie: string }> => {
  const begun = await api.app.request(path);
  expect(begun.status).toBe(302);
  const atProvider = await fetch(begun.headers.get('Location') ?? '', { redirect: 'manual' });
  const back = new URL(atProvider.headers.get('Location') ?? '');
  expect(`${back.origin}${back.pathname}`).toBe(redirectUrl);
  return { back, cookie: cookieOf(begun, 'tsa_open_id_connect') };
};
const comeBack = (back: URL, cookie: string) =>
  Promise.resolve(api.app.request(`${path}/callback${back.search}`, { headers: { Cookie: cookie } }));
const signIn = async (): Promise<Response> => {
  const { back, cookie } = await walk();
  return comeBack(back, cookie);
};
const sessionOf = async (response: Response): Promise<unknown> =>
  (await api.app.request('/api/v1/session', { headers: { Cookie: cookieOf(response, 'tsa_session') } })).json();

describe('OpenID Connect', () => {
  it('is told of, signs in with the strongest role given, and is logged', async () => {
    expect(await (await api.app.request('/api/v1/sign-in')).json()).toEqual({ firstUser: true, openIdConnect: true });
    const response = await signIn();
    expect([response.status, response.headers.get('Location')]).toEqual([302, '/']);
    expect(await sessionOf(response)).toMatchObject({ name: 'olga', role: 'operator' });
    const [last] = await listLog(api.database.db, { operation: 'session.begin' }, { limit: 1 });
    expect(last).toMatchObject({ who: 'olga', result: 'signed in by OpenID Connect, operator' });
  });

  it('knows people by issuer and subject, and follows their role, which ends their other sessions', async () => {
    const before = await signIn();
    provider.claims = { ...provider.claims, preferred_username: 'another name', realm_access: { roles: ['reader'] } };
    expect(await sessionOf(await signIn())).toMatchObject({ name: 'olga', role: 'reader' });
    expect(await sessionOf(before)).toMatchObject({ status: 401 });
  });

  it('takes a name without what no name has', async () => {
    provider.claims = { sub: 'u9', preferred_username: ' zo\u0000e\n', realm_access: { roles: ['reader'] } };
    expect(await sessionOf(await signIn())).toMatchObject({ name: 'zoe', role: 'reader' });
  });

  it('lets nobody in whom the provider gives no role', async () => {
    provider.claims = { sub: 'u2', preferred_username: 'nora', realm_access: { roles: ['owner'] } };
    const response = await signIn();
    expect(response.headers.get('Location')).toBe('/#/?refused=no_role');
    expect(cookieOf(response, 'tsa_session')).toBe('');
    const [last] = await listLog(api.database.db, { operation: 'session.refused' }, { limit: 1 });
    expect(last).toMatchObject({ who: 'nora', level: 'warning' });
  });

  it('never joins an identity to a user of the same name', async () => {
    const user = { name: 'Paul', role: 'administrator', password: 'a password of twelve' };
    expect((await api.send('POST', '/api/v1/users', user)).status).toBe(201);
    provider.claims = { sub: 'u3', preferred_username: 'paul', realm_access: { roles: ['reader'] } };
    expect((await signIn()).headers.get('Location')).toBe('/#/?refused=name_taken');
  });

  it('refuses an answer that nobody here asked for, one for another browser, and one used before', async () => {
    const { back, cookie } = await walk();
    const { cookie: another } = await walk();
    for (const wrong of ['', 'tsa_open_id_connect=%7B%7D', another])
      expect((await comeBack(back, wrong)).headers.get('Location')).toBe('/#/?refused=failed');
    expect((await comeBack(back, cookie)).headers.get('Location')).toBe('/');
    expect((await comeBack(back, cookie)).headers.get('Location')).toBe('/#/?refused=failed');
  });

  it('S-20: asks the provider again after twelve hours, whatever was done meanwhile', async () => {
    provider.claims = { sub: 'u20', preferred_username: 'ida', realm_access: { roles: ['reader'] } };
    const response = await signIn();
    expect(await sessionOf(response)).toMatchObject({ name: 'ida' });
    await api.database.sql`update sessions set created_at = now() - interval '12 hours'`;
    expect(await sessionOf(response)).toMatchObject({ status: 401 });
  });

  it('gives its users no password', async () => {
    const { items } = (await api.get('/api/v1/users')) as { items: { id: number; name: string; signsInBy: string }[] };
    const olga = items.find(({ name }) => name === 'olga');
    expect(olga?.signsInBy).toBe('open_id_connect');
    const change = { password: 'a password of twelve' };
    const response = await api.send('PATCH', `/api/v1/users/${String(olga?.id)}`, change);
    expect((await problemOf(response)).detail).toContain('signs in by OpenID Connect');
    expect(
      (
        await api.app.request('/api/v1/session', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ name: 'olga', password: 'anything' }),
        })
      ).status,
    ).toBe(401);
  });
});

describe('without OpenID Connect', () => {
  it('there is nothing of it, and a provider that is away is told', async () => {
    const plain = await startTestApi();
    const away = await startTestApi({
      openIdConnect: createOpenIdConnect({
        ...{ issuer: 'http://127.0.0.1:9', clientId: 'tsa', clientSecret: 's', rolesClaim: 'roles', redirectUrl },
      }),
    });
    try {
      expect(await (await plain.app.request('/api/v1/sign-in')).json()).toMatchObject({ openIdConnect: false });
      expect((await plain.app.request(path)).status).toBe(404);
      expect((await plain.app.request(`${path}/callback`)).status).toBe(404);
      expect((await away.app.request(path)).status).toBe(503);
    } finally {
      await plain.stop();
      await away.stop();
    }
  });
});
