import postgres from 'postgres';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDatabaseAway } from '../../../src/activities/shared/faults.ts';
import { listUsers } from '../../../src/db/accounts/users.ts';
import { findApprovalSnapshot } from '../../../src/db/approvals/approval-snapshot.ts';
import { openApproval } from '../../../src/db/approvals/approvals.ts';
import { listApprovals } from '../../../src/db/approvals/approval-list.ts';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { lastLogId, listLog } from '../../../src/db/log/log-list.ts';
import { findMailbox, isSwitchedOn, listMailboxes, readMailboxSecrets } from '../../../src/db/mailboxes/mailboxes.ts';
import { findCategory, findOptionalCategory } from '../../../src/db/master-data/categories.ts';
import { findCategoryProcess } from '../../../src/db/processes/category-process.ts';
import { listEmployees } from '../../../src/db/master-data/employee-catalogue.ts';
import { listPending, listToRemove, readBacklog, unknownProtocolIds } from '../../../src/db/messages/ledger.ts';
import { findOptionalLedgerEntry } from '../../../src/db/messages/message-list.ts';
import { readRaw, streamRaw } from '../../../src/db/messages/raw-messages.ts';
import { listOutbox } from '../../../src/db/outgoing/outbox-list.ts';
import { listTemplates } from '../../../src/db/outgoing/templates.ts';
import { findOptionalTicketSnapshot } from '../../../src/db/processes/ticket-snapshot.ts';
import { listOpenTickets } from '../../../src/db/processes/workflow-outbox.ts';
import { categories, employees, tickets } from '../../../src/db/schema/index.ts';
import type { ApprovalStep } from '../../../src/domain/approvals/approval.ts';
import { connect, type Database, type Db } from '../../../src/db/shared/connect.ts';
import { withoutHoles } from '../../../src/db/shared/prepared.ts';
import { readFigures } from '../../../src/db/system/figures.ts';
import { readSettings, updateSettings } from '../../../src/db/settings/settings.ts';
import { type RowCutter, startRowCutter } from '../../support/row-cutter.ts';
import { category, contextOf, createPlan, mailbox, now, secretBox, store, useDatabase } from '../fixtures.ts';

const { db, url } = useDatabase();
let cutter: RowCutter;
/** One connection: the query after the cut has the same one. */
let cut: Database;
let mailboxId: number;
let messageId: number;
let number: string;
let ticketId: number;
let actionId: number;

beforeAll(async () => {
  cutter = await startRowCutter(url());
  cut = connect(cutter.url, { max: 1 });
  const box = await mailbox(db());
  mailboxId = box.id;
  const ids = await store(db(), box.id, 'first', 'second', 'third');
  messageId = ids[1] ?? 0;
  await updateSettings(db(), { agentEnabled: true });
  const [person] = await db().select().from(employees).limit(1);
  const plan = createPlan(await category(db(), 'SMARTPHONE'), { id: person?.id ?? 0 });
  const applied = await db().transaction((tx) => applyPlan(tx, plan, contextOf(box, ids[0] ?? 0)));
  number = applied.ticketNumber ?? '';
  const [ticket] = await db().select({ id: tickets.id }).from(tickets).where(eq(tickets.number, number));
  ticketId = ticket?.id ?? 0;
  const step: ApprovalStep = {
    approvers: [person?.id ?? 0],
    rule: 'one',
    remindAfterHours: null,
    escalateAfterHours: null,
    escalateTo: null,
    expireAfterHours: 24,
    onExpiry: 'refused',
  };
  await db()
    .update(categories)
    .set({ approvalSteps: [step] })
    .where(eq(categories.code, 'SMARTPHONE'));
  const opened = await openApproval(db(), { number, position: 0, now });
  if (opened.kind !== 'opened') throw new Error('no approval');
  actionId = opened.actionId;
});
afterAll(async () => {
  await cut.close();
  await cutter.close();
});

const all = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const gathered: T[] = [];
  for await (const value of values) gathered.push(value);
  return gathered;
};
const page = { limit: 50, before: undefined };

const functions: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  findMailbox: (db) => findMailbox(db, mailboxId),
  listMailboxes,
  isSwitchedOn: (db) => isSwitchedOn(db, mailboxId),
  readMailboxSecrets: (db) => readMailboxSecrets(db, secretBox, mailboxId),
  readSettings,
  listPending: (db) => listPending(db, mailboxId, now, 10),
  readBacklog: (db) => readBacklog(db, mailboxId, now),
  listToRemove: (db) => listToRemove(db, mailboxId, 10),
  unknownProtocolIds: (db) => unknownProtocolIds(db, mailboxId, ['new', 'first', 'newer']),
  findOptionalLedgerEntry: (db) => findOptionalLedgerEntry(db, messageId),
  readRaw: (db) => readRaw(db, messageId),
  streamRaw: (db) => all(streamRaw(db, messageId)),
  findOptionalTicketSnapshot: (db) => findOptionalTicketSnapshot(db, number),
  listOpenTickets,
  findApprovalSnapshot: (db) => findApprovalSnapshot(db, actionId),
  findCategory: async (db) => findCategory(db, (await category(db, 'SMARTPHONE')).id),
  findOptionalCategory: (db) => findOptionalCategory(db, 'SMARTPHONE'),
  findCategoryProcess: async (db) => findCategoryProcess(db, (await category(db, 'SMARTPHONE')).id),
  listEmployees: (db) => listEmployees(db, {}, page),
  listUsers: (db) => listUsers(db, page),
  listApprovals: (db) => listApprovals(db, ticketId),
  listOutbox: (db) => listOutbox(db, {}, page),
  listTemplates,
  listLog: (db) => listLog(db, {}, page),
  lastLogId,
  readFigures: async (db) => (await readFigures(db)).mailboxes,
};

describe('a connection that breaks after the first row of a result', () => {
  it.each(Object.entries(functions))(
    'R1: %s fails once and gives all of its rows with the next call',
    async (_, call) => {
      const expected = await call(db());
      cutter.arm();
      const failed = await call(cut.db).catch((error: unknown) => error);
      if (!cutter.disarm()) expect(failed).toSatisfy(isDatabaseAway);
      expect(await call(cut.db)).toEqual(expected);
    },
  );

  it('R1: the driver itself gives all rows of the next result', async () => {
    const driver = postgres(cutter.url, { max: 1, fetch_types: false });
    cutter.arm();
    await expect(driver`select * from generate_series(1, 3) as n`).rejects.toThrow();
    expect([...(await driver`select * from generate_series(1, 3) as n`)]).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await driver.end();
  });

  it.each([
    ['one hole', [, 'a', 'b'], ['a', 'b']],
    ['several holes', [, , , 'a'], ['a']],
    ['no hole', ['a', undefined], ['a', undefined]],
    ['nothing', [], []],
  ])('R1: without the patch, a result with %s has its rows at the front', (_, result, rows) => {
    expect(withoutHoles(result)).toEqual(rows);
  });
});
