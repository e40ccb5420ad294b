import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, base64url. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hex: all that is stored of a token, which is random and needs no salt. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
