import { and, asc, desc, eq, lt, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { ActionKind, TicketFields, TicketState, TicketType } from '../../domain/tickets/ticket.ts';
import { type WaitingReason, waitingReasonOf } from '../../domain/processes/waiting.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { contains } from '../shared/contains.ts';
import {
  actions,
  approvalRequests,
  approvals,
  assets,
  blobs,
  categories,
  configurationItems,
  documents,
  employeeAddresses,
  employees,
  tickets,
} from '../schema/index.ts';

interface Person {
  readonly id: number;
  readonly name: string;
  /** The primary address; null for an employee without one. */
  readonly address: string | null;
}

/** A ticket as administrators see it, with names in place of ids. Times are ISO 8601 UTC. */
export interface TicketEntry extends Omit<
  TicketFields,
  'categoryId' | 'assetId' | 'configurationItemId' | 'assetText' | 'configurationItemText'
> {
  readonly id: number;
  readonly number: string;
  readonly type: TicketType;
  readonly state: TicketState;
  readonly process: string;
  readonly category: { readonly code: string; readonly path: string };
  readonly requestor: Person;
  readonly recipient: Person | null;
  readonly mailboxId: number | null;
  readonly relatedTo: string | null;
  readonly parent: string | null;
  readonly phase: string | null;
  readonly waitsFor: WaitingReason | null;
  readonly occurrences: number;
  /** A known one by its tag and name, an unknown one by what was written as name, without a tag. */
  readonly asset: { readonly tag: string | null; readonly name: string } | null;
  readonly configurationItem: string | null;
  readonly solvedAt: string | null;
  readonly closeAt: string | null;
  readonly holdUntil: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface TicketFilter {
  readonly state?: TicketState | undefined;
  readonly type?: TicketType | undefined;
  readonly mailboxId?: number | undefined;
  readonly categoryId?: number | undefined;
  /** Whether an approval of it waits that nobody could be asked for. */
  readonly nobodyToAsk?: boolean | undefined;
  /** Any address of the requestor, lower case. */
  readonly requestor?: string | undefined;
  /** Part of the number, the title or the external reference. */
  readonly text?: string | undefined;
}

export interface ActionEntry {
  readonly id: number;
  readonly kind: ActionKind;
  readonly text: string;
  /** Null: the agent itself. */
  readonly by: { readonly id: number; readonly name: string } | null;
  readonly messageId: number | null;
  readonly at: string;
  readonly dueAt: string | null;
}

export interface DocumentEntry {
  readonly id: number;
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly sha256: string;
  readonly inline: boolean;
  readonly messageId: number | null;
  readonly createdAt: string;
}

const recipients = alias(employees, 'recipient');
const requestorAddress = alias(employeeAddresses, 'requestor_address');
const recipientAddress = alias(employeeAddresses, 'recipient_address');

const waitsForNobody = sql<boolean>`exists (
  select 1 from ${approvals} where ${approvals.ticketId} = ${tickets.id} and ${approvals.state} = 'waiting'
    and not exists (select 1 from ${approvalRequests} where ${approvalRequests.actionId} = ${approvals.actionId})
)`;

const selectTickets = (db: Db | Tx) =>
  db
    .select({
      ticket: tickets,
      categoryCode: categories.code,
      categoryPath: categories.path,
      requestorName: employees.name,
      requestorAddress: requestorAddress.address,
      recipientName: recipients.name,
      recipientAddress: recipientAddress.address,
      assetTag: assets.tag,
      assetName: assets.name,
      configurationItemName: configurationItems.name,
      nobodyToAsk: waitsForNobody,
    })
    .from(tickets)
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .innerJoin(employees, eq(employees.id, tickets.requestorId))
    .leftJoin(requestorAddress, and(eq(requestorAddress.employeeId, tickets.requestorId), requestorAddress.isPrimary))
    .leftJoin(recipients, eq(recipients.id, tickets.recipientId))
    .leftJoin(recipientAddress, and(eq(recipientAddress.employeeId, tickets.recipientId), recipientAddress.isPrimary))
    .leftJoin(assets, eq(assets.id, tickets.assetId))
    .leftJoin(configurationItems, eq(configurationItems.id, tickets.configurationItemId));

type TicketRow = Awaited<ReturnType<typeof selectTickets>>[number];

const toAsset = (row: TicketRow): TicketEntry['asset'] => {
  if (row.assetName !== null) return { tag: row.assetTag, name: row.assetName };
  return row.ticket.assetText === null ? null : { tag: null, name: row.ticket.assetText };
};

const toTicket = (row: TicketRow): TicketEntry => {
  const { ticket } = row;
  return {
    id: ticket.id,
    number: ticket.number,
    type: ticket.type,
    state: ticket.state,
    process: ticket.process,
    category: { code: row.categoryCode, path: row.categoryPath },
    requestor: { id: ticket.requestorId, name: row.requestorName, address: row.requestorAddress },
    recipient:
      ticket.recipientId === null || row.recipientName === null
        ? null
        : { id: ticket.recipientId, name: row.recipientName, address: row.recipientAddress },
    mailboxId: ticket.mailboxId,
    relatedTo: ticket.relatedTo,
    parent: ticket.parent,
    title: ticket.title,
    description: ticket.description,
    occurredAt: ticket.occurredAt,
    urgency: ticket.urgency,
    impact: ticket.impact,
    severity: ticket.severity,
    priority: ticket.priority,
    asset: toAsset(row),
    configurationItem: row.configurationItemName ?? ticket.configurationItemText,
    origin: ticket.origin,
    phone: ticket.phone,
    location: ticket.location,
    department: ticket.department,
    externalReference: ticket.externalReference,
    customFields: ticket.customFields,
    phase: ticket.phase,
    waitsFor: waitingReasonOf({ state: ticket.state, phase: ticket.phase, nobodyToAsk: row.nobodyToAsk }),
    occurrences: ticket.occurrences,
    solvedAt: ticket.solvedAt,
    closeAt: ticket.closeAt,
    holdUntil: ticket.holdUntil,
    createdAt: ticket.createdAt,
    updatedAt: ticket.updatedAt,
  };
};

const matching = (filter: TicketFilter) =>
  and(
    filter.state === undefined ? undefined : eq(tickets.state, filter.state),
    filter.type === undefined ? undefined : eq(tickets.type, filter.type),
    filter.mailboxId === undefined ? undefined : eq(tickets.mailboxId, filter.mailboxId),
    filter.categoryId === undefined ? undefined : eq(tickets.categoryId, filter.categoryId),
    filter.nobodyToAsk === undefined ? undefined : sql`${waitsForNobody} = ${filter.nobodyToAsk}`,
    filter.requestor === undefined
      ? undefined
      : sql`${tickets.requestorId} in (select ${employeeAddresses.employeeId} from ${employeeAddresses} where ${employeeAddresses.address} = ${filter.requestor})`,
    filter.text === undefined
      ? undefined
      : or(
          contains(tickets.number, filter.text),
          contains(tickets.title, filter.text),
          contains(tickets.externalReference, filter.text),
        ),
  );

/** Newest first, those before the id `before`. */
export const listTickets = async (
  db: Db | Tx,
  filter: TicketFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<TicketEntry[]> => {
  const rows = await selectTickets(db)
    .where(and(matching(filter), page.before === undefined ? undefined : lt(tickets.id, page.before)))
    .orderBy(desc(tickets.id))
    .limit(page.limit);
  return rows.map(toTicket);
};

export const findOptionalTicketEntry = async (db: Db | Tx, number: string): Promise<TicketEntry | undefined> => {
  const [row] = await selectTickets(db).where(eq(tickets.number, number));
  return row === undefined ? undefined : toTicket(row);
};

/** In the order in which they happened. */
export const listActions = async (db: Db | Tx, ticketId: number): Promise<ActionEntry[]> => {
  const rows = await db
    .select({ action: actions, name: employees.name })
    .from(actions)
    .leftJoin(employees, eq(employees.id, actions.employeeId))
    .where(eq(actions.ticketId, ticketId))
    .orderBy(asc(actions.id));
  return rows.map(({ action, name }) => ({
    id: action.id,
    kind: action.kind,
    text: action.text,
    by: action.employeeId === null || name === null ? null : { id: action.employeeId, name },
    messageId: action.messageId,
    at: action.at,
    dueAt: action.dueAt,
  }));
};

/** Without their bytes, oldest first. */
export const listDocuments = async (db: Db | Tx, ticketId: number): Promise<DocumentEntry[]> => {
  const rows = await db.select().from(documents).where(eq(documents.ticketId, ticketId)).orderBy(asc(documents.id));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    contentType: row.contentType,
    size: row.size,
    sha256: row.sha256,
    inline: row.inline,
    messageId: row.messageId,
    createdAt: row.createdAt,
  }));
};

/** A document of this very ticket with its bytes: an id of another ticket's document finds nothing. */
export const findOptionalDocumentContent = async (
  db: Db | Tx,
  ticketNumber: string,
  documentId: number,
): Promise<{ readonly name: string; readonly contentType: string; readonly bytes: Uint8Array } | undefined> => {
  const [row] = await db
    .select({ name: documents.name, contentType: documents.contentType, bytes: blobs.bytes })
    .from(documents)
    .innerJoin(tickets, eq(tickets.id, documents.ticketId))
    .innerJoin(blobs, eq(blobs.sha256, documents.sha256))
    .where(and(eq(tickets.number, ticketNumber), eq(documents.id, documentId)));
  return row;
};
