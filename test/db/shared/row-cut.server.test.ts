import { glob } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDatabaseAway } from '../../../src/activities/shared/faults.ts';
import { findApiToken, hasApiToken, listApiTokens } from '../../../src/db/accounts/api-tokens.ts';
import { findSession, hasSession } from '../../../src/db/accounts/sessions.ts';
import { findUserByName, hasUsers, listUsers } from '../../../src/db/accounts/users.ts';
import { listDelegations } from '../../../src/db/approvals/delegations.ts';
import { listGroupPeople } from '../../../src/db/approvals/group-people.ts';
import { readApprovalFacts, readTokenFacts } from '../../../src/db/handling/facts-approval.ts';
import { countMessages, readCategoryCodes } from '../../../src/db/mailboxes/mailbox-overview.ts';
import { countSecretsByKey } from '../../../src/db/mailboxes/secret-rotation.ts';
import { listAssets } from '../../../src/db/master-data/assets.ts';
import { listCalendars } from '../../../src/db/master-data/calendars.ts';
import { listCategoryPage } from '../../../src/db/master-data/category-catalogue.ts';
import { listConfigurationItems } from '../../../src/db/master-data/configuration-items.ts';
import { readConfirmation } from '../../../src/db/messages/confirmations.ts';
import { countNotGiven, listNotGiven } from '../../../src/db/messages/not-given.ts';
import { listMailParts, readMailParts } from '../../../src/db/outgoing/mail-parts.ts';
import { findTemplate } from '../../../src/db/outgoing/outgoing-mail.ts';
import { listWayErrors } from '../../../src/db/outgoing/sending-ways.ts';
import {
  findOptionalDocumentContent,
  findOptionalTicketEntry,
  listActions,
  listDocuments,
  listTickets,
} from '../../../src/db/tickets/ticket-list.ts';
import { findApprovalSnapshot } from '../../../src/db/approvals/approval-snapshot.ts';
import { openApproval } from '../../../src/db/approvals/approvals.ts';
import { listApprovals } from '../../../src/db/approvals/approval-list.ts';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { lastLogId, listLog, listLogAfter } from '../../../src/db/log/log-list.ts';
import {
  findMailbox,
  findOptionalMailbox,
  isMailboxDeleted,
  isSwitchedOn,
  listMailboxes,
  readMailboxSecrets,
} from '../../../src/db/mailboxes/mailboxes.ts';
import { findCategory, findOptionalCategory } from '../../../src/db/master-data/categories.ts';
import { findCategoryProcess } from '../../../src/db/processes/category-process.ts';
import { findEmployee, listEmployees } from '../../../src/db/master-data/employee-catalogue.ts';
import { listPending, listToRemove, readBacklog, unknownProtocolIds } from '../../../src/db/messages/ledger.ts';
import { findOptionalLedgerEntry, listLedger } from '../../../src/db/messages/message-list.ts';
import { readRaw, streamRaw } from '../../../src/db/messages/raw-messages.ts';
import { isServerMessageId } from '../../../src/db/outgoing/outbox.ts';
import { listOutbox, listUndelivered } from '../../../src/db/outgoing/outbox-list.ts';
import { listTemplates } from '../../../src/db/outgoing/templates.ts';
import { findOptionalTicketSnapshot, listTicketSnapshots } from '../../../src/db/processes/ticket-snapshot.ts';
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
let personId: number;

