import { z } from 'zod';
import type { Role } from '../../domain/accounts/role.ts';

/** Tries that are refused after so many: of a user name from one address, of a user on a device, of one's own password, of tokens from an address. */
export type RefusedAttempt = 'pair' | 'device' | 'own' | 'token';
/** Tries that become slow after so many: of a user name from anywhere, and of one address. */
export type SlowedAttempt = 'name' | 'address';

/**
 * Counts tries to sign in, in the database: all API processes together. A try is counted before it is made, so that of many at once no more
 * are made than of as many one after the other.
 */
export interface Attempts {
  /** Throws 429 with Retry-After when there were too many. */
  take(kind: RefusedAttempt, key: string): Promise<void>;
  /** True: from now on slowly. */
  isSlow(kind: SlowedAttempt, key: string): Promise<boolean>;
  /** It succeeded: all tries are forgotten. */
  forget(kind: RefusedAttempt, key: string): Promise<void>;
  /** It succeeded: this one try does not count; what others tried stays. */
  giveBack(kind: SlowedAttempt, key: string): Promise<void>;
}

/** What the browser keeps between leaving and coming back, so that an answer meant for another one is refused. */
export const checksSchema = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });
export type Checks = z.output<typeof checksSchema>;

/** Who somebody is by the word of the provider. */
export interface Identity {
  /** `iss sub`: nothing else names a person for good (OpenID Connect Core §5.7). */
  readonly subject: string;
  /** To show. */
  readonly name: string;
  /** The strongest that the provider gives; null: none. */
  readonly role: Role | null;
}

export interface OpenIdConnect {
  /** Throws when the provider does not answer. */
  readonly begin: () => Promise<{ readonly url: string; readonly checks: Checks }>;
  /** `query`: of the address that the browser came back with. Throws when the provider refused, or something does not fit. */
  readonly finish: (query: string, checks: Checks) => Promise<Identity>;
}

/** How the API reaches a mailbox's workflow. The database is the truth: none of these carries configuration. */
export interface MailboxControl {
  /** Ends its sleep, so that it looks at its configuration now; starts the workflow if it does not run. */
  wake(mailboxId: number): Promise<void>;
  /** Reads now. `queued`: a read was under way, and this one follows it. */
  readNow(mailboxId: number, by: string): Promise<{ readonly queued: boolean }>;
  /** Throws when the workflow service does not answer. */
  check(): Promise<void>;
  /** Runs of any workflow that failed in the last 24 hours. Throws when the workflow service does not answer. */
  countFailedRuns(): Promise<number>;
}
