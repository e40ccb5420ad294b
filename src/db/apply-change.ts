import { eq } from 'drizzle-orm';
import type { Plan } from '../domain/plan.ts';
import type { ApplyContext, Effects } from './apply-context.ts';
import { ticketTraces } from './apply-traces.ts';
import type { Tx } from './connect.ts';
import { NotFoundError } from './errors.ts';
import { tickets } from './schema/index.ts';
import { readSettings } from './settings.ts';

type ChangePlan = Extract<Plan, { readonly kind: 'change' }>;

const hourMs = 3_600_000;

export const changeTicket = async (tx: Tx, plan: ChangePlan, context: ApplyContext): Promise<Effects> => {
  const { number, state, changes, disposition } = plan;
  const [ticket] = await tx
    .update(tickets)
    .set({ ...changes, state, ...(await clocksOf(tx, plan, context.now)), updatedAt: context.now })
    .where(eq(tickets.number, number))
    .returning({ id: tickets.id });
  if (ticket === undefined) throw new NotFoundError(`There is no ticket ${number}.`);
  // A filed reply changes nothing that a process waits for.
  const tell = disposition === 'filed' ? null : 'ticket_changed';
  return {
    ticketNumber: number,
    statements: ticketTraces(tx, { id: ticket.id, number }, plan, context, tell),
  };
};

type Clocks = Partial<Pick<typeof tickets.$inferInsert, 'solvedAt' | 'closeAt' | 'holdUntil'>>;

const clocksOf = async (tx: Tx, { disposition, action }: ChangePlan, now: string): Promise<Clocks> => {
  switch (disposition) {
    case 'put_on_hold':
      return { holdUntil: action.dueAt, solvedAt: null, closeAt: null };
    case 'solved': {
      const { closeSolvedAfterHours } = await readSettings(tx);
      // The waiting starts with the mail, whatever date it gives to the solution.
      const closeAt = new Date(Date.parse(now) + closeSolvedAfterHours * hourMs).toISOString();
      return { holdUntil: null, solvedAt: action.dueAt ?? now, closeAt };
    }
    case 'reopened':
      return { holdUntil: null, solvedAt: null, closeAt: null };
    case 'updated':
    case 'filed':
      return {};
  }
};
