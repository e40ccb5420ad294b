import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import type { Db } from '../../db/shared/connect.ts';
import { appendLog } from '../../db/log/operation-log.ts';
import type { SignInEvent } from '../../domain/log/operation-log-event.ts';
import { beginSession } from '../../db/accounts/sessions.ts';
import { clientAddress, isSecure } from '../http/client-address.ts';
import { sessionCookie } from './auth.ts';

/** Begins a session in the browser that asks, and returns its token. */
export const signInAs = async (c: Context, db: Db, userId: number): Promise<string> => {
  const token = await beginSession(db, userId);
  setCookie(c, sessionCookie, token, { path: '/', httpOnly: true, sameSite: 'Strict', secure: isSecure(c) });
  return token;
};

/** Who came in and who did not, and from where. */
export const logSignIn = (
  c: Context,
  db: Db,
  { who, operation, result }: { readonly who: string; readonly operation: SignInEvent; readonly result: string },
): Promise<void> =>
  appendLog(db, {
    at: new Date().toISOString(),
    level: operation === 'session.refused' ? 'warning' : 'info',
    ...{ who, operation, result },
    whoKind: operation === 'session.refused' ? 'unknown' : 'user',
    reason: `from ${clientAddress(c)}`,
  });
