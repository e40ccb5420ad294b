import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listLog } from '../../../src/db/log/log-list.ts';
import { mailbox as createMailbox } from '../../db/fixtures.ts';
import { brokenRules, problemOf, containing, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const lastLog = async () => (await listLog(api.database.db, {}, { limit: 1 }))[0];

describe('the agent', () => {
  it('is switched in the database, and every mailbox hears of it', async () => {
    const { id } = await createMailbox(api.database.db);
    expect(await api.get('/api/v1/agent')).toEqual({ enabled: true, warnings: [] });
    expect(await (await api.send('PUT', '/api/v1/agent', { enabled: false })).json()).toEqual({ enabled: false });
    expect(await api.get('/api/v1/agent')).toEqual({ enabled: false, warnings: [] });
    expect(await lastLog()).toMatchObject({ operation: 'agent.switch', result: 'off', who: 'admin token' });
    await vi.waitFor(() => expect(api.control.calls).toContain(`wake ${id}`));
    await api.send('PUT', '/api/v1/agent', { enabled: true });
  });
});

describe('the settings', () => {
  it('are changed by name; those left out stay', async () => {
    const before = await api.get('/api/v1/settings');
    expect(before).toMatchObject({ supportReturnEmailAddress: 'support@aef.com', rawRetentionDays: 30 });
    await api.send('PUT', '/api/v1/settings', { loopLimit: 5 });
    const response = await api.send('PUT', '/api/v1/settings', { rawRetentionDays: 7 });
    expect(await response.json()).toEqual({ ...Object(before), loopLimit: 5, rawRetentionDays: 7 });
    expect(await lastLog()).toMatchObject({ operation: 'settings.update', result: 'changed: rawRetentionDays' });
  });

  it('refuse what is out of bounds or unknown, the switch of the agent included', async () => {
    const response = await api.send('PUT', '/api/v1/settings', {
      loopLimit: 3,
      rawRetentionDays: 0,
      agentEnabled: false,
    });
    expect(await brokenRules(response)).toEqual(['rawRetentionDays: too_small', 'agentEnabled: unknown_field']);
    expect(await api.get('/api/v1/settings')).toMatchObject({ loopLimit: 5 });
  });

  it('take only the address of a mailbox as the support return email address', async () => {
    await createMailbox(api.database.db, { login: 'desk@aef.com', address: 'desk@aef.com' });
    const set = (address: string | null) =>
      api.send('PUT', '/api/v1/settings', { supportReturnEmailAddress: address, loopLimit: 9 });
    const refused = await set('other@aef.com');
    expect(refused.status).toBe(422);
    expect((await problemOf(refused)).errors).toMatchObject([
      { field: 'supportReturnEmailAddress', message: containing('desk@aef.com') },
    ]);
    expect(await api.get('/api/v1/settings')).toMatchObject({
      supportReturnEmailAddress: 'support@aef.com',
      loopLimit: 5,
    });
    expect(await (await set('Desk@AEF.com')).json()).toMatchObject({ supportReturnEmailAddress: 'desk@aef.com' });
    expect(await (await set(null)).json()).toMatchObject({ supportReturnEmailAddress: null });
  });
});

describe('the mailto generator', () => {
  const post = async (body: object) => (await api.send('POST', '/api/v1/mailto', body)).json();

  it('writes a URL and says what a click on it does', async () => {
    expect(
      await post({
        to: 'support@aef.com',
        subject: 'Accepted',
        body: "To accept\n@OPERATION@='SOLVE'\n@RFC_NUMBER@='S160824_000001'\n@CHOICE@='1'",
      }),
    ).toMatchObject({
      url: 'mailto:support@aef.com?subject=Accepted&body=To%20accept%0A@OPERATION@%3D%27SOLVE%27%0A@RFC_NUMBER@%3D%27S160824_000001%27%0A@CHOICE@%3D%271%27',
      mail: { to: 'support@aef.com', subject: 'Accepted' },
      understood: { operation: 'SOLVE', rfcNumber: 'S160824_000001', choice: '1' },
      warnings: [],
      errors: [],
    });
  });

  it('tests a URL', async () => {
    expect(await post({ url: 'mailto:a@example.com?body=@CHOICE@%3D%277%27' })).toMatchObject({
      mail: { to: 'a@example.com', body: "@CHOICE@='7'" },
      errors: [{ variable: 'CHOICE' }],
    });
  });

  it('refuses what is neither', async () => {
    const broken = async (body: object) => brokenRules(await api.send('POST', '/api/v1/mailto', body));
    expect(await broken({})).toEqual(['to: required']);
    expect(await broken({ url: 'mailto:a@example.com', to: 'b@example.com' })).toEqual(['url: exclusive']);
    expect(await broken({ url: 'https://example.com' })).toEqual(['url: format']);
  });
});
