import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { askWhereNobodyWas, expireApproval } from '../../../src/db/approvals/approval-timers.ts';
import { openApproval } from '../../../src/db/approvals/approvals.ts';
import { findApprovalSnapshot } from '../../../src/db/approvals/approval-snapshot.ts';
import { createDelegation } from '../../../src/db/approvals/delegations.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { assignTicket } from '../../../src/db/processes/assign-ticket.ts';
import { setCategoryProcess } from '../../../src/db/processes/category-process.ts';
import { closeTicket, enterPhase } from '../../../src/db/processes/ticket-process.ts';
import { findOptionalTicketSnapshot } from '../../../src/db/processes/ticket-snapshot.ts';
import {
  approvalRequests,
  approvals,
  categories,
  employeeAddresses,
  employeeGroups,
  employees,
  messages,
  operationLog,
  outbox,
  tickets,
} from '../../../src/db/schema/index.ts';
import { listTickets } from '../../../src/db/tickets/ticket-list.ts';
import type { ApprovalStep } from '../../../src/domain/approvals/approval.ts';
import { processNames } from '../../../src/domain/processes/process.ts';
import { createPicker } from '../../support/random.ts';
import { mailbox, useDatabase } from '../fixtures.ts';
import { idOf, mailing } from './mails.ts';

const requestor = 'fleblanc@aef.com';
const first = 'ahaddad@aef.com';
const second = 'gsmith@aef.com';
const workingPhases = ['fulfilment', 'window', 'implementation', 'work', 'watch'] as const;

const { db } = useDatabase();
let box: MailboxRecord;
const mail = mailing(db, () => box);

const stepOf = (...approvers: readonly number[]): ApprovalStep => ({
  approvers,
  rule: 'one',
  remindAfterHours: null,
  escalateAfterHours: null,
  escalateTo: null,
  expireAfterHours: 48,
  onExpiry: 'refused',
});

const always = { startsAt: '2000-01-01T00:00:00.000Z', endsAt: '2100-01-01T00:00:00.000Z' };

beforeAll(async () => {
  box = await mailbox(db());
});

const request = async (code: string, from = requestor): Promise<string> =>
  (await mail(from, 'A new laptop', `@CODE_CATALOG@='${code}'\nMine is old.`)).ticketNumber ?? '';

const on = (number: string, from: string, ...lines: readonly string[]) =>
  mail(from, 'About it', [`@RFC_NUMBER@='${number}'`, ...lines].join('\n'));

const vote = (number: string, from: string, choice = '1') =>
  on(number, from, `@OPERATION@='SOLVE' @CHOICE@='${choice}'`);

const ticketOf = async (number: string) => {
  const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
  if (ticket === undefined) throw new Error(`no ticket ${number}`);
  return ticket;
};

const now = (): string => new Date().toISOString();

/** Asks the steps as a process does: up to the first that waits, or what ended it. */
const ask = async (number: string): Promise<'waiting' | 'accepted' | 'refused' | 'withdrawn'> => {
  for (let position = 0; ; position += 1) {
    const opened = await openApproval(db(), { number, position, now: now() });
    if (opened.kind === 'no_step') return 'accepted';
    if (opened.kind === 'not_open') return 'withdrawn';
    await enterPhase(db(), number, 'approval');
    const [approval] = await db().select().from(approvals).where(eq(approvals.actionId, opened.actionId));
    if (approval?.state === 'waiting') return 'waiting';
    if (approval?.state === 'refused' || approval?.state === 'withdrawn') return approval.state;
  }
};

/** Whatever a process tries. */
const enterAll = async (number: string): Promise<void> => {
  for (const phase of workingPhases) await enterPhase(db(), number, phase);
  await assignTicket(db(), number, now());
};

it('S-21: Temporal is told neither the title of a ticket nor names of people', async () => {
  const number = await request('NEW_LAPTOP');
  await ask(number);
  const { id, title } = await ticketOf(number);
  const [approval] = await db().select().from(approvals).where(eq(approvals.ticketId, id));
  const snapshot = await findApprovalSnapshot(db(), approval?.actionId ?? 0);
  expect(snapshot.asked).toHaveLength(1);
  const told = JSON.stringify([snapshot, await findOptionalTicketSnapshot(db(), number)]);
  const people = await db().select({ name: employees.name }).from(employees);
  for (const one of [title, ...people.map(({ name }) => name)]) expect(told).not.toContain(one);
});

