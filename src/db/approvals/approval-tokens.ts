import { and, eq, inArray, isNull, ne } from 'drizzle-orm';
import type { Db, Tx } from '../shared/connect.ts';
import { enqueueMail } from '../outgoing/outbox.ts';
import { hashToken, randomToken } from '../shared/random-token.ts';
import { approvalRequests, approvals, approvalTokens } from '../schema/index.ts';

interface Minting {
  readonly requestId: number;
  readonly to: string;
  /** Of a mail that may have been sent before with it; a new one by default. */
  readonly token?: string;
  readonly now: string;
}

/**
 * A one-time token for a choice on one action, for the mail to one address: others that were sent there before are dead. Only its hash
 * is stored. One that was used stays used.
 */
export const mintToken = async (
  db: Db | Tx,
  { requestId, to, token = randomToken(), now }: Minting,
): Promise<string> => {
  const toAddress = to.toLowerCase();
  const hash = hashToken(token);
  await db
    .update(approvalTokens)
    .set({ usedAt: now })
    .where(
      and(
        eq(approvalTokens.requestId, requestId),
        eq(approvalTokens.toAddress, toAddress),
        ne(approvalTokens.hash, hash),
        isNull(approvalTokens.usedAt),
      ),
    );
  await db.insert(approvalTokens).values({ hash, requestId, toAddress, createdAt: now }).onConflictDoNothing();
  return token;
};

/**
 * A token that came in a mail without its effect has been seen by others than who it was for: it is dead, and whom it was sent to gets a
 * mail with another one while their choice is waited for. Nothing for one that is unknown or dead already.
 */
export const spendToken = async (tx: Tx, token: string, now: string): Promise<void> => {
  const [spent] = await tx
    .update(approvalTokens)
    .set({ usedAt: now })
    .where(and(eq(approvalTokens.hash, hashToken(token)), isNull(approvalTokens.usedAt)))
    .returning({ requestId: approvalTokens.requestId, toAddress: approvalTokens.toAddress });
  if (spent === undefined) return;
  const [waiting] = await tx
    .select({
      actionId: approvals.actionId,
      ticketId: approvals.ticketId,
      kind: approvals.kind,
      employeeId: approvalRequests.employeeId,
    })
    .from(approvalRequests)
    .innerJoin(approvals, eq(approvals.actionId, approvalRequests.actionId))
    .where(
      and(
        eq(approvalRequests.id, spent.requestId),
        eq(approvals.state, 'waiting'),
        inArray(approvalRequests.state, ['asked', 'information']),
      ),
    );
  if (waiting === undefined) return;
  await enqueueMail(tx, {
    kind: waiting.kind === 'approval' ? 'approval_reminder' : 'solution_confirmation',
    to: spent.toAddress === null ? { employeeId: waiting.employeeId } : { address: spent.toAddress },
    ticketId: waiting.ticketId,
    actionId: waiting.actionId,
    approvalRequestId: spent.requestId,
    now,
  });
};
