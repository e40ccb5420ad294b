import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Db } from '../shared/connect.ts';
import { firstAccount, unknownProtocolIds } from './ledger.ts';
import { appendLog } from '../log/operation-log.ts';
import { mailboxes, messages } from '../schema/index.ts';

/** Between two comparisons of a mailbox with the ledger (spec §2). */
const everyMs = 86_400_000;

export const isComparisonDue = ({ lastComparedAt }: { readonly lastComparedAt: string }, now: Date): boolean =>
  now.getTime() - Date.parse(lastComparedAt) >= everyMs;

/**
 * Compares all that lies in an inbox with the ledger. What was handled, taken away and is there all the same is to be removed again;
 * what the ledger does not know although everything listed has been stored is counted, logged and warned of. What is handled, not yet
 * taken away and gone needs nothing here: removing it finds it gone. Removing compares: another message under the id stays. `inventory` was taken before the last message was listed.
 */
export const compareWithLedger = (
  db: Db,
  mailboxId: number,
  inventory: readonly string[],
  now: string,
  account = firstAccount,
): Promise<void> =>
  db.transaction(async (tx) => {
    const back = await tx
      .update(messages)
      .set({ removedAt: null })
      .where(
        and(
          eq(messages.mailboxId, mailboxId),
          eq(messages.account, account),
          sql`${messages.protocolId} = any(${sql.param(inventory)}::text[])`,
          isNotNull(messages.disposition),
          isNotNull(messages.removedAt),
        ),
      )
      .returning({ id: messages.id });
    const unlisted = await unknownProtocolIds(tx, mailboxId, inventory, account);
    await tx
      .update(mailboxes)
      .set({ lastComparedAt: now, unlistedMessages: unlisted.length })
      .where(eq(mailboxes.id, mailboxId));
    const entry = { at: now, operation: 'mailbox.comparison', who: 'agent', whoKind: 'system', mailboxId } as const;
    if (back.length > 0)
      await appendLog(tx, {
        ...entry,
        level: 'info',
        result: `Handled and in the inbox all the same, to be removed again: ${String(back.length)}.`,
      });
    if (unlisted.length > 0)
      await appendLog(tx, {
        ...entry,
        level: 'warning',
        result: `In the inbox and never read: ${String(unlisted.length)}.`,
        reason: `By the server's ids: ${unlisted.slice(0, 10).join(', ')}`,
      });
  });
