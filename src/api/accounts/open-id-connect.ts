import * as client from 'openid-client';
import { isReservedName } from '../../domain/accounts/reserved-name.ts';
import { type Role, roles } from '../../domain/accounts/role.ts';
import type { OpenIdConnect } from '../http/ports.ts';

export interface OpenIdConnectOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Claim of the ID token that holds role names, a text or a list; with dots between, a claim within claims. */
  readonly rolesClaim: string;
  /** Where the provider sends the browser back to. */
  readonly redirectUrl: string;
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** The authorization code flow with PKCE (RFC 7636), state and nonce. The provider is looked up when somebody signs in first. */
export const createOpenIdConnect = (options: OpenIdConnectOptions): OpenIdConnect => {
  const issuer = new URL(options.issuer);
  let found: Promise<client.Configuration> | undefined;
  const provider = (): Promise<client.Configuration> => {
    found ??= client
      .discovery(issuer, options.clientId, options.clientSecret, undefined, {
        timeout: 10,
        // On this very machine nothing can listen in between; anywhere else it is https or nothing.
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to stand out
        execute: loopback.has(issuer.hostname) ? [client.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        found = undefined;
        throw error;
      });
    return found;
  };
  return {
    async begin() {
      const checks = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(await provider(), {
        redirect_uri: options.redirectUrl,
        scope: 'openid profile email',
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, checks };
    },
    async finish(query, checks) {
      const back = new URL(options.redirectUrl);
      back.search = query;
      const tokens = await client.authorizationCodeGrant(await provider(), back, {
        expectedState: checks.state,
        expectedNonce: checks.nonce,
        pkceCodeVerifier: checks.codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('The provider sent no ID token.');
      return {
        subject: `${claims.iss} ${claims.sub}`,
        name: nameIn(claims) ?? `user ${claims.sub}`,
        role: strongest(claimAt(claims, options.rolesClaim)),
      };
    },
  };
};

const nameIn = (claims: Readonly<Record<string, unknown>>): string | undefined => {
  for (const claim of ['preferred_username', 'email', 'name']) {
    const value = claims[claim];
    // A control character has no place in a name, nor in our log.
    const name = typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, '').trim() : '';
    // Many providers let people choose it.
    if (name !== '' && !isReservedName(name)) return name.slice(0, 100).toWellFormed();
  }
  return undefined;
};

const claimAt = (claims: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      claims,
    );

const strongest = (claim: unknown): Role | null => {
  const given: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return roles.findLast((role) => given.includes(role)) ?? null;
};
