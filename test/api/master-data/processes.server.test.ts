import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { categories, outbox } from '../../../src/db/schema/index.ts';
import { templateTags } from '../../../src/domain/outgoing/template-tags.ts';
import { brokenRules, containing, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

describe('the process of a category', () => {
  const step = {
    approvers: [1, 2],
    rule: 'majority',
    remindAfterHours: 24,
    escalateAfterHours: 48,
    escalateTo: 3,
    expireAfterHours: 96,
    onExpiry: 'refused',
  };
  const whole = {
    approvalSteps: [step],
    closedReplyPolicy: 'new_linked',
    calendarId: null,
    targets: { '1': { responseMinutes: 15, solutionMinutes: 60 } },
    escalation: null,
  };
  const pathOf = async (code: string): Promise<string> => {
    const [category] = await api.database.db.select().from(categories).where(eq(categories.code, code));
    return `/api/v1/categories/${category?.id ?? 0}/process`;
  };

  it('is stored and read as it was', async () => {
    const path = await pathOf('ACCESS');
    const response = await api.send('PUT', path, whole);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(whole);
    expect(await api.get(path)).toEqual(whole);
  });

  it.each([
    ['an employee that nobody is', { approvalSteps: [{ ...step, approvers: [99_999] }] }, 'approvalSteps'],
    ['nobody to ask', { approvalSteps: [{ ...step, approvers: [] }] }, 'approvers'],
    ['somebody twice', { approvalSteps: [{ ...step, approvers: [1, 1] }] }, 'approvers'],
    ['an escalation to nobody', { approvalSteps: [{ ...step, escalateTo: null }] }, 'escalateTo'],
    ['no time', { approvalSteps: [{ ...step, expireAfterHours: 0 }] }, 'expireAfterHours'],
    ['a calendar that is none', { calendarId: 99_999 }, 'calendarId'],
    [
      'an incident that is none',
      { escalation: { afterOccurrences: 3, afterMinutes: null, categoryId: 99_999 } },
      'escalation',
    ],
  ])('refuses %s, naming the field', async (_name, wrong, field) => {
    const response = await api.send('PUT', await pathOf('NEW_LAPTOP'), { ...whole, ...wrong });
    expect(response.status).toBe(422);
    expect(JSON.stringify(await brokenRules(response))).toContain(field);
  });
});

describe('the templates', () => {
  const path = '/api/v1/templates/acknowledgement/en';

  it('are listed with their placeholders, shipped in English and French', async () => {
    const list = (await api.get('/api/v1/templates')) as { items: { name: string; language: string }[]; tags: object };
    expect(Object.keys(list.tags)).toEqual(Object.keys(templateTags));
    const of = (language: string) => list.items.filter((item) => item.language === language).map(({ name }) => name);
    expect(of('fr')).toEqual(of('en'));
  });

  it('are changed, and put back as shipped', async () => {
    const shipped = await api.get(path);
    expect(shipped).toMatchObject({ changed: false });
    const changed = await api.send('PATCH', path, { subject: '#RFC_NUMBER# is ours' });
    expect(await changed.json()).toMatchObject({ subject: '#RFC_NUMBER# is ours', changed: true });
    expect((await api.send('DELETE', path)).status).toBe(204);
    expect(await api.get(path)).toEqual(shipped);
  });

  it('refuse a placeholder that nobody knows, naming the known ones', async () => {
    const response = await api.send('PATCH', path, { text: 'Dear #BOSS#' });
    expect(response.status).toBe(422);
    expect(await response.text()).toMatch(/#BOSS#.*#RFC_NUMBER#/s);
  });

  it('are previewed with sample values', async () => {
    const draft = { subject: '#RFC_NUMBER#', text: '#TITLE#', html: '<b>#TITLE#</b>' };
    const response = await api.send('POST', '/api/v1/templates/preview', draft);
    expect(await response.json()).toMatchObject({ subject: '‹RFC_NUMBER›', html: '<b>‹TITLE›</b>' });
  });
});

describe('the outbox', () => {
  it('shows a mail that failed, and has it tried again', async () => {
    const [mail] = await api.database.db
      .insert(outbox)
      .values({
        kind: 'acknowledgement',
        messageIdHeader: '<1@aef.com>',
        toAddress: 'fleblanc@aef.com',
        state: 'failed',
        attempts: 60,
        lastError: 'The mail server refused the mail.',
        createdAt: '2026-11-24T10:00:00.000Z',
      })
      .returning({ id: outbox.id });
    const id = mail?.id ?? 0;
    expect(await api.get('/api/v1/outbox?state=failed')).toMatchObject({
      items: [{ id, to: 'fleblanc@aef.com', lastError: containing('refused') }],
    });
    expect((await api.send('POST', `/api/v1/outbox/${id}/resend`)).status).toBe(204);
    expect(await api.get('/api/v1/outbox?to=leblanc')).toMatchObject({
      items: [{ id, state: 'pending', attempts: 0 }],
    });
    expect((await api.send('POST', '/api/v1/outbox/99999/resend')).status).toBe(409);
  });
});

describe('delegations', () => {
  const times = { startsAt: '2026-11-24T00:00:00.000Z', endsAt: '2026-12-24T00:00:00.000Z' };

  it('are added, listed and ended', async () => {
    const response = await api.send('POST', '/api/v1/delegations', { employeeId: 1, delegateId: 2, ...times });
    expect(response.status).toBe(201);
    const created = (await response.json()) as { id: number };
    expect(await api.get('/api/v1/delegations')).toMatchObject({ items: [{ ...created, ...times }] });
    expect((await api.send('DELETE', `/api/v1/delegations/${created.id}`)).status).toBe(204);
    expect((await api.send('DELETE', `/api/v1/delegations/${created.id}`)).status).toBe(404);
  });

  it.each([
    ['to oneself', { employeeId: 1, delegateId: 1, ...times }, 422],
    [
      'that end before they begin',
      { employeeId: 1, delegateId: 2, startsAt: times.endsAt, endsAt: times.startsAt },
      422,
    ],
    ['to nobody', { employeeId: 1, delegateId: 99_999, ...times }, 409],
  ])('%s are refused', async (_name, form, status) => {
    expect((await api.send('POST', '/api/v1/delegations', form)).status).toBe(status);
  });
});
