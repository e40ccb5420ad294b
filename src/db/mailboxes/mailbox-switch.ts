import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { findMailbox, type MailboxRecord } from './mailboxes.ts';
import { mailboxes } from '../schema/index.ts';

/** Enable Active Mailbox Scan, and nothing else of the form. Idempotent. Throws NotFoundError. */
export const switchMailbox = async (db: Db | Tx, id: number, active: boolean): Promise<MailboxRecord> => {
  await db
    .update(mailboxes)
    .set({ active, revision: sql`${mailboxes.revision} + 1`, updatedAt: sql`now()` })
    .where(and(eq(mailboxes.id, id), isNull(mailboxes.deletedAt), eq(mailboxes.active, !active)));
  return findMailbox(db, id);
};
