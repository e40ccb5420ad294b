import { AsyncLocalStorage } from 'node:async_hooks';
import type { Role } from '../../domain/accounts/role.ts';

/** Who sent the request that is being answered. */
export interface Caller {
  /** As the operation log names them. */
  readonly name: string;
  readonly kind: 'user' | 'token';
  readonly role: Role;
  /** What nobody else has: two callers of one name are two. */
  readonly id: string;
  /** Asks again whether the session or token is still good; without counting as a use of it. */
  readonly isStillIn: () => Promise<boolean>;
  /** Signed in with a password; absent: a token. */
  readonly session?: { readonly userId: number; readonly token: string };
}

const callers = new AsyncLocalStorage<Caller>();

export const asCaller = <T>(caller: Caller, answer: () => T): T => callers.run(caller, answer);

/** Throws outside of a request that was authenticated: a route that needs a caller and asks for none is a fault of ours. */
export const currentCaller = (): Caller => {
  const caller = callers.getStore();
  if (caller === undefined) throw new Error('This route has no caller: it is not behind the sign-in.');
  return caller;
};
