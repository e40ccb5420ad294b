import { createHash } from 'node:crypto';
import {
  type AccountInfo,
  AuthError,
  type AuthenticationResult,
  ConfidentialClientApplication,
  type NodeAuthOptions,
  PublicClientApplication,
} from '@azure/msal-node';
import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { type MicrosoftCloud, worldwideCloud } from './microsoft-cloud.ts';
import { MailError } from '../connection/session.ts';
import { tokenError } from './token-error.ts';
import { type Grant, grantOf, type TokenPurpose } from './token-grant.ts';
import { createTokenTransport, type TokenTransport } from './token-transport.ts';

/** Access tokens of Microsoft 365, by mailbox. One a process: it is the cache. */
export interface TokenSource {
  /** Where the tokens are from and good for. */
  readonly cloud: MicrosoftCloud;
  /**
   * A token that is valid for some minutes more. Throws only MailError. At most one request a mailbox and purpose is under way;
   * after `throttled` none is made before the time that the authority told.
   */
  token(mailbox: Mailbox, secrets: MailboxSecrets, purpose?: TokenPurpose): Promise<string>;
  /** A server refused it: the next `token` is a new one. With `refused`, only if that token is still the one kept. */
  invalidate(mailboxId: number, refused?: string): void;
}

export interface TokenSourceOptions {
  /** The worldwide cloud by default. */
  readonly cloud?: MicrosoftCloud;
  /** The clock, in ms. */
  readonly now?: () => number;
}

/** A token is renewed so long before it expires, or at half its life where that is shorter. */
const renewalMarginMs = 5 * 60_000;

interface Acquired {
  readonly token: string;
  readonly renewAt: number;
}

interface Entry {
  /** Of what was signed in with: another password is another entry. */
  readonly fingerprint: string;
  readonly acquire: () => Promise<Acquired>;
  acquired?: Acquired;
  pending?: Promise<Acquired>;
  throttled?: { readonly error: MailError; readonly until: number };
}

export function createTokenSource({ cloud = worldwideCloud, now = Date.now }: TokenSourceOptions = {}): TokenSource {
  const entries = new Map<string, Entry>();
  const keyOf = (mailboxId: number, purpose: TokenPurpose): string => `${purpose} ${String(mailboxId)}`;

  function entryOf(mailbox: Mailbox, secrets: MailboxSecrets, purpose: TokenPurpose): Entry {
    const grant = grantOf(mailbox, secrets, cloud, purpose);
    const key = keyOf(mailbox.id, purpose);
    const fingerprint = createHash('sha256').update(JSON.stringify(grant)).digest('hex');
    const known = entries.get(key);
    if (known?.fingerprint === fingerprint) return known;
    const entry = { fingerprint, acquire: createSignIn(grant, cloud, now) };
    entries.set(key, entry);
    return entry;
  }

  async function renew(entry: Entry): Promise<Acquired> {
    const { throttled } = entry;
    if (throttled !== undefined && now() < throttled.until) {
      const { message, remedy, code } = throttled.error;
      const details = { retryAfterMs: throttled.until - now(), ...(code === undefined ? {} : { code }) };
      throw new MailError('throttled', message, remedy, details);
    }
    try {
      return await entry.acquire();
    } catch (error) {
      if (error instanceof MailError && error.retryAfterMs !== undefined) {
        entry.throttled = { error, until: now() + error.retryAfterMs };
      }
      throw error;
    }
  }

  return {
    cloud,
    async token(mailbox, secrets, purpose = 'read') {
      const entry = entryOf(mailbox, secrets, purpose);
      if (entry.acquired !== undefined && now() < entry.acquired.renewAt) return entry.acquired.token;
      entry.pending ??= renew(entry).finally(() => {
        delete entry.pending;
      });
      entry.acquired = await entry.pending;
      return entry.acquired.token;
    },
    invalidate(mailboxId, refused) {
      for (const purpose of ['read', 'send'] as const) {
        const entry = entries.get(keyOf(mailboxId, purpose));
        if (refused === undefined || entry?.acquired?.token === refused) delete entry?.acquired;
      }
    },
  };
}

/**
 * Signs in as the grant says; afterwards renews with the refresh token, where one came, so that the password travels
 * once. After any failure it starts over with a new application object: the library keeps refusals of its own in it.
 */
