import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeReceived } from '../../../src/db/messages/raw-messages.ts';
import { findOptionalLedgerEntry } from '../../../src/db/messages/message-list.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { messages, operationLog, tickets } from '../../../src/db/schema/index.ts';
import { written } from '../../support/mail-sink.ts';
import { handling } from '../../db/approvals/mails.ts';
import { mailbox as createMailbox } from '../../db/fixtures.ts';
import { brokenRules, problemOf, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
let box: MailboxRecord;
const db = () => api.database.db;
const path = () => `/api/v1/mailboxes/${box.id}/rules`;

beforeAll(async () => {
  api = await startTestApi();
  box = await createMailbox(db());
});
afterAll(() => api.stop());

const printers = {
  name: 'Printers',
  conditions: [{ field: 'subject', test: 'pattern', value: '(?i)printer (?P<tag>\\w+)' }],
  set: [
    { target: 'category', from: 'text', value: 'PRINTER' },
    { target: 'asset', from: 'group', value: 'tag' },
  ],
};

/** Stored with its original, and handled as the worker does. */
const receive = async (subject: string, body = 'Hello') => {
  const raw = written({ from: 'fleblanc@aef.com', to: box.address, subject, body });
  const now = new Date().toISOString();
  const [stored] = await storeReceived(db(), box.id, [{ protocolId: `rule ${subject}`, raw, arrivedAt: now }], now);
  return handling(db, () => box)(raw, 'pass', stored?.id ?? 0);
};

const count = async (table: typeof tickets | typeof operationLog | typeof messages) =>
  (await db().select().from(table)).length;

describe('the rules of a mailbox', () => {
  it('are none at first, and some for usual monitors are offered', async () => {
    const stored = (await api.get(path())) as { rules: unknown[]; shipped: { name: string; active: boolean }[] };
    expect(stored.rules).toEqual([]);
    expect(stored.shipped.map(({ name }) => name)).toEqual([
      'Nagios',
      'Zabbix',
      'PRTG',
      'Alertmanager',
      'SCOM',
      'cron',
    ]);
    expect(stored.shipped.every(({ active }) => !active)).toBe(true);
  });

  it('are tried on stored mails before they are saved, and nothing is changed', async () => {
    const { id, ticketNumber } = await receive('Printer ZS_010 is dead');
    await receive('Something else');
    const before = await Promise.all([count(tickets), count(operationLog), count(messages)]);
    const trial = await (await api.send('POST', `${path()}/try`, { rules: [printers] })).json();
    expect(trial).toMatchObject({
      read: 2,
      skipped: 0,
      items: [
        {
          id,
          became: { disposition: 'created', reason: null },
          without: { disposition: 'created', category: 'Incidents/General' },
          with: { disposition: 'created', category: 'Incidents/Equipment/Other Peripherals/Printer' },
          matched: ['Printers'],
          filled: { category: 'PRINTER', asset: 'ZS_010' },
        },
      ],
    });
    expect(await Promise.all([count(tickets), count(operationLog), count(messages)])).toEqual(before);
    expect(await findOptionalLedgerEntry(db(), id)).toMatchObject({ ticketNumber, rules: [] });
  });

  it('are saved as they were read, and work from the next mail on', async () => {
    const tag = (await api.send('GET', path())).headers.get('ETag') ?? '';
    const spam = {
      name: 'Spam',
      conditions: [{ field: 'header', header: 'X-Spam-Flag', test: 'equals', value: 'yes' }],
      end: 'reject',
    };
    const saved = await api.send('PUT', path(), { rules: [printers, spam] }, { 'If-Match': tag });
    expect(saved.status).toBe(200);
    expect(await api.get(path())).toMatchObject({ rules: [{ name: 'Printers', active: true, end: 'continue' }, spam] });
    expect((await problemOf(await api.send('PUT', path(), { rules: [] }, { 'If-Match': tag }))).status).toBe(412);

    const { id, ticketNumber } = await receive('Printer ZS_010 burns');
    const [ticket] = await db()
      .select()
      .from(tickets)
      .where(eq(tickets.number, ticketNumber ?? ''));
    expect(ticket).toMatchObject({ assetText: null });
    expect(await api.get(`/api/v1/tickets/${ticketNumber ?? ''}`)).toMatchObject({
      category: { code: 'PRINTER' },
      asset: { tag: 'ZS_010' },
    });
    expect(await api.get(`/api/v1/messages/${id}`)).toMatchObject({ rules: ['Printers'] });
  });

  it('refuse a mail, which is released past them', async () => {
    const rules = [{ ...printers, set: [], end: 'quarantine' }];
    await api.send('PUT', path(), { rules });
    const { id, reason } = await receive('Printer ZS_010 sings');
    expect(reason).toBe('quarantined_by_rule');
    await api.send('POST', `/api/v1/messages/${id}/release`);
    const raw = written({ from: 'fleblanc@aef.com', to: box.address, subject: 'Printer ZS_010 sings', body: 'Hello' });
    expect(await handling(db, () => box)(raw, 'pass', id)).toMatchObject({
      disposition: 'created',
      rules: ['Printers'],
    });
  });

  it('are refused where they cannot work, each with its place', async () => {
    const wrong = { ...printers, name: 'Wrong', set: [{ target: 'category', from: 'text', value: 'Nowhere' }] };
    const pattern = { ...printers, conditions: [{ field: 'subject', test: 'pattern', value: '(?=a)' }] };
    expect(await brokenRules(await api.send('PUT', path(), { rules: [printers, wrong] }))).toEqual(['rules.1: rule']);
    const refused = await problemOf(await api.send('POST', `${path()}/try`, { rules: [pattern] }));
    expect(refused.errors?.[0]?.message).toContain('pattern');
    expect((await api.send('GET', '/api/v1/mailboxes/999999/rules')).status).toBe(404);
  });
});
