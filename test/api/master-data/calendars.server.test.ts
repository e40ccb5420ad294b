import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRules, problemOf, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const day = [
  { from: '09:00', to: '12:00' },
  { from: '13:00', to: '17:00' },
];
const office = { name: 'Office', timeZone: 'Europe/Paris', hours: { '1': day, '5': day }, holidays: ['2026-12-25'] };

describe('/api/v1/calendars', () => {
  it('adds, reads, changes, lists and deletes', async () => {
    const response = await api.send('POST', '/api/v1/calendars', office);
    expect(response.status).toBe(201);
    const created = (await response.json()) as { id: number };
    expect(created).toMatchObject(office);
    const path = `/api/v1/calendars/${created.id}`;
    expect(await (await api.send('PATCH', path, { timeZone: 'UTC' })).json()).toMatchObject({ timeZone: 'UTC' });
    expect(await api.get('/api/v1/calendars?text=office')).toMatchObject({ items: [{ ...office, timeZone: 'UTC' }] });
    const again = await problemOf(await api.send('POST', '/api/v1/calendars', { ...office, name: 'OFFICE' }));
    expect(again).toMatchObject({ status: 409 });
    expect((await api.send('DELETE', path)).status).toBe(204);
    expect((await api.send('GET', path)).status).toBe(404);
  });

  it.each([
    ['hours that overlap', { hours: { '1': [...day, { from: '16:00', to: '18:00' }] } }],
    ['hours that end before they begin', { hours: { '1': [{ from: '10:00', to: '09:00' }] } }],
    ['a time that no clock shows', { hours: { '1': [{ from: '9', to: '25:00' }] } }],
    ['no hour of work', { hours: {} }],
    ['an eighth day', { hours: { '8': day } }],
    ['an unknown time zone', { timeZone: 'Europe/Atlantis' }],
    ['a holiday that no calendar has', { holidays: ['2026-02-30'] }],
  ])('refuses %s, naming the field', async (_name, wrong) => {
    const response = await api.send('POST', '/api/v1/calendars', { ...office, ...wrong });
    expect(response.status).toBe(422);
    const [field] = Object.keys(wrong);
    expect(JSON.stringify(await brokenRules(response))).toContain(field);
  });
});
