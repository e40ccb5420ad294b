import { eq, sql, type SQL } from 'drizzle-orm';
import type { Plan } from '../../domain/handling/plan.ts';
import { isOver } from '../../domain/tickets/ticket.ts';
import type { TicketTransition } from '../../domain/tickets/transitions.ts';
import type { ApplyContext, Effects } from './apply-context.ts';
import { ticketTraces } from './apply-traces.ts';
import { answerQuestions } from '../approvals/approvals.ts';
import { keepApproval, withdrawWaiting } from '../approvals/rounds.ts';
import { resumeClocks, retarget } from '../processes/clocks.ts';
import type { Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
import { employeeAddresses, tickets } from '../schema/index.ts';
import { readSettings } from '../settings/settings.ts';
import { setTicketState } from '../tickets/ticket-state.ts';

type ChangePlan = Extract<Plan, { readonly kind: 'change' }>;

const hourMs = 3_600_000;

export const changeTicket = async (tx: Tx, plan: ChangePlan, context: ApplyContext): Promise<Effects> => {
  const { number, changes, disposition } = plan;
  const { now, sender } = context;
  const [before] = await tx.select().from(tickets).where(eq(tickets.number, number));
  if (before === undefined) throw new NotFoundError(`There is no ticket ${number}.`);
  const after = await setTicketState(tx, before, await transitionFor(tx, plan, now), {
    now,
    also: {
      ...changes,
      ...(plan.action.kind === 'occurrence' && { occurrences: sql`${tickets.occurrences} + 1` }),
      respondedAt:
        disposition === 'solved' ? sql`coalesce(${tickets.respondedAt}, ${now})` : firstResponse(sender, now),
    },
  });
  if (after === null) throw new Error(`${number} is ${before.state}: it was to be ${disposition}.`);
  const { state } = after;
  if (before.heldSince !== null && state !== 'on_hold') await resumeClocks(tx, number, before.heldSince, now);
  else if (changes.priority !== undefined || changes.categoryId !== undefined) await retarget(tx, number);
  await keepApproval(tx, before.id, { before, now });
  if (isOver(state) !== isOver(before.state)) await withdrawWaiting(tx, before, now);
  else if (await isRequestor(tx, before, sender)) await answerQuestions(tx, before, plan.action.text, now);
  // A filed reply changes nothing that a process waits for.
  const tell = disposition === 'filed' ? null : 'ticket_changed';
  return {
    ticketNumber: number,
    statements: ticketTraces(tx, { id: before.id, number }, plan, context, tell),
  };
};

const isRequestor = async (
  tx: Tx,
  { requestorId, recipientId }: Pick<typeof tickets.$inferSelect, 'requestorId' | 'recipientId'>,
  sender: string | null,
): Promise<boolean> => {
  const [person] = await tx
    .select({ id: employeeAddresses.employeeId })
    .from(employeeAddresses)
    .where(sql`${employeeAddresses.address} = ${sender}`);
  return person !== undefined && (person.id === requestorId || person.id === recipientId);
};

/** The response that a target waits for: the first word of anybody but those who asked. */
const firstResponse = (sender: string | null, now: string): SQL => sql`case
  when ${tickets.respondedAt} is null and not exists (
    select 1 from ${employeeAddresses} where ${employeeAddresses.address} = ${sender}
      and ${employeeAddresses.employeeId} in (${tickets.requestorId}, ${tickets.recipientId})
  ) then ${now}::timestamptz
  else ${tickets.respondedAt}
end`;

/** What the plan does to the ticket's state, with the times that it gives. */
const transitionFor = async (tx: Tx, { disposition, action }: ChangePlan, now: string): Promise<TicketTransition> => {
  switch (disposition) {
    case 'put_on_hold':
      return { name: 'STOP', heldSince: now, holdUntil: action.dueAt };
    case 'solved': {
      const { closeSolvedAfterHours } = await readSettings(tx);
      // The waiting starts with the mail, whatever date it gives to the solution.
      const closeAt = new Date(Date.parse(now) + closeSolvedAfterHours * hourMs).toISOString();
      return { name: 'SOLVE', solvedAt: action.dueAt ?? now, closeAt };
    }
    case 'reopened':
      return { name: 'RESTART' };
    case 'updated':
      return { name: 'UPDATE' };
    case 'filed':
      return { name: 'FILE' };
  }
};
