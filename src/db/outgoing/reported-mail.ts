import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { MailReport } from '../../domain/messages/mail-report.ts';
import { outbox, tickets } from '../schema/index.ts';
import type { Tx } from '../shared/connect.ts';
import type { ReplyIds } from './reply-ids.ts';

/** A mail of ours that a report is about. */
export interface ReportedMail extends Named {
  /** RFC 3463, for its recipient; null where the report names none. */
  readonly status: string | null;
}

interface Named extends Record<string, unknown> {
  readonly id: number;
  readonly to: string;
  readonly ticketNumber: string | null;
  readonly actionId: number | null;
  readonly approvalRequestId: number | null;
}

/**
 * The mail of the outbox that a report is about: named by our keyed msg-id or envelope id, or by the msg-id that the server gave it, and
 * sent to the recipient of whom the report tells. Null for a report that names nothing of ours: anybody can write one.
 */
export const findReportedMail = async (
  tx: Tx,
  replyIds: Pick<ReplyIds, 'mailOf'>,
  { messageIds, envelopeId, recipients }: MailReport,
): Promise<ReportedMail | null> => {
  const names = envelopeId === null ? messageIds : [envelopeId, ...messageIds];
  for (const name of names) {
    const id = replyIds.mailOf(name);
    const [mail] = await tx.execute<Named>(sql`
      select ${outbox.id}::float8 as id, ${outbox.toAddress} as "to", ${tickets.number} as "ticketNumber",
        ${outbox.actionId}::float8 as "actionId", ${outbox.approvalRequestId}::float8 as "approvalRequestId"
      from ${outbox} left join ${tickets} on ${tickets.id} = ${outbox.ticketId}
      where ${id === null ? eq(outbox.serverMessageId, name) : eq(outbox.id, id)} and (${outbox.handings} > 0 or ${outbox.state} = 'sent')`);
    const recipient = recipients.find(({ address }) => address === mail?.to.toLowerCase());
    if (mail !== undefined && (recipient !== undefined || recipients.length === 0))
      return { ...mail, status: recipient?.status ?? null };
  }
  return null;
};

/** It came back: sent, and not delivered. False when that was known. */
export const markBounced = async (
  tx: Tx,
  {
    id,
    error,
    reportMessageId,
    now,
  }: { readonly id: number; readonly error: string; readonly reportMessageId: number; readonly now: string },
): Promise<boolean> => {
  const marked = await tx
    .update(outbox)
    .set({
      ...{ state: 'bounced', lastError: error, reportMessageId, nextAttemptAt: null },
      sentAt: sql`coalesce(${outbox.sentAt}, ${now}::timestamptz)`,
    })
    .where(sql`${outbox.id} = ${id} and ${outbox.state} in ('sent', 'pending')`)
    .returning({ id: outbox.id });
  return marked.length > 0;
};

/** It is on its way for longer than usual. */
export const markDelayed = async (
  tx: Tx,
  { id, error, reportMessageId }: { readonly id: number; readonly error: string; readonly reportMessageId: number },
): Promise<void> => {
  await tx
    .update(outbox)
    .set({ lastError: error, reportMessageId })
    .where(sql`${outbox.id} = ${id} and ${outbox.state} = 'sent'`);
};

/** Whether the same question went to somebody else, a delegate or the person themselves, and did not come back. */
export const isAnybodyAsked = async (
  tx: Tx,
  { approvalRequestId, to }: Pick<ReportedMail, 'approvalRequestId' | 'to'>,
): Promise<boolean> => {
  const others = await tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        eq(outbox.approvalRequestId, approvalRequestId ?? 0),
        ne(outbox.toAddress, to),
        inArray(outbox.state, ['pending', 'sent']),
      ),
    )
    .limit(1);
  return others.length > 0;
};