describe('S-01: a ticket that was solved while it waits', () => {
  it.each(['NEW_LAPTOP', 'FIREWALL'])('is in no working phase once it is reopened, of %s', async (code) => {
    const number = await request(code);
    expect(await ask(number)).toBe('waiting');
    await on(number, requestor, `@OPERATION@='SOLVE'`);
    await enterAll(number);
    expect((await ticketOf(number)).phase).toBe('approval');
    await on(number, requestor, `@OPERATION@='RESTART'`);
    await enterAll(number);
    expect(await ticketOf(number)).toMatchObject({ state: 'registered', phase: 'approval', assignedGroup: null });
    expect((await findOptionalTicketSnapshot(db(), number))?.approved).toBe(false);
    expect(await ask(number)).toBe('waiting');
  });

  it('is closed, and says why', async () => {
    const number = await request('NEW_LAPTOP');
    await ask(number);
    await on(number, requestor, `@OPERATION@='SOLVE'`);
    expect(await ask(number)).toBe('withdrawn');
    await closeTicket(db(), number, 'withdrawn', now());
    expect((await ticketOf(number)).state).toBe('closed');
    const [line] = await db()
      .select()
      .from(operationLog)
      .where(and(eq(operationLog.ticketNumber, number), eq(operationLog.operation, 'CLOSE')));
    expect(line?.reason).toContain('before it was approved');
  });

  it('is asked for from the first step on, however many had accepted', async () => {
    const number = await request('NEW_LAPTOP');
    await ask(number);
    await vote(number, first);
    await ask(number);
    await on(number, requestor, `@OPERATION@='SOLVE'`);
    await on(number, requestor, `@OPERATION@='RESTART'`);
    await ask(number);
    await vote(number, second);
    await enterAll(number);
    expect((await ticketOf(number)).phase).toBe('approval');
    await vote(number, first);
    await ask(number);
    await vote(number, second);
    await enterAll(number);
    expect((await ticketOf(number)).phase).toBe('watch');
  });

  it('closed for a refusal and reopened, is asked for anew', async () => {
    const number = await request('NEW_LAPTOP');
    await ask(number);
    await vote(number, first, '0');
    expect(await ask(number)).toBe('refused');
    await closeTicket(db(), number, 'refused', now());
    await on(number, requestor, `@OPERATION@='RESTART'`);
    expect(await ask(number)).toBe('waiting');
  });
});

