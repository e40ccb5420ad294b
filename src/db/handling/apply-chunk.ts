import { sql } from 'drizzle-orm';
import type { PersonRef, Plan } from '../../domain/handling/plan.ts';
import type { ApplyContext } from './apply-context.ts';
import { type File, filesOf } from './apply-traces.ts';
import { dispositionOf, logEntryOf, redirectOf, ticketOf } from './rows-of-plan.ts';
import { recordDispositions } from '../messages/ledger.ts';
import { enqueueAnswers } from '../outgoing/answers.ts';
import { actions, blobs, documents, employeeAddresses, operationLog, outbox, workflowOutbox } from '../schema/index.ts';
import type { Tx } from '../shared/connect.ts';
import { insertRows, recordset } from '../shared/sets.ts';
import { dayIn, nextTicketNumbers } from '../tickets/ticket-counters.ts';
import { insertTickets } from '../tickets/ticket-state.ts';

type PlanOf<Kind extends Plan['kind']> = Extract<Plan, { readonly kind: Kind }>;

/** A plan that waits for nothing but the ticket counters: no ticket that is there already is changed, and nobody is made. */
export type ChunkPlan =
  PlanOf<'refuse' | 'redirect'> | (PlanOf<'create'> & { readonly requestor: Known; readonly recipient: Known | null });
type Known = Extract<PersonRef, { readonly id: number }>;

export const isChunkPlan = (plan: Plan): plan is ChunkPlan => {
  // Those after the first mail of a storm are counted on its ticket.
  if (plan.kind === 'create')
    return plan.stormOf === undefined && 'id' in plan.requestor && (plan.recipient === null || 'id' in plan.recipient);
  return plan.kind === 'refuse' || plan.kind === 'redirect';
};

/** A plan with the message that it is for. All of a chunk are of one mailbox and of one instant. */
export interface PlannedMessage {
  readonly plan: ChunkPlan;
  readonly context: ApplyContext;
}

/**
 * Does what the plans say, in their order, and leaves every table as `applyPlan` would, one after the other: by some ten statements,
 * however many they are. Within the caller's transaction, as there. None of the messages has a token, and none is
 * answered with a question.
 */
export const applyChunk = async (tx: Tx, planned: readonly PlannedMessage[]): Promise<void> => {
  const [first] = planned;
  if (first === undefined) return;
  const { now, timeZone } = first.context;
  const creations = planned.flatMap(({ plan, context }) => (plan.kind === 'create' ? [{ plan, context }] : []));
  const types = creations.map(({ plan }) => plan.category.ticketType);
  const numbers = await nextTicketNumbers(tx, types, dayIn(timeZone, now));
  const created = creations.map((creation, place) => ({ ...creation, number: numbers[place] ?? '' }));
  const rows = created.map(({ plan, context, number }) =>
    ticketOf(plan, context, { number, requestorId: plan.requestor.id, recipientId: plan.recipient?.id ?? null }),
  );
  const ids = await insertTickets(tx, rows, now);
  const made = created.map((creation) => ({ ...creation, id: ids.get(creation.number) ?? 0 }));
  const madeFor = new Map(made.map((ticket) => [ticket.context.messageId, ticket]));
  const numberFor = ({ messageId }: ApplyContext): string | null => madeFor.get(messageId)?.number ?? null;
  const [told] = await Promise.all([
    enqueueAnswers(
      tx,
      planned.flatMap(({ context: { answer, sender, messageId, mailbox } }) =>
        answer === null || answer.kind === 'operation_confirmation' || sender === null
          ? []
          : [
              {
                ...answer,
                address: sender,
                ticketId: madeFor.get(messageId)?.id ?? null,
                messageId,
                mailboxId: mailbox.id,
              },
            ],
      ),
      now,
    ),
    insertActions(tx, made),
    ...insertDocuments(tx, made),
    insertRows(
      tx,
      workflowOutbox,
      made.map(({ number, context }) => ({
        ...{ kind: 'start_ticket', ticketNumber: number, payload: { messageId: context.messageId }, createdAt: now },
      })),
    ),
    insertRows(
      tx,
      outbox,
      planned.flatMap(({ plan, context }) => (plan.kind === 'redirect' ? [redirectOf(plan.to, context)] : [])),
    ),
    recordDispositions(
      tx,
      planned.map(({ plan, context }) => dispositionOf(plan, context, numberFor(context))),
    ),
  ]);
  await insertRows(
    tx,
    operationLog,
    planned.map(({ plan, context }) => {
      const isTold = context.answer === null || context.sender === null || told.has(context.messageId);
      return { ...logEntryOf(plan, context, { ticketNumber: numberFor(context), isTold }) };
    }),
  );
};

interface Made {
  readonly id: number;
  readonly number: string;
  readonly plan: Extract<ChunkPlan, { readonly kind: 'create' }>;
  readonly context: ApplyContext;
}

const insertActions = (tx: Tx, made: readonly Made[]): PromiseLike<unknown> => {
  if (made.length === 0) return Promise.resolve();
  const rows = made.map(({ id, plan: { action }, context: { sender, messageId, now } }) => ({
    ...{
      ticket_id: id,
      kind: action.kind,
      text: action.text,
      sender,
      message_id: messageId,
      at: now,
      due_at: action.dueAt,
    },
  }));
  return tx.execute(sql`
    insert into ${actions} (ticket_id, kind, text, employee_id, message_id, at, due_at)
    select ticket_id, kind, text,
      (select ${employeeAddresses.employeeId} from ${employeeAddresses} where ${employeeAddresses.address} = sender),
      message_id, at, due_at
    from ${recordset(rows)} as made (
      ticket_id bigint, kind text, text text, sender text, message_id bigint, at timestamptz, due_at timestamptz
    )`);
};

const insertDocuments = (tx: Tx, made: readonly Made[]): PromiseLike<unknown>[] => {
  const files = made.flatMap(({ id, plan, context }) =>
    filesOf(plan.documents, context).map((file) => ({ ...file, ticketId: id, context })),
  );
  if (files.length === 0) return [];
  return [
    insertBlobs(tx, files),
    insertRows(
      tx,
      documents,
      files.map(({ ticketId, context, bytes, name, contentType, sha256, inline }) => ({
        ...{ ticketId, sha256, name, contentType, inline, size: bytes.byteLength },
        ...{ messageId: context.messageId, createdAt: context.now },
      })),
      sql`on conflict do nothing`,
    ),
  ];
};

/** In one order everywhere: two chunks with the same contents do not lock each other out. Under way when it returns, before the documents. */
const insertBlobs = (tx: Tx, files: readonly File[]): Promise<void> => {
  const contents = [...new Map(files.map(({ sha256, bytes }) => [sha256, bytes]))].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  let octets = 0;
  const rows = contents.map(([sha256, { byteLength }]) => {
    const row = { sha256, start: octets + 1, size: byteLength };
    octets += byteLength;
    return row;
  });
  const all = Buffer.concat(contents.map(([, bytes]) => bytes));
  return tx
    .execute(
      sql`
    insert into ${blobs} (sha256, bytes, size)
    select sha256, substring(${all}::bytea from start for size), size
    from ${recordset(rows)} as content (sha256 text, start int, size int)
    order by sha256
    on conflict do nothing`,
    )
    .then(() => undefined);
};
