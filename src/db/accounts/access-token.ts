import { createHash } from 'node:crypto';

/** As it is stored. A token of 256 random bits needs no slow hash: nobody guesses it. */
export const accessTokenHash = (token: string): string =>
  createHash('sha256').update(token, 'utf8').digest('base64url');
