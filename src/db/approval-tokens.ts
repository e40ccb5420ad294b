import { randomBytes } from 'node:crypto';
import type { Db, Tx } from './connect.ts';
import { hashToken } from './facts-approval.ts';
import { approvalTokens } from './schema/index.ts';

/** A new one-time token for one person's choice on one action: 256 random bits, base64url. Only its hash is stored. */
export const mintToken = async (db: Db | Tx, requestId: number, now: string): Promise<string> => {
  const token = randomBytes(32).toString('base64url');
  await db.insert(approvalTokens).values({ hash: hashToken(token), requestId, createdAt: now });
  return token;
};
