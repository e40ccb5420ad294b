import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, base64url. */
export const newAccessToken = (): string => randomBytes(32).toString('base64url');

/** As it is stored. A token of 256 random bits needs no slow hash: nobody guesses it. */
export const accessTokenHash = (token: string): string =>
  createHash('sha256').update(token, 'utf8').digest('base64url');
