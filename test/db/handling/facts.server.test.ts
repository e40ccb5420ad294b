import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { readFacts } from '../../../src/db/handling/facts.ts';
import { categories, employees } from '../../../src/db/schema/index.ts';
import { updateEmployee } from '../../../src/db/master-data/employee-catalogue.ts';
import { ensureEmployee } from '../../../src/db/master-data/employees.ts';
import { importAssets } from '../../../src/db/master-data/csv-import.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import type { FactsQuery } from '../../../src/domain/handling/facts-query.ts';
import { category, contextOf, createPlan, mailbox, noLookups, now, store, useDatabase } from '../fixtures.ts';

const { db } = useDatabase();

const factsOf = (
  of: Pick<MailboxRecord, 'id' | 'defaultCategoryId'>,
  lookups: Partial<FactsQuery>,
  contentKey: string | null = null,
  arrivedAt = now,
) =>
  db().transaction((tx) =>
    readFacts(tx, {
      releasedCategoryId: null,
      vouched: false,
      arrivedAt,
      lookups: { ...noLookups, ...lookups },
      contentKey,
      senderAuthentication: 'off',
      mailbox: of,
      now,
    }),
  );

describe('facts', () => {
  it('of a mail that names nothing are the default category alone', async () => {
    const box = await mailbox(db());
    expect(await factsOf(box, {})).toEqual({
      now,
      duplicateOf: null,
      recentFromSender: 0,
      sender: null,
      senderIsStranger: false,
      strangersThisHour: 0,
      senderAuthentication: 'off',
      vouched: false,
      confirmation: null,
      token: null,
      requestor: null,
      recipient: null,
      category: null,
      defaultCategory: await category(db(), 'GENERAL'),
      releasedCategory: null,
      asset: null,
      configurationItem: null,
      ticket: null,
      namesakes: [],
      parents: [],
      openEvent: null,
      storm: null,
      eventCategory: await category(db(), 'MONITORING'),
    });
  });

  it('F7: know an employee by number and a category by GUID, in any case', async () => {
    const box = await mailbox(db());
    await db().update(employees).set({ employeeNumber: 'E-0042' }).where(eq(employees.name, 'Georges Smith'));
    const guid = '44d88612-fea8-a8f3-6de8-2e1278abb02f';
    await db().update(categories).set({ guid }).where(eq(categories.code, 'SMARTPHONE'));
    const facts = await factsOf(box, { requestor: 'e-0042', recipient: 'E-0043', category: guid.toUpperCase() });
    expect(facts).toMatchObject({
      requestor: { addresses: ['gsmith@aef.com'] },
      recipient: null,
      category: { code: 'SMARTPHONE' },
    });
  });

  it('hold the category that a message was released with', async () => {
    const smartphone = await category(db(), 'SMARTPHONE');
    const facts = await db().transaction((tx) =>
      mailbox(db()).then((of) =>
        readFacts(tx, {
          ...{ lookups: noLookups, contentKey: null, senderAuthentication: 'off', mailbox: of, now },
          releasedCategoryId: smartphone.id,
          vouched: false,
          arrivedAt: now,
        }),
      ),
    );
    expect(facts.releasedCategory).toEqual(smartphone);
  });

  it('know people by any of their addresses, with the primary one first', async () => {
    const facts = await factsOf(await mailbox(db()), {
      sender: 'francoise.leblanc@aef.com',
      requestor: 'jberg@aef.com',
      recipient: 'nobody@aef.com',
    });
    expect(facts.sender).toMatchObject({
      name: 'Françoise Leblanc',
      addresses: ['fleblanc@aef.com', 'francoise.leblanc@aef.com'],
      supportGroups: [],
    });
    expect(facts.requestor).toMatchObject({ name: 'Jonas Berg', supportGroups: ['Mobile Devices', 'Workplace'] });
    expect(facts.recipient).toBeNull();
  });

  it.each([
    ['smartphone', 'SMARTPHONE'],
    ['incidents/equipment/other peripherals/SMARTPHONE', 'SMARTPHONE'],
    ['Firewall Rule', 'FIREWALL'],
    ['Change Requests/Network/Firewall Rule', 'FIREWALL'],
  ])('find the category of %j', async (text, code) => {
    expect((await factsOf(await mailbox(db()), { category: text })).category).toEqual(await category(db(), code));
  });

  it('find the code before a name that others have', async () => {
    // `Laptop` is the code of one category and the name of two.
    expect((await factsOf(await mailbox(db()), { category: 'Laptop' })).category?.code).toBe('LAPTOP');
  });

  it('find no category or asset by a name that several have', async () => {
    await importAssets(db(), 'tag,name\nT1,Twin\nT2,Twin\nTWIN3,T1\n');
    const box = await mailbox(db());
    expect((await factsOf(box, { asset: 'twin' })).asset).toBeNull();
    expect((await factsOf(box, { asset: 't1' })).asset).toMatchObject({ name: 'Twin' });
    expect((await factsOf(box, { asset: 'p04319' })).asset).toMatchObject({ name: 'Smartphone of Françoise Leblanc' });
    expect((await factsOf(box, { configurationItem: 'erp' })).configurationItem).toMatchObject({ name: 'ERP' });
  });

  it('S-17: tell a stranger, and how many there were in this hour', async () => {
    const box = await mailbox(db());
    const person = await db().transaction((tx) => ensureEmployee(tx, { address: 'new@else.test', name: '' }));
    await db().update(employees).set({ createdAt: now }).where(eq(employees.id, person));
    expect(await factsOf(box, { sender: 'new@else.test' })).toMatchObject({
      senderIsStranger: true,
      strangersThisHour: 1,
    });
    expect(await factsOf(box, { sender: 'fleblanc@aef.com' })).toMatchObject({ senderIsStranger: false });
    await updateEmployee(db(), person, { name: 'Nina New' });
    expect(await factsOf(box, { sender: 'new@else.test' })).toMatchObject({
      senderIsStranger: false,
      strangersThisHour: 0,
    });
  });

  it('S-12: count what was not refused, in the ten minutes before the mail came', async () => {
    const box = await mailbox(db());
    const [first = 0, second = 0, third = 0] = await store(db(), box.id, 'l1', 'l2', 'l3');
    const refusal = {
      kind: 'refuse',
      disposition: 'rejected',
      reason: 'not_authorised',
      explanation: '',
      warnings: [],
    } as const;
    const loop = { ...refusal, disposition: 'quarantined', reason: 'mail_loop' } as const;
    const [person] = await db().select().from(employees).limit(1);
    const made = createPlan(await category(db(), 'SMARTPHONE'), { id: person?.id ?? 0 });
    await db().transaction((tx) => applyPlan(tx, refusal, contextOf(box, first)));
    await db().transaction((tx) => applyPlan(tx, loop, contextOf(box, second)));
    await db().transaction((tx) => applyPlan(tx, made, contextOf(box, third)));
    const recent = async (arrivedAt: string) =>
      (await factsOf(box, { sender: 'fleblanc@aef.com' }, null, arrivedAt)).recentFromSender;
    expect(await recent(now)).toBe(1);
    expect(await recent('2026-11-23T10:09:00.000Z')).toBe(1);
    expect(await recent('2026-11-23T10:11:00.000Z')).toBe(0);
    expect(await recent('2026-11-23T09:59:00.000Z')).toBe(0);
  });

  it('tell the ticket, the mails of the sender in ten minutes and the same mail handled before', async () => {
    const box = await mailbox(db());
    const [first, second] = (await store(db(), box.id, '1', '2')) as [number, number];
    const [person] = await db().select().from(employees).limit(1);
    const plan = createPlan(await category(db(), 'SMARTPHONE'), { id: person?.id ?? 0 });
    const { ticketNumber } = await db().transaction((tx) => applyPlan(tx, plan, contextOf(box, first)));
    const number = ticketNumber ?? '';
    const lookups = { sender: 'fleblanc@aef.com', ticket: { number, by: 'subject' } } as const;
    const facts = await factsOf(box, lookups, `key of ${first}`);
    expect(facts).toMatchObject({ duplicateOf: first, recentFromSender: 1 });
    expect(facts.ticket).toEqual({
      by: 'subject',
      number,
      state: 'registered',
      fields: plan.fields,
      requestorId: person?.id,
      recipientId: null,
      supportGroup: 'Mobile Devices',
      closedReplyPolicy: 'reopen',
      approval: null,
    });
    expect(await factsOf(await mailbox(db()), lookups, `key of ${first}`)).toMatchObject({
      duplicateOf: null,
      recentFromSender: 0,
    });
    expect((await factsOf(box, { ticket: { number: 'I990101_000001', by: 'rfc_number' } })).ticket).toBeNull();
    await expect(
      db().transaction((tx) => applyPlan(tx, plan, contextOf(box, second, { contentKey: `key of ${first}` }))),
    ).rejects.toThrow();
  });
});
