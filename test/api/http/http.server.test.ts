import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../src/api/system/openapi.ts';
import { adminToken, brokenRules, problemOf, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const openPaths = [
  ...['/healthz', '/readyz', '/api/v1/sign-in', '/api/v1/first-user'],
  ...['/api/v1/sign-in/open-id-connect', '/api/v1/sign-in/open-id-connect/callback'],
];

/** Every operation of the document, with its parameters filled in. */
const operations = (): { method: string; path: string }[] => {
  const { paths = {} } = openApiDocument(api.app);
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({
      method: method.toUpperCase(),
      path: path.replace('{id}', '1').replace('{number}', 'I261123_000001'),
    })),
  );
};

describe('a token', () => {
  it('is needed for every operation of the document but health and sign-in', async () => {
    const guarded = operations().filter(
      ({ method, path }) => !openPaths.includes(path) && `${method} ${path}` !== 'POST /api/v1/session',
    );
    expect(guarded.length).toBeGreaterThan(30);
    for (const { method, path } of guarded) {
      for (const authorization of [
        undefined,
        'Bearer wrong',
        `Basic ${adminToken}`,
        `Bearer ${adminToken}x`,
        'Bearer',
      ]) {
        const response = await api.app.request(path, {
          method,
          headers: authorization === undefined ? {} : { Authorization: authorization },
        });
        expect([method, path, authorization, response.status]).toEqual([method, path, authorization, 401]);
        expect(response.headers.get('WWW-Authenticate')).toContain('Bearer');
        expect((await problemOf(response)).status).toBe(401);
      }
    }
  });

  it('is needed even to learn that a path of the API does not exist', async () => {
    expect((await api.app.request('/api/v1/nothing')).status).toBe(401);
    expect((await api.send('GET', '/api/v1/nothing')).status).toBe(404);
  });

  it('is not needed for health, the document and its page', async () => {
    for (const path of [
      '/healthz',
      '/readyz',
      '/openapi.json',
      '/docs',
      '/docs/swagger-ui-bundle.js',
      '/docs/start.js',
    ]) {
      expect([path, (await api.app.request(path)).status]).toEqual([path, 200]);
    }
  });
});

describe('a request that fits nothing', () => {
  it('is a problem for an unknown path', async () => {
    expect((await problemOf(await api.send('GET', '/nothing'))).status).toBe(404);
    expect((await problemOf(await api.send('GET', '/api/v1/mailboxes/none'))).status).toBe(404);
  });

  it('is a problem with Allow for an unknown method', async () => {
    const response = await api.send('PUT', '/api/v1/mailboxes');
    expect((await problemOf(response)).status).toBe(405);
    expect(response.headers.get('Allow')).toBe('GET, HEAD, POST');
  });

  it('A16: is a problem for another media type, malformed JSON and too large a body', async () => {
    const put = (body: string, type: string) => api.send('PUT', '/api/v1/agent', body, { 'Content-Type': type });
    expect((await problemOf(await put('enabled=true', 'application/x-www-form-urlencoded'))).status).toBe(415);
    expect((await problemOf(await put('{"enabled":', 'application/json'))).status).toBe(400);
    expect((await problemOf(await put(`"${'x'.repeat(300_000)}"`, 'application/json'))).status).toBe(413);
    expect((await problemOf(await api.send('POST', '/api/v1/assets/import', { tag: 'x' }))).status).toBe(415);
  });

  it('is a problem that names each unknown field and each wrong value', async () => {
    const response = await api.send('PUT', '/api/v1/agent', { enabled: 'yes', admin: true, 'a/b': 1 });
    expect(response.status).toBe(422);
    expect((await problemOf(response)).errors).toEqual([
      { field: 'enabled', pointer: '/enabled', rule: 'invalid_type', message: 'enabled: Write true or false.' },
      { field: 'admin', pointer: '/admin', rule: 'unknown_field', message: 'Unknown field admin. Remove it.' },
      { field: 'a/b', pointer: '/a~1b', rule: 'unknown_field', message: 'Unknown field a/b. Remove it.' },
    ]);
  });

  it('is a problem for query parameters, too', async () => {
    expect(await brokenRules(await api.send('GET', '/api/v1/messages?limit=0&colour=red'))).toEqual([
      'limit: too_small',
      'colour: unknown_field',
    ]);
    expect(await brokenRules(await api.send('GET', '/api/v1/messages?cursor=!'))).toEqual(['cursor: cursor']);
  });
});

describe('an unexpected error', () => {
  it('is answered without a word of it', async () => {
    const broken = await startTestApi({ testConnection: () => Promise.reject(new Error('select secret from table')) });
    try {
      const draft = { type: 'imap4', mailServer: 'mail.example.com', login: 'a@example.com', password: 'x' };
      const response = await broken.send('POST', '/api/v1/mailboxes/test-connection', draft);
      expect(response.status).toBe(500);
      expect(JSON.stringify(await problemOf(response))).not.toContain('secret');
    } finally {
      await broken.stop();
    }
  });
});

describe('health', () => {
  it('tells which part is away', async () => {
    expect(await api.get('/readyz')).toEqual({
      ready: true,
      parts: { database: 'up', temporal: 'up', outgoing: 'up' },
    });
    api.control.down = true;
    const response = await api.send('GET', '/readyz');
    api.control.down = false;
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      ready: false,
      parts: { database: 'up', temporal: 'down', outgoing: 'up' },
    });
    expect(await api.get('/healthz')).toEqual({ alive: true });
  });
});

describe('the page of the document', () => {
  it('loads nothing from another host, and may not', async () => {
    const response = await api.app.request('/docs');
    expect(await response.text()).not.toMatch(/https?:|\/\/[a-z]/);
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'; script-src 'self'");
  });
});
