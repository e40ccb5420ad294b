import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { SecretBox } from '../../db/mailboxes/secrets.ts';
import { randomToken } from '../../db/shared/random-token.ts';

const deviceCookie = 'tsa_device';
const keptSeconds = 180 * 86_400;
const text = (userId: number, id: string): string => `device ${String(userId)} ${id}`;

/** The id of this browser, where this user signed in with it before; strangers’ guesses elsewhere do not count here. */
export const knownDevice = (c: Context, box: SecretBox, userId: number | undefined): string | undefined => {
  const [id, mac] = (getCookie(c, deviceCookie) ?? '').split('.');
  if (userId === undefined || id === undefined || mac === undefined) return undefined;
  return box.verifiesMac(text(userId, id), mac) ? id : undefined;
};

/** Lets no one in: it only says that this user was here. */
export const rememberDevice = (c: Context, box: SecretBox, userId: number, secure: boolean): void => {
  if (knownDevice(c, box, userId) !== undefined) return;
  const id = randomToken();
  setCookie(c, deviceCookie, `${id}.${box.mac(text(userId, id))}`, {
    path: '/api/v1/session',
    httpOnly: true,
    sameSite: 'Strict',
    secure,
    maxAge: keptSeconds,
  });
};
