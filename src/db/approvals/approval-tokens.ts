import { createHash } from 'node:crypto';
import type { Db, Tx } from '../shared/connect.ts';
import { randomToken } from '../shared/random-token.ts';
import { approvalTokens } from '../schema/index.ts';

/** A new one-time token for one person's choice on one action. Only its hash is stored. */
export const mintToken = async (db: Db | Tx, requestId: number, now: string): Promise<string> => {
  const token = randomToken();
  await db.insert(approvalTokens).values({ hash: hashToken(token), requestId, createdAt: now });
  return token;
};

/** SHA-256, hex: all that is stored of a token, which is random and needs no salt. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
