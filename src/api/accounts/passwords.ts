import { argon2id, hash, verify } from 'argon2';
import pLimit from 'p-limit';

/** Each takes 64 MiB for a moment. */
const limit = pLimit(2);

/** What a password is compared with when there is no such user, so that the answer takes as long. */
const nobody = hash('no password of anybody', { type: argon2id });

/** Argon2id (RFC 9106), as a PHC string. */
export const hashPassword = (password: string): Promise<string> => limit(() => hash(password, { type: argon2id }));

/** `passwordHash`: undefined for a user that there is not. */
export const isPassword = async (password: string, passwordHash: string | undefined): Promise<boolean> => {
  const matches = await limit(async () => verify(passwordHash ?? (await nobody), password));
  return matches && passwordHash !== undefined;
};