describe('S-03: what is asked is fixed', () => {
  it('a category without steps gives no way into one that has them', async () => {
    const number = await request('ACCESS');
    expect(await ask(number)).toBe('accepted');
    await enterPhase(db(), number, 'fulfilment');
    await assignTicket(db(), number, now());
    await on(number, requestor, `@OPERATION@='UPDATE' @CODE_CATALOG@='NEW_LAPTOP'`);
    await enterAll(number);
    expect(await ticketOf(number)).toMatchObject({ phase: 'approval', assignedGroup: null });
    expect(await ask(number)).toBe('waiting');
  });

  it('a detour over another category skips no step', async () => {
    const number = await request('NEW_LAPTOP');
    await ask(number);
    await on(number, requestor, `@OPERATION@='UPDATE' @CODE_CATALOG@='ACCESS'`);
    await vote(number, first);
    await on(number, requestor, `@OPERATION@='UPDATE' @CODE_CATALOG@='NEW_LAPTOP'`);
    await enterAll(number);
    expect((await ticketOf(number)).phase).toBe('approval');
    expect(await ask(number)).toBe('waiting');
    await vote(number, first);
    expect(await ask(number)).toBe('waiting');
  });

  it.each([
    ['the title', `@TITLE@='A palace'`],
    ['the description', `@DESCRIPTION@='8000 EUR'`],
    ['the risk', `@FIELDS_TO_UPDATE@={E_RISK=1}`],
    ['an amount', `@FIELDS_TO_UPDATE@={E_AMOUNT=8000}`],
  ])('%s changed while it waits, and after all have accepted: asked anew', async (_, line) => {
    const number = await request('NEW_LAPTOP');
    await ask(number);
    const acceptAll = async () => {
      await vote(number, first);
      await ask(number);
      await vote(number, second);
    };
    const other = await on(number, requestor, `@OPERATION@='UPDATE'`, line);
    expect(other.disposition).toBe('updated');
    expect((await vote(number, first)).disposition).toBe('rejected');
    expect(await ask(number)).toBe('waiting');
    await acceptAll();
    await enterPhase(db(), number, 'fulfilment');
    expect((await ticketOf(number)).phase).toBe('fulfilment');
    await on(
      number,
      requestor,
      `@OPERATION@='UPDATE'`,
      line.replace(/8000|palace|=1/, (old) => (old === '=1' ? '=castle' : 'castle')),
    );
    await enterAll(number);
    expect((await ticketOf(number)).phase).toBe('approval');
  });

  it('a window may move, and a comment be made', async () => {
    const number = await request('NEW_LAPTOP');
    await ask(number);
    await on(number, requestor, `@OPERATION@='UPDATE' @COMMENT@='Soon, please'`);
    const moved = await on(number, requestor, `@OPERATION@='UPDATE'`, `@FIELDS_TO_UPDATE@={E_WINDOW_START=01/02/2030}`);
    expect(moved.disposition).toBe('updated');
    const [approval] = await db()
      .select()
      .from(approvals)
      .where(eq(approvals.ticketId, (await ticketOf(number)).id));
    expect(approval?.state).toBe('waiting');
  });

  it('steps set by an administrator while it waits: asked anew; once approved: it goes on', async () => {
    const settings = { closedReplyPolicy: 'reopen', calendarId: null, targets: null, escalation: null } as const;
    const [server] = await db().select().from(categories).where(eq(categories.code, 'SERVER'));
    const set = async (...people: readonly string[]) =>
      setCategoryProcess(db(), server?.id ?? 0, {
        ...settings,
        approvalSteps: [stepOf(...(await Promise.all(people.map((person) => idOf(db(), person)))))],
      });
    await set(first);
    const number = await request('SERVER');
    await ask(number);
    await set(second);
    expect((await vote(number, first)).disposition).toBe('rejected');
    await ask(number);
    await vote(number, second);
    await enterPhase(db(), number, 'implementation');
    await set(first);
    expect(await ticketOf(number)).toMatchObject({ phase: 'implementation' });
    expect((await findOptionalTicketSnapshot(db(), number))?.approved).toBe(true);
  });
});

describe('S-10: nobody approves for themselves', () => {
  it('not as a delegate either, who gets no mail with a token and is refused', async () => {
    const delegation = { ...always, employeeId: await idOf(db(), first), delegateId: await idOf(db(), requestor) };
    await createDelegation(db(), delegation);
    const number = await request('NEW_LAPTOP');
    await ask(number);
    const { id } = await ticketOf(number);
    const mails = await db()
      .select({ to: outbox.toAddress })
      .from(outbox)
      .where(and(eq(outbox.ticketId, id), eq(outbox.kind, 'approval_request')));
    expect(mails).toEqual([{ to: first }]);
    expect(await vote(number, requestor)).toMatchObject({ disposition: 'rejected', reason: 'not_authorised' });
  });

  it('nor does the recipient, whom nobody asks', async () => {
    const number = await mail(
      'desk@aef.com',
      'For Amira',
      `@CODE_CATALOG@='NEW_LAPTOP' @REQUESTOR@='${requestor}' @RECIPIENT@='${first}'`,
    );
    await ask(number.ticketNumber ?? '');
    const [approval] = await db()
      .select()
      .from(approvals)
      .where(eq(approvals.ticketId, (await ticketOf(number.ticketNumber ?? '')).id));
    expect(approval?.step.approvers).not.toContain(await idOf(db(), first));
    expect((await vote(number.ticketNumber ?? '', first)).disposition).toBe('rejected');
  });
});

it('S-10: with nobody to ask it waits, is listed, and silence decides nothing', async () => {
  const [access] = await db().select().from(categories).where(eq(categories.code, 'GENERAL'));
  const id = access?.id ?? 0;
  await db()
    .update(categories)
    .set({ approvalSteps: [{ ...stepOf(await idOf(db(), first)), onExpiry: 'accepted' }], supportGroup: null })
    .where(eq(categories.id, id));
  const number = await request('GENERAL', first);
  expect(await ask(number)).toBe('waiting');
  const listed = async () =>
    (await listTickets(db(), { nobodyToAsk: true, categoryId: id }, { before: undefined, limit: 9 })).map(
      (ticket) => ticket.number,
    );
  expect(await listed()).toEqual([number]);
  const [approval] = await db()
    .select()
    .from(approvals)
    .where(eq(approvals.ticketId, (await ticketOf(number)).id));
  await expireApproval(db(), approval?.actionId ?? 0, '2099-01-01T00:00:00.000Z');
  await enterAll(number);
  expect((await ticketOf(number)).phase).toBe('approval');
  await db()
    .update(categories)
    .set({ approvalSteps: [stepOf(await idOf(db(), second))] })
    .where(eq(categories.id, id));
  expect(await ask(number)).toBe('waiting');
  expect(await listed()).toEqual([]);
  await db().update(categories).set({ approvalSteps: [], supportGroup: 'Service Desk' }).where(eq(categories.id, id));
});

