import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import type { ConfirmationFacts } from '../../domain/handling/facts.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { hashToken, randomToken } from '../shared/random-token.ts';
import { confirmationTokens, employeeAddresses, messages } from '../schema/index.ts';
import { unhandled } from './quarantine.ts';

/** Long enough for a weekend and a holiday, and well within the time that originals are kept. */
const validDays = 7;

interface Minting {
  readonly messageId: number;
  readonly to: string;
  /** Of a mail that may have been sent before with it; a new one by default. */
  readonly token?: string;
  readonly now: string;
}

/**
 * A token by which the person with this address confirms the message: others before it are dead. Null for an address that nobody has,
 * or a message that waits for it no more. Only its hash is stored.
 */
export const mintConfirmation = async (
  db: Db | Tx,
  { messageId, to, token = randomToken(), now }: Minting,
): Promise<{ readonly token: string; readonly expiresAt: string } | null> => {
  const [person] = await db
    .select({ employeeId: employeeAddresses.employeeId })
    .from(employeeAddresses)
    .innerJoin(messages, and(eq(messages.id, messageId), isUnproven))
    .where(eq(employeeAddresses.address, to.toLowerCase()));
  if (person === undefined) return null;
  const hash = hashToken(token);
  const expiresAt = new Date(Date.parse(now) + validDays * 86_400_000).toISOString();
  await db
    .update(confirmationTokens)
    .set({ usedAt: now })
    .where(
      and(
        eq(confirmationTokens.messageId, messageId),
        ne(confirmationTokens.hash, hash),
        isNull(confirmationTokens.usedAt),
      ),
    );
  await db
    .insert(confirmationTokens)
    .values({ hash, messageId, employeeId: person.employeeId, createdAt: now, expiresAt })
    .onConflictDoNothing();
  return { token, expiresAt };
};

const isUnproven = sql`${messages.disposition} = 'quarantined' and ${messages.reason} = 'sender_unproven'
  and ${messages.rawPurgedAt} is null`;

export const readConfirmation = async (tx: Db | Tx, token: string, now: string): Promise<ConfirmationFacts | null> => {
  const [found] = await tx
    .select({
      messageId: confirmationTokens.messageId,
      employeeId: confirmationTokens.employeeId,
      isAlive: sql<boolean>`${confirmationTokens.usedAt} is null and ${confirmationTokens.expiresAt} > ${now}::timestamptz
        and ${isUnproven}`,
    })
    .from(confirmationTokens)
    .innerJoin(messages, eq(messages.id, confirmationTokens.messageId))
    .where(eq(confirmationTokens.hash, hashToken(token)));
  return found ?? null;
};

/** Has the message handled again, vouched for by its sender; one that waits for it no more is left as it is. */
export const confirmMessage = async (tx: Tx, messageId: number, now: string): Promise<void> => {
  await tx
    .update(messages)
    .set({ ...unhandled, releasedAt: now, vouched: true })
    .where(and(eq(messages.id, messageId), isUnproven));
  await tx
    .update(confirmationTokens)
    .set({ usedAt: now })
    .where(and(eq(confirmationTokens.messageId, messageId), isNull(confirmationTokens.usedAt)));
};

/**
 * A token that came in a mail without its effect is dead: others have seen it.
 * @returns what it would have confirmed, and by whom, while that still waits; null for a token that is unknown or dead already
 */
export const spendConfirmation = async (
  tx: Tx,
  token: string,
  now: string,
): Promise<{ readonly messageId: number; readonly employeeId: number } | null> => {
  const confirmation = await readConfirmation(tx, token, now);
  if (confirmation?.isAlive !== true) return null;
  await tx
    .update(confirmationTokens)
    .set({ usedAt: now })
    .where(eq(confirmationTokens.hash, hashToken(token)));
  return confirmation;
};
