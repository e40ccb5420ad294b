import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAssets } from '../../../src/db/master-data/assets.ts';
import { purgeKeys } from '../../../src/db/accounts/idempotency.ts';
import { idempotencyKeys } from '../../../src/db/schema/index.ts';
import { problemOf, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const path = '/api/v1/assets';
const post = (body: unknown, key: string, to = path): Promise<Response> =>
  api.send('POST', to, body, { 'Idempotency-Key': key });
const assetsNamed = async (name: string): Promise<number> =>
  (await listAssets(api.database.db, { text: name }, { limit: 10 })).length;

describe('a POST with an Idempotency-Key', () => {
  it('is done once, and answered again', async () => {
    const key = randomUUID();
    const first = await post({ tag: 'K1', name: 'Kettle' }, key);
    const again = await post({ tag: 'K1', name: 'Kettle' }, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
    expect([first, again].map(({ headers }) => headers.get('Idempotency-Replayed'))).toEqual([null, 'true']);
  });

  it('is done once of many at the same time', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ tag: 'K2', name: 'Mixer' }, key)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(
      answers.filter(({ status, headers }) => status === 201 && !headers.has('Idempotency-Replayed')),
    ).toHaveLength(1);
    expect(await assetsNamed('Mixer')).toBe(1);
  });

  it('is refused with another body, another path, and a key that is none', async () => {
    const key = randomUUID();
    await post({ tag: 'K3', name: 'Oven' }, key);
    expect((await problemOf(await post({ tag: 'K3', name: 'Stove' }, key))).status).toBe(422);
    expect((await problemOf(await post({ name: 'Oven' }, key, '/api/v1/configuration-items'))).status).toBe(422);
    expect((await problemOf(await post({ tag: 'K4', name: 'Oven' }, 'two words'))).status).toBe(422);
  });

  it('may come again, mended, after a refusal', async () => {
    const key = randomUUID();
    expect((await post({ tag: 'K5' }, key)).status).toBe(422);
    expect((await post({ tag: 'K5', name: 'Whisk' }, key)).status).toBe(201);
  });

  it('is not done again when nobody knows how far it came', async () => {
    const key = randomUUID();
    const body = { tag: 'K6', name: 'Ladle' };
    await post(body, key);
    await api.database.db.update(idempotencyKeys).set({ status: null, body: null, location: null });
    expect((await problemOf(await post(body, key))).status).toBe(409);
    expect(await assetsNamed('Ladle')).toBe(1);
  });

  it('shares its key with no other caller', async () => {
    const key = randomUUID();
    await post({ tag: 'K7', name: 'Tongs' }, key);
    const { token } = (await (
      await api.send('POST', '/api/v1/tokens', { name: 'p', role: 'administrator' })
    ).json()) as {
      token: string;
    };
    const other = await api.send(
      'POST',
      path,
      { tag: 'K8', name: 'Sieve' },
      {
        Authorization: `Bearer ${token}`,
        'Idempotency-Key': key,
      },
    );
    expect(other.status).toBe(201);
  });

  it('keeps no secret of its answer', async () => {
    const key = randomUUID();
    const body = { name: 'once', role: 'reader' };
    const made = (await (await post(body, key, '/api/v1/tokens')).json()) as { token: string };
    expect((await problemOf(await post(body, key, '/api/v1/tokens'))).status).toBe(409);
    expect(JSON.stringify(await api.database.db.select().from(idempotencyKeys))).not.toContain(made.token);
  });

  it('is forgotten after a day', async () => {
    const key = randomUUID();
    await post({ tag: 'K9', name: 'Grater' }, key);
    const yesterday = new Date(Date.now() - 25 * 3_600_000).toISOString();
    await api.database.db.update(idempotencyKeys).set({ createdAt: yesterday });
    expect((await post({ tag: 'K9', name: 'Grater' }, key)).status).toBe(409); // by its tag now
    await purgeKeys(api.database.db);
    expect(await api.database.db.$count(idempotencyKeys)).toBe(0);
  });
});
