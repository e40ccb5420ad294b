import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listLog } from '../../../src/db/log/log-list.ts';
import { mailbox as createMailbox } from '../../db/fixtures.ts';
import { brokenRules, problemOf, containing, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const cases = [
  {
    path: '/api/v1/categories',
    form: { code: 'TABLET', path: 'Incidents/Tablet', ticketType: 'I', process: 'Incident: Standard Process' },
    stored: { name: 'Tablet', supportGroup: null, guid: null },
    change: {
      path: 'Incidents/Equipment/Slate',
      supportGroup: 'Workplace',
      guid: '{44D88612-FEA8-A8F3-6DE8-2E1278ABB02F}',
    },
    changed: { code: 'TABLET', name: 'Slate', supportGroup: 'Workplace', guid: '44d88612-fea8-a8f3-6de8-2e1278abb02f' },
    taken: { code: 'general' },
    csv: 'code,path,type,process\nTABLET,Incidents/Slab,incident,P\nPEN,Incidents/Pen,incident,P\n',
    wrongCsv: { text: 'code,path,type,process\nA,Incidents/A,incident,P\nB,Incidents/B,accident,P\n', at: [3, 'type'] },
  },
  {
    path: '/api/v1/employees',
    form: { name: 'Ada', address: 'Ada@Example.com' },
    stored: { address: 'ada@example.com', employeeNumber: null, aliases: [], supportGroups: [] },
    change: {
      employeeNumber: 'E-7',
      aliases: ['a.l@example.com', 'ada@example.com'],
      supportGroups: ['Network', 'Network'],
    },
    changed: {
      address: 'ada@example.com',
      employeeNumber: 'E-7',
      aliases: ['a.l@example.com'],
      supportGroups: ['Network'],
    },
    taken: { address: 'gsmith@aef.com' },
    csv: 'name,address\nAda L,ada@example.com\nBob,bob@example.com\n',
    wrongCsv: { text: 'name,address\nEve,eve@example.com\nMallory,nowhere\n', at: [3, 'address'] },
  },
  {
    path: '/api/v1/assets',
    form: { tag: 'T1', name: 'Tablet' },
    stored: {},
    change: { name: 'Slate' },
    changed: { tag: 'T1', name: 'Slate' },
    taken: { tag: 'p04319' },
    csv: 'tag,name\nT1,Slab\nT2,Pen\n',
    wrongCsv: { text: 'tag,name\nT3,Ink\nT4,\n', at: [3, 'name'] },
  },
  {
    path: '/api/v1/configuration-items',
    form: { name: 'Switch 7' },
    stored: {},
    change: { name: 'Switch 8' },
    changed: { name: 'Switch 8' },
    taken: { name: 'erp' },
    csv: 'name\nSWITCH 8\nSwitch 9\n',
    wrongCsv: { text: 'name\nRouter\n" "\n', at: [3, 'name'] },
  },
];

it('F7: numbers of employees and GUIDs of categories are unique, and an import keeps those that it does not name', async () => {
  const guid = '00000000-0000-4000-8000-000000000001';
  const send = (path: string, csv: string) => api.send('POST', `/api/v1/${path}/import`, csv);
  const people = 'name,address,employeeNumber\nNora,nora@example.com,N1\nNils,nils@example.com,';
  expect(await (await send('employees', people)).json()).toMatchObject({ created: 2, updated: 0 });
  expect(await (await send('employees', 'name,address\nNora N,nora@example.com')).json()).toMatchObject({ updated: 1 });
  expect(await api.get('/api/v1/employees?text=n1')).toMatchObject({
    items: [{ name: 'Nora N', employeeNumber: 'N1' }],
  });
  expect((await send('employees', `${people}N1`)).status).toBe(422);
  expect((await send('employees', `${people}no number`)).status).toBe(422);
  const taken = { name: 'Nico', address: 'nico@example.com', employeeNumber: 'n1' };
  expect((await problemOf(await api.send('POST', '/api/v1/employees', taken))).status).toBe(409);
  expect(await brokenRules(await api.send('POST', '/api/v1/employees', { ...taken, employeeNumber: 'Nico' }))).toEqual([
    'employeeNumber: invalid_format',
  ]);
  const categories = `code,path,type,process,guid\nGUID,Incidents/Guid,incident,P,{${guid}}`;
  expect(await (await send('categories', categories)).json()).toMatchObject({ created: 1, updated: 0 });
  const kept = await send('categories', 'code,path,type,process\nGUID,Incidents/Guid,incident,Q');
  expect(await kept.json()).toMatchObject({ created: 0, updated: 1 });
  expect(await api.get('/api/v1/categories?text=guid')).toMatchObject({ items: [{ guid, process: 'Q' }] });
  expect((await send('categories', `code,path,type,process,guid\nOTHER,Incidents/O,incident,P,${guid}`)).status).toBe(
    422,
  );
});

describe.each(cases)('$path', ({ path, form, stored, change, changed, taken, csv, wrongCsv }) => {
  let id = 0;

  it('adds, reads, changes and logs', async () => {
    const response = await api.send('POST', path, form);
    expect(response.status).toBe(201);
    const created = (await response.json()) as { id: number };
    id = created.id;
    expect(created).toMatchObject(stored);
    expect(response.headers.get('Location')).toBe(`${path}/${id}`);
    expect(await api.get(`${path}/${id}`)).toEqual(created);
    expect(await (await api.send('PATCH', `${path}/${id}`, change)).json()).toMatchObject(changed);
    expect(await api.get(`${path}/${id}`)).toMatchObject(changed);
    const [last] = await listLog(api.database.db, {}, { limit: 1 });
    expect(last).toMatchObject({ who: 'admin token', result: containing('changed: ') });
  });

  it('refuses what another one has, unknown fields, and what is not there', async () => {
    expect((await problemOf(await api.send('POST', path, { ...form, ...taken }))).status).toBe(409);
    expect((await problemOf(await api.send('PATCH', `${path}/${id}`, taken))).status).toBe(409);
    expect(await brokenRules(await api.send('PATCH', `${path}/${id}`, { id: 7 }))).toEqual(['id: unknown_field']);
    for (const [method, body] of [['GET'], ['PATCH', change], ['DELETE']] as const) {
      expect((await api.send(method, `${path}/999999`, body)).status).toBe(404);
    }
  });

  it('is changed and deleted only as it was read, if one says so', async () => {
    const read = await api.send('GET', `${path}/${id}`);
    const current = { 'If-Match': read.headers.get('ETag') ?? '' };
    const stale = { 'If-Match': '"something-else"' };
    expect((await problemOf(await api.send('PATCH', `${path}/${id}`, change, stale))).status).toBe(412);
    expect((await problemOf(await api.send('DELETE', `${path}/${id}`, undefined, stale))).status).toBe(412);
    expect((await api.send('PATCH', `${path}/${id}`, change, current)).status).toBe(200);
    expect((await api.send('PATCH', `${path}/${id}`, change, { 'If-Match': '*' })).status).toBe(200);
  });

  it('of two who change the same version at once, lets one', async () => {
    const tag = (await api.send('GET', `${path}/${id}`)).headers.get('ETag') ?? '';
    const [field = ''] = Object.keys(form);
    const before = (await api.get(`${path}/${id}`)) as Record<string, unknown>;
    const statuses = await Promise.all(
      ['x', 'y'].map(async (end) => {
        const value = `${end}${String(before[field])}`;
        return (await api.send('PATCH', `${path}/${id}`, { [field]: value }, { 'If-Match': tag })).status;
      }),
    );
    expect(statuses.sort()).toEqual([200, 412]);
    await api.send('PATCH', `${path}/${id}`, { [field]: before[field] });
  });

  it('tells what an import would do, and does nothing then', async () => {
    const before = await api.get(`${path}?limit=200`);
    const response = await api.send('POST', `${path}/import?dryRun=true`, csv);
    expect(await response.json()).toMatchObject({ created: 1, updated: 1, encoding: 'UTF-8', separator: ',' });
    expect((await api.send('POST', `${path}/import?dryRun=true`, wrongCsv.text)).status).toBe(422);
    expect(await api.get(`${path}?limit=200`)).toEqual(before);
    expect((await listLog(api.database.db, {}, { limit: 1 }))[0]?.operation).not.toContain('import');
  });

  it('imports CSV, changing what is there', async () => {
    const response = await api.send('POST', `${path}/import`, csv);
    expect(await response.json()).toMatchObject({ created: 1, updated: 1, encoding: 'UTF-8', separator: ',' });
  });

  it('imports nothing of a file with a fault, and names its place', async () => {
    const before = await api.get(`${path}?limit=200`);
    const response = await api.send('POST', `${path}/import`, wrongCsv.text);
    expect(response.status).toBe(422);
    const [error] = (await problemOf(response)).errors ?? [];
    expect([error?.line, error?.column]).toEqual(wrongCsv.at);
    expect(await api.get(`${path}?limit=200`)).toEqual(before);
  });

  it('is searched and read page by page', async () => {
    const all = (await api.get(`${path}?limit=200`)) as { items: { id: number }[]; nextCursor: null };
    const first = (await api.get(`${path}?limit=2`)) as { items: { id: number }[]; nextCursor: string };
    const second = (await api.get(`${path}?limit=200&cursor=${first.nextCursor}`)) as typeof all;
    expect([...first.items, ...second.items]).toEqual(all.items);
    expect(await api.get(`${path}?text=no-such-thing`)).toEqual({ items: [], nextCursor: null });
  });

  it('deletes', async () => {
    expect((await api.send('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await api.send('GET', `${path}/${id}`)).status).toBe(404);
  });
});

describe('a category that a mailbox names', () => {
  it('stays', async () => {
    const { defaultCategoryId } = await createMailbox(api.database.db);
    const response = await api.send('DELETE', `/api/v1/categories/${defaultCategoryId}`);
    expect((await problemOf(response)).detail).toContain('mailboxes name this category');
    expect(response.status).toBe(409);
  });
});

describe('an employee', () => {
  it('gets another primary address and keeps the aliases', async () => {
    const response = await api.send('POST', '/api/v1/employees', {
      name: 'Grace',
      address: 'grace@example.com',
      aliases: ['g@example.com'],
    });
    const { id } = (await response.json()) as { id: number };
    await api.send('PATCH', `/api/v1/employees/${id}`, { address: 'hopper@example.com' });
    expect(await api.get(`/api/v1/employees/${id}`)).toMatchObject({
      address: 'hopper@example.com',
      aliases: ['g@example.com'],
    });
    expect(await brokenRules(await api.send('PATCH', `/api/v1/employees/${id}`, { address: 'no address' }))).toEqual([
      'address: custom',
    ]);
  });
});

describe('a file of a spreadsheet program', () => {
  const send = (csv: Buffer, query = '') =>
    api.app.request(`/api/v1/employees/import${query}`, {
      method: 'POST',
      headers: { Authorization: 'Bearer test-token-of-the-administrator', 'Content-Type': 'text/csv' },
      body: new Uint8Array(csv),
    });
  const csv = 'name;address;aliases\r\nFrançoise Œuvrard;fo@example.com;"f@example.com; o@example.com"\r\n';
  const windows1252 = Buffer.from(csv.replace('Œ', '\x8c'), 'latin1');

  it.each([
    ['Windows-1252', windows1252],
    ['UTF-8', Buffer.from(csv)],
    ['UTF-16', Buffer.from(`\uFEFF${csv}`, 'utf16le')],
    ['UTF-16', Buffer.from(`\uFEFF${csv}`, 'utf16le').swap16()],
  ])('is read as %s, with a preview', async (encoding, bytes) => {
    expect(await (await send(bytes, '?dryRun=true')).json()).toEqual({
      ...{ created: 1, updated: 0, encoding, separator: ';' },
      preview: [
        ['name', 'address', 'aliases'],
        ['Françoise Œuvrard', 'fo@example.com', 'f@example.com; o@example.com'],
      ],
    });
  });

  it('is refused where it is no text', async () => {
    expect(await brokenRules(await send(Buffer.from('PK\x03\x04\0\0\xff')))).toEqual([': encoding']);
  });
});