it('S-10: with nobody to ask it asks who comes to the support group, and only them', async () => {
  const [general] = await db().select().from(categories).where(eq(categories.code, 'GENERAL'));
  const id = general?.id ?? 0;
  const steps = [stepOf(await idOf(db(), first))];
  await db().update(categories).set({ approvalSteps: steps, supportGroup: 'Night Shift' }).where(eq(categories.id, id));
  const number = await request('GENERAL', first);
  expect(await ask(number)).toBe('waiting');
  const approvalOf = async () => {
    const ticketId = (await ticketOf(number)).id;
    const [approval] = await db().select().from(approvals).where(eq(approvals.ticketId, ticketId));
    return approval;
  };
  const asked = async () =>
    (
      await db()
        .select()
        .from(approvalRequests)
        .where(eq(approvalRequests.actionId, (await approvalOf())?.actionId ?? 0))
    ).map(({ employeeId }) => employeeId);
  await askWhereNobodyWas(db(), now());
  expect(await asked()).toEqual([]);
  await db()
    .insert(employeeGroups)
    .values([
      { employeeId: await idOf(db(), first), groupName: 'Night Shift' },
      { employeeId: await idOf(db(), second), groupName: 'Night Shift' },
    ]);
  const later = new Date(Date.now() + 60_000).toISOString();
  await askWhereNobodyWas(db(), later);
  await askWhereNobodyWas(db(), later);
  expect(await asked()).toEqual([await idOf(db(), second)]);
  expect((await approvalOf())?.expiresAt).toBe(new Date(Date.parse(later) + 48 * 3_600_000).toISOString());
  const { id: ticketId } = await ticketOf(number);
  const mails = await db()
    .select({ to: outbox.toAddress })
    .from(outbox)
    .where(and(eq(outbox.ticketId, ticketId), eq(outbox.kind, 'approval_request')));
  expect(mails).toEqual([{ to: second }]);
  expect(await vote(number, second)).toMatchObject({ disposition: 'choice_recorded' });
  expect(await ask(number)).toBe('accepted');
  await db().update(categories).set({ approvalSteps: [], supportGroup: 'Service Desk' }).where(eq(categories.id, id));
});

