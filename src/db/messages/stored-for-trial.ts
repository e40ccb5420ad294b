import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Disposition, ReasonCode } from '../../domain/messages/disposition.ts';
import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { messages } from '../schema/index.ts';

/** A handled message whose original is still there, and what became of it. */
export interface StoredForTrial {
  readonly id: number;
  readonly from: string | null;
  readonly subject: string | null;
  readonly arrivedAt: string;
  readonly senderAuthentication: SenderAuthentication | null;
  readonly disposition: Disposition | null;
  readonly reason: ReasonCode | null;
}

/** Those that a mailbox got in the last 30 days and that were small enough to be understood, newest first. */
export const listForTrial = (db: Db | Tx, mailboxId: number, limit: number): Promise<StoredForTrial[]> =>
  db
    .select({
      id: messages.id,
      from: messages.fromAddress,
      subject: messages.subject,
      arrivedAt: messages.arrivedAt,
      senderAuthentication: messages.senderAuthentication,
      disposition: messages.disposition,
      reason: messages.reason,
    })
    .from(messages)
    .where(
      and(
        eq(messages.mailboxId, mailboxId),
        isNotNull(messages.disposition),
        isNull(messages.rawPurgedAt),
        eq(messages.oversized, false),
        sql`${messages.arrivedAt} > now() - interval '30 days'`,
      ),
    )
    .orderBy(desc(messages.id))
    .limit(limit);
