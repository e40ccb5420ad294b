import type { PersonRef, Plan } from '../../domain/handling/plan.ts';
import type { ApplyContext, Effects } from './apply-context.ts';
import { ticketTraces } from './apply-traces.ts';
import { ticketOf } from './rows-of-plan.ts';
import type { Tx } from '../shared/connect.ts';
import { ensureEmployee } from '../master-data/employees.ts';
import { dayIn, nextTicketNumber } from '../tickets/ticket-counters.ts';
import { insertTicket } from '../tickets/ticket-state.ts';

type CreatePlan = Extract<Plan, { readonly kind: 'create' }>;

export const createTicket = async (tx: Tx, plan: CreatePlan, context: ApplyContext): Promise<Effects> => {
  const { category } = plan;
  const { now, timeZone } = context;
  const requestorId = await personId(tx, plan.requestor);
  const recipientId = plan.recipient === null ? null : await personId(tx, plan.recipient);
  const number = await nextTicketNumber(tx, category.ticketType, dayIn(timeZone, now));
  const id = await insertTicket(tx, ticketOf(plan, context, { number, requestorId, recipientId }), now);
  return {
    ticketNumber: number,
    statements: ticketTraces(tx, { id, number }, plan, context, 'start_ticket'),
  };
};

const personId = async (tx: Tx, person: PersonRef): Promise<number> =>
  'id' in person ? person.id : ensureEmployee(tx, person);