beforeAll(async () => {
  cutter = await startRowCutter(url());
  cut = connect(cutter.url, { max: 1 });
  const box = await mailbox(db());
  mailboxId = box.id;
  const ids = await store(db(), box.id, 'first', 'second', 'third');
  messageId = ids[1] ?? 0;
  await updateSettings(db(), { agentEnabled: true });
  const [person] = await db().select().from(employees).limit(1);
  personId = person?.id ?? 0;
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
  // Without what goes with the clock.
  readFigures: async (db) => (await readFigures(db)).mailboxes.map((figure) => ({ ...figure, overdue: 0 })),
  findOptionalMailbox: (db) => findOptionalMailbox(db, mailboxId),
  isMailboxDeleted: (db) => isMailboxDeleted(db, mailboxId),
  countMessages: (db) => countMessages(db, [mailboxId], 'UTC'),
  readCategoryCodes: async (db) => readCategoryCodes(db, [(await category(db, 'SMARTPHONE')).id]),
  countSecretsByKey,
  listAssets: (db) => listAssets(db, {}, page),
  listCalendars: (db) => listCalendars(db, {}, page),
  listCategoryPage: (db) => listCategoryPage(db, {}, page),
  listConfigurationItems: (db) => listConfigurationItems(db, {}, page),
  findEmployee: (db) => findEmployee(db, personId),
  listDelegations: (db) => listDelegations(db, page),
  listGroupPeople: (db) => listGroupPeople(db, 'Service Desk'),
  readApprovalFacts: (db) => readApprovalFacts(db, ticketId, { actionId: String(actionId), now }),
  readTokenFacts: (db) => readTokenFacts(db, 'nobody has it', now),
  readConfirmation: (db) => readConfirmation(db, 'nobody has it', now),
  listNotGiven: (db) => listNotGiven(db, { mailboxId, account: 1 }),
  countNotGiven: (db) => countNotGiven(db, { mailboxId, account: 1 }),
  listMailParts,
  readMailParts: (db) => readMailParts(db, 'en'),
  findTemplate: (db) => findTemplate(db, 'acknowledgement', 'en'),
  listWayErrors,
  findOptionalTicketEntry: (db) => findOptionalTicketEntry(db, number),
  listTickets: (db) => listTickets(db, {}, page),
  listActions: (db) => listActions(db, ticketId),
  listDocuments: (db) => listDocuments(db, ticketId),
  findOptionalDocumentContent: (db) => findOptionalDocumentContent(db, number, 1),
  listTicketSnapshots: (db) => listTicketSnapshots(db, [number]),
  listLedger: (db) => listLedger(db, {}, page),
  listLogAfter: (db) => listLogAfter(db, {}, 0, 50),
  listApiTokens: (db) => listApiTokens(db, page),
  hasApiToken: (db) => hasApiToken(db, 'none', 'reader'),
  findApiToken: (db) => findApiToken(db, 'none'),
  hasSession: (db) => hasSession(db, 'none', 'reader'),
  findSession: (db) => findSession(db, 'none'),
  hasUsers,
  listUndelivered: (db) => listUndelivered(db, ticketId),
  isServerMessageId: (db) => isServerMessageId(db, 'none'),
  findUserByName: (db) => findUserByName(db, 'nobody'),
};

/** Functions that read and are not in the table: what they need is made by the tests of what calls them. */
const elsewhere = new Set([
  'findAsset',
  'findCalendar',
  'findConfigurationItem',
  'findUser',
  'listForTrial',
  'listGivenWarnings',
  'readChosenReturnAddress',
  'readWaysOut',
  'nextRoundOf',
  'readClock',
  'readMailboxRules',
  'readOutgoingFacts',
  'readReturnAddress',
  'readStanding',
  'unknownReferences',
]);

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

  // Not those that are given a transaction: it fails as a whole.
  it('R1: is tried with each function of the modules that reads by itself', async () => {
    const reading: string[] = [];
    for await (const file of glob('src/db/**/*.ts')) {
      const module: unknown = await import(path.resolve(file));
      for (const [name, value] of Object.entries(Object(module) as Record<string, unknown>))
        if (
          /^(find|list|read|count|is|has|last|next|stream|unknown)[A-Z]/.test(name) &&
          typeof value === 'function' &&
          /^(async )?(function\*? ?\w* ?)?\(?\s*db\b/.test(String(value))
        )
          reading.push(name);
    }
    expect(reading.length).toBeGreaterThan(50);
    expect([...new Set(reading)].filter((name) => !(name in functions) && !elsewhere.has(name))).toEqual([]);
  });

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
