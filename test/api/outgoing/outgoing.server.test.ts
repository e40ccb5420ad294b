import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetWayError, recordWayError } from '../../../src/db/outgoing/sending-ways.ts';
import { startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ smtp: { host: 'smtp.example.com', port: 587, hasPassword: true } });
});
afterAll(() => api.stop());

describe('how mails leave', () => {
  it('K10: trouble of a way is shown by the API, by the metrics and by the health check, which is ready all the same', async () => {
    const { db } = api.database;
    expect(await api.get('/api/v1/outgoing')).toEqual({
      smtp: { host: 'smtp.example.com', port: 587 },
      troubles: [],
      warnings: [],
    });
    await recordWayError(db, { way: 'smtp', detail: 'Refused. Correct it.', failures: 1 });
    await recordWayError(db, { way: 'smtp', detail: 'Refused. Correct it.', failures: 2 });
    expect(await api.get('/api/v1/outgoing')).toMatchObject({
      troubles: [{ way: 'smtp', detail: 'Refused. Correct it.', failures: 2 }],
      warnings: [{ code: 'outgoing_refused', remedy: 'Refused. Correct it.' }],
    });
    expect(await api.get('/readyz')).toMatchObject({ ready: true, parts: { outgoing: 'down' } });
    const metrics = async () => (await (await api.send('GET', '/metrics')).text()).split('\n');
    expect(await metrics()).toContain('tsa_outgoing_refused 1');
    await forgetWayError(db, 'smtp');
    expect(await metrics()).toContain('tsa_outgoing_refused 0');
    expect(await api.get('/readyz')).toMatchObject({ ready: true, parts: { outgoing: 'up' } });
  });

  it('no way out is a warning from the start', async () => {
    const without = await startTestApi();
    expect(await without.get('/api/v1/outgoing')).toMatchObject({ smtp: null, warnings: [{ code: 'no_way_out' }] });
    await without.stop();
  });
});