/** Random mails of everybody about tickets of every process, some of them helpful, so that work is reached often enough to judge. */
it('S-01, S-03, S-10: no sequence of mails leads to work that was not accepted', { timeout: 240_000 }, async () => {
  const pick = createPicker();
  const ids = { first: await idOf(db(), first), second: await idOf(db(), second) };
  const codes = ['NEW_LAPTOP', 'ACCESS', 'FIREWALL', 'SERVER', 'PRINTER', 'GENERAL', 'MONITORING'];
  // One of each process has steps, and one of each type but events has none: a way around.
  await db()
    .update(categories)
    .set({ approvalSteps: [stepOf(ids.second)] })
    .where(inArray(categories.code, ['PRINTER', 'MONITORING']));
  for (const [employeeId, delegate] of [
    [ids.second, 'pokafor@aef.com'],
    [ids.first, 'mtanaka@aef.com'],
    [ids.first, requestor],
  ] as const)
    await createDelegation(db(), { ...always, employeeId, delegateId: await idOf(db(), delegate) });
  const people = [
    requestor,
    first,
    second,
    'jberg@aef.com',
    'mtanaka@aef.com',
    'pokafor@aef.com',
    'who@else.test',
    'desk@aef.com',
  ];
  const lines = [
    `@OPERATION@='SOLVE'`,
    `@OPERATION@='RESTART'`,
    `@OPERATION@='STOP'`,
    `@OPERATION@='SOLVE' @CHOICE@='1'`,
    `@OPERATION@='SOLVE' @CHOICE@='1'`,
    `@OPERATION@='SOLVE' @CHOICE@='0'`,
    `@OPERATION@='SOLVE' @CHOICE@='2' @COMMENT@='Why?'`,
    'I only say so.',
    `@OPERATION@='UPDATE' @TITLE@='Another'`,
    `@OPERATION@='UPDATE' @FIELDS_TO_UPDATE@={E_RISK=1}`,
    ...codes.map((code) => `@OPERATION@='UPDATE' @CODE_CATALOG@='${code}'`),
  ];
  const numbers: string[] = [];
  for (const code of codes) {
    numbers.push(await request(code, pick([requestor, first, 'jberg@aef.com'])));
    const forAnother = `@CODE_CATALOG@='${code}' @REQUESTOR@='${requestor}' @RECIPIENT@='${pick([first, second, 'mtanaka@aef.com'])}'`;
    numbers.push((await mail('desk@aef.com', 'For another', forAnother)).ticketNumber ?? '');
  }
  /** The last action before what is asked for changed, by ticket. */
  const changedAfter = new Map<string, number>();
  const content = async (number: string) => {
    const { categoryId, title, description, customFields } = await ticketOf(number);
    return JSON.stringify([categoryId, title, description, customFields]);
  };
  /** What brings the ticket on: the choice of somebody who is asked, or its reopening. */
  const helpful = async (number: string): Promise<readonly [string, string]> => {
    const { id, state } = await ticketOf(number);
    if (state !== 'registered') return [requestor, `@OPERATION@='RESTART'`];
    const asked = await db()
      .select({ address: employeeAddresses.address })
      .from(approvalRequests)
      .innerJoin(approvals, eq(approvals.actionId, approvalRequests.actionId))
      .innerJoin(employeeAddresses, eq(employeeAddresses.employeeId, approvalRequests.employeeId))
      .where(and(eq(approvals.ticketId, id), eq(approvals.state, 'waiting'), eq(approvalRequests.state, 'asked')));
    return [asked.length === 0 ? first : pick(asked).address, `@OPERATION@='SOLVE' @CHOICE@='1'`];
  };
  const worked = new Map<string, number>();
  for (let count = 0; count < 300; count += 1) {
    const number = pick(numbers);
    const before = await content(number);
    const [from, line] = pick([true, true, false]) ? await helpful(number) : ([pick(people), pick(lines)] as const);
    await on(number, from, line);
    const { id } = await ticketOf(number);
    const asked = await db()
      .select()
      .from(approvals)
      .where(eq(approvals.ticketId, id))
      .orderBy(asc(approvals.actionId));
    if ((await content(number)) !== before) changedAfter.set(number, asked.at(-1)?.actionId ?? 0);
    const course = pick([true, true, false]) ? await ask(number) : null;
    if (course === 'refused') await closeTicket(db(), number, 'refused', now());
    if (course === 'withdrawn') await closeTicket(db(), number, 'withdrawn', now());
    await enterAll(number);
    const ticket = await ticketOf(number);
    const [category] = await db().select().from(categories).where(eq(categories.id, ticket.categoryId));
    const steps = category?.approvalSteps ?? [];
    if (steps.length === 0 || ticket.phase === null || ticket.phase === 'approval') continue;
    worked.set(ticket.process, (worked.get(ticket.process) ?? 0) + 1);
    for (const [position] of steps.entries()) {
      const [last] = await db()
        .select()
        .from(approvals)
        .where(and(eq(approvals.ticketId, id), eq(approvals.kind, 'approval'), eq(approvals.position, position)))
        .orderBy(desc(approvals.actionId))
        .limit(1);
      expect({ number, position, state: last?.state }).toEqual({ number, position, state: 'accepted' });
      expect(last?.actionId).toBeGreaterThan(changedAfter.get(number) ?? 0);
      const votes = await db()
        .select({ from: messages.fromAddress })
        .from(approvalRequests)
        .innerJoin(messages, eq(messages.id, approvalRequests.messageId))
        .where(and(eq(approvalRequests.actionId, last?.actionId ?? 0), eq(approvalRequests.state, 'accepted')));
      expect(votes.length).toBeGreaterThan(0);
      for (const { from: voter } of votes)
        expect([ticket.requestorId, ticket.recipientId]).not.toContain(await idOf(db(), voter ?? ''));
    }
  }
  console.log(`at work that was approved: ${JSON.stringify(Object.fromEntries(worked))}`);
  // Otherwise it has shown nothing.
  expect([...worked.keys()].toSorted()).toEqual([...processNames].toSorted());
});