function createSignIn(grant: Grant, cloud: MicrosoftCloud, now: () => number): () => Promise<Acquired> {
  let renewal: SignIn['refresh'];

  return async () => {
    const startedAt = now();
    const refresh = renewal;
    renewal = undefined;
    const refreshed = await refresh?.();
    if (refreshed !== undefined) {
      renewal = refresh;
      return acquiredOf(refreshed, startedAt);
    }
    const fresh = await signIn(grant, cloud);
    renewal = fresh.refresh;
    return acquiredOf(fresh.result, startedAt);
  };
}

interface SignIn {
  readonly result: AuthenticationResult;
  /** Undefined where no account came with the token, as with client credentials. */
  readonly refresh?: (() => Promise<AuthenticationResult | undefined>) | undefined;
}

async function signIn(grant: Grant, cloud: MicrosoftCloud): Promise<SignIn> {
  const transport = createTokenTransport();
  const auth = authOf(grant, cloud);
  const system = { networkClient: transport };
  const scopes = [...grant.scopes];
  try {
    if (grant.user === null) {
      const client = new ConfidentialClientApplication({ auth: { ...auth, clientSecret: grant.clientSecret }, system });
      return { result: granted(await client.acquireTokenByClientCredential({ scopes, skipCache: true })) };
    }
    const client =
      grant.clientSecret === null
        ? new PublicClientApplication({ auth, system })
        : new ConfidentialClientApplication({ auth: { ...auth, clientSecret: grant.clientSecret }, system });
    // Deprecated because it cannot do MFA; spec §2 asks for it, and client credentials are the alternative it names.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const result = granted(await client.acquireTokenByUsernamePassword({ scopes, ...grant.user }));
    const { account } = result;
    return { result, refresh: account === null ? undefined : () => refresh(client, account, scopes, transport) };
  } catch (error) {
    throw described(error, transport);
  }
}

/** Undefined when the refresh token is refused, or was never given: no news about the password, so sign in anew. */
async function refresh(
  client: PublicClientApplication | ConfidentialClientApplication,
  account: AccountInfo,
  scopes: string[],
  transport: TokenTransport,
): Promise<AuthenticationResult | undefined> {
  try {
    return granted(await client.acquireTokenSilent({ account, scopes, forceRefresh: true }));
  } catch (error) {
    const failure = transport.failure();
    if (failure instanceof MailError || (failure !== undefined && failure.status >= 429)) {
      throw described(error, transport);
    }
    return undefined;
  }
}

/** The library takes any answer without `error` for a success, a proxy's page or a bare 429 too. */
function granted(result: AuthenticationResult | null): AuthenticationResult {
  if (result === null || result.accessToken === '') throw new Error('no token');
  return result;
}

function authOf(grant: Grant, cloud: MicrosoftCloud): NodeAuthOptions {
  const { knownAuthorities, authorityMetadata, cloudDiscoveryMetadata } = cloud;
  return {
    clientId: grant.applicationId,
    authority: grant.authority,
    ...(knownAuthorities === undefined ? {} : { knownAuthorities: [...knownAuthorities] }),
    ...(authorityMetadata === undefined ? {} : { authorityMetadata }),
    ...(cloudDiscoveryMetadata === undefined ? {} : { cloudDiscoveryMetadata }),
  };
}

function acquiredOf({ accessToken, expiresOn }: AuthenticationResult, startedAt: number): Acquired {
  const lifeMs = Math.max(0, (expiresOn?.getTime() ?? 0) - Date.now());
  return { token: accessToken, renewAt: startedAt + Math.max(lifeMs - renewalMarginMs, lifeMs / 2) };
}

/** Our own words for what happened, without the library's error: its text may hold what was sent. */
function described(error: unknown, transport: TokenTransport): MailError {
  const failure = transport.failure();
  if (failure instanceof MailError) return failure;
  if (failure !== undefined) return tokenError(failure);
  const code = error instanceof AuthError ? error.errorCode : undefined;
  return new MailError(
    'protocol',
    `The sign-in at Microsoft did not give a token${code === undefined ? '' : ` (${code})`}.`,
    'Check Application ID, Directory ID and the authority address; they must be those of one directory.',
    code === undefined ? {} : { code },
  );
}
