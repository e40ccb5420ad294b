import { eq, sql } from 'drizzle-orm';
import type { MailRule } from '../../domain/mailboxes/mail-rule.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { mailboxRules } from '../schema/index.ts';

export interface StoredRules {
  readonly rules: readonly MailRule[];
  /** 0 until rules are saved. */
  readonly revision: number;
}

export const readMailboxRules = async (db: Db | Tx, mailboxId: number): Promise<StoredRules> => {
  const [row] = await db.select().from(mailboxRules).where(eq(mailboxRules.mailboxId, mailboxId));
  return { rules: row?.rules ?? [], revision: row?.revision ?? 0 };
};

export const saveMailboxRules = async (db: Db | Tx, mailboxId: number, rules: readonly MailRule[]): Promise<void> => {
  await db
    .insert(mailboxRules)
    .values({ mailboxId, rules })
    .onConflictDoUpdate({
      target: mailboxRules.mailboxId,
      set: { rules, revision: sql`${mailboxRules.revision} + 1`, updatedAt: sql`now()` },
    });
};
