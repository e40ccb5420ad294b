import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Attachment } from '../../domain/messages/message.ts';
import type { PlannedAction, PlannedDocuments } from '../../domain/handling/plan.ts';
import type { ApplyContext } from './apply-context.ts';
import type { Tx } from '../shared/connect.ts';
import {
  actions,
  blobs,
  documents,
  employeeAddresses,
  workflowOutbox,
  type workflowOutboxKinds,
} from '../schema/index.ts';

interface Traces {
  readonly action: PlannedAction;
  readonly documents: PlannedDocuments;
}

/** What a message leaves on its ticket besides the fields: an action, documents, and word to its process (`tell`; null for none). */
export const ticketTraces = (
  tx: Tx,
  ticket: { readonly id: number; readonly number: string },
  plan: Traces,
  context: ApplyContext,
  tell: (typeof workflowOutboxKinds)[number] | null,
): PromiseLike<unknown>[] => {
  const { messageId, sender, now } = context;
  const action = tx.insert(actions).values({
    ticketId: ticket.id,
    kind: plan.action.kind,
    text: plan.action.text,
    employeeId: sql`(select ${employeeAddresses.employeeId} from ${employeeAddresses} where ${employeeAddresses.address} = ${sender})`,
    messageId,
    at: now,
    dueAt: plan.action.dueAt,
  });
  const word =
    tell === null
      ? []
      : [
          tx
            .insert(workflowOutbox)
            .values({ kind: tell, ticketNumber: ticket.number, payload: { messageId }, createdAt: now }),
        ];
  return [action, ...storeDocuments(tx, ticket.id, plan.documents, context), ...word];
};

export interface File extends Omit<Attachment, 'size'> {
  readonly bytes: Uint8Array;
}

/** A content is stored once whatever refers to it, and a document once a ticket (see the indexes of `documents`). */
const storeDocuments = (
  tx: Tx,
  ticketId: number,
  planned: PlannedDocuments,
  context: ApplyContext,
): PromiseLike<unknown>[] => {
  const files = filesOf(planned, context);
  if (files.length === 0) return [];
  // In one order everywhere: two messages with the same contents do not lock each other out.
  const contents = [...new Map(files.map(({ sha256, bytes }) => [sha256, bytes]))].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    tx
      .insert(blobs)
      .values(contents.map(([sha256, bytes]) => ({ sha256, bytes, size: bytes.byteLength })))
      .onConflictDoNothing(),
    tx
      .insert(documents)
      .values(
        files.map(({ bytes, ...file }) => ({
          ...file,
          size: bytes.byteLength,
          ticketId,
          messageId: context.messageId,
          createdAt: context.now,
        })),
      )
      .onConflictDoNothing(),
  ];
};

/** What a plan keeps as documents, with its bytes. */
export const filesOf = (
  { attachments, reply }: PlannedDocuments,
  { contents, replyText, messageId }: ApplyContext,
): File[] => {
  const files = attachments.map(({ name, contentType, sha256, inline }): File => {
    const bytes = contents.get(sha256);
    if (bytes === undefined) throw new Error(`The content of the attachment ${sha256} is missing.`);
    return { name, contentType, sha256, inline, bytes };
  });
  if (!reply) return files;
  const bytes = Buffer.from(replyText);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = `message-${messageId}.txt`;
  return [...files, { name, contentType: 'text/plain', sha256, inline: false, bytes }];
};
