import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTemplate } from '../../../src/db/outgoing/outgoing-mail.ts';
import { createMailto } from '../../../src/instructions/mailto.ts';
import { presetMail } from '../../../src/domain/outgoing/mailto-presets.ts';
import { brokenRules, problemOf, containing, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const template = '/api/v1/templates/approval_request/en';

describe('F4: the generator and the templates', () => {
  const post = async (path: string, body: object) =>
    (await (await api.send('POST', `/api/v1/${path}`, body)).json()) as Record<string, unknown>;

  it('make a link of a preset that a template fills', async () => {
    const made = await post('mailto', { to: 'sd@aef.com', preset: 'refuse' });
    expect(made).toMatchObject({
      url: createMailto({ to: 'sd@aef.com', ...presetMail('refuse') }).url,
      understood: { operation: 'SOLVE', rfcNumber: '#RFC_NUMBER#', choice: '0' },
      warnings: [],
      errors: [],
    });
    const shown = await post('templates/preview', { subject: 's', text: String(made['url']), html: '<p>x</p>' });
    expect(shown['text']).toContain('@RFC_NUMBER@%3D%27%E2%80%B9RFC_NUMBER');
    expect(shown['text']).not.toContain('%23');
  });

  it('take what is given before what the preset says', async () => {
    const made = await post('mailto', { to: 'a@b.c', preset: 'hold', subject: 'Later', rfcNumber: 'I160824_000001' });
    expect(made).toMatchObject({
      mail: { subject: 'Later' },
      understood: { operation: 'STOP', rfcNumber: 'I160824_000001' },
    });
  });

  it('warn of a placeholder that templates do not know', async () => {
    expect(await post('mailto', { to: 'a@b.c', body: 'Hello #BOSS#' })).toMatchObject({
      warnings: [{ code: 'unknown_tag', message: containing('#BOSS#') }],
    });
  });
});

describe('F7: mail parts', () => {
  const part = '/api/v1/mail-parts/Signature/en';

  it('are kept in one place, and named only where they are', async () => {
    const text = 'Hello\n\n#[MAIL_PART.signature]#';
    expect(await brokenRules(await api.send('PATCH', template, { text }))).toEqual(['text: unknown_part']);
    expect(await brokenRules(await api.send('PUT', part, { text: 'Your #BOSS#' }))).toEqual(['text: unknown_tag']);
    expect((await api.send('PUT', part, { text: 'Your desk' })).status).toBe(200);
    expect((await api.send('PATCH', template, { text })).status).toBe(200);
    expect(await findTemplate(api.database.db, 'approval_request', 'en')).toMatchObject({ text: 'Hello\n\nYour desk' });
    await api.send('PUT', part, { text: 'Your service desk' });
    expect(await findTemplate(api.database.db, 'approval_request', 'en')).toMatchObject({
      text: 'Hello\n\nYour service desk',
    });
    expect(await api.get('/api/v1/mail-parts')).toMatchObject({
      items: [{ name: 'signature', language: 'en', html: containing('<p>Your service desk</p>') }],
    });
  });

  it('stay while a template names them', async () => {
    expect((await problemOf(await api.send('DELETE', part))).status).toBe(409);
    await api.send('DELETE', template);
    expect((await api.send('DELETE', part)).status).toBe(204);
    expect((await api.send('DELETE', part)).status).toBe(404);
  });
});
