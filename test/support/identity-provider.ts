import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  Events,
  type MutableResponse,
  type MutableToken,
  OAuth2Issuer,
  OAuth2Service,
  type TokenRequestIncomingMessage,
} from 'oauth2-mock-server';
import { type MicrosoftCloud, worldwideCloud } from '../../src/mail/microsoft/microsoft-cloud.ts';
import { trustedCertificate } from './certificate.ts';
import { listen } from './listen.ts';

export const tenant = '8d7f0a52-1c4b-4e0e-9d53-5b1f7f6f2a11';

interface RegisteredApplication {
  readonly id: string;
  /** Null: public client flows only. */
  readonly secret: string | null;
}

/** What the token endpoint does to the next request in place of judging it. */
type TokenFault =
  | { readonly kind: 'refuse'; readonly error: string; readonly code: number }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    }
  | { readonly kind: 'cut' };

export interface IdentityProvider {
  readonly cloud: MicrosoftCloud;
  /** Over plain HTTP, for a mail server that asks whether a token is good (RFC 7662). */
  readonly introspectionUrl: string;
  readonly users: Map<string, string>;
  readonly applications: Map<string, RegisteredApplication>;
  /** By login or application id: who is refused whatever it shows, with an OAuth error and the number of an AADSTS code. */
  readonly refusals: Map<string, readonly [error: string, code: number]>;
  /** The bodies of the token requests that were judged. */
  readonly requests: readonly Readonly<Record<string, string>>[];
  /** Every token, access, refresh and id, given so far: none may be found where it does not belong. */
  readonly issued: readonly string[];
  /** Of the tokens given from now on. */
  lifetimeSeconds: number;
  fail(fault: TokenFault): void;
  /** Makes the tokens given so far worthless, as an expiry or a revoked session does. */
  revokeAll(): void;
  /** Who a token is for; undefined for one that this provider did not give, or that is not good any more. */
  holder(token: string): TokenHolder | undefined;
  close(): Promise<void>;
}

export interface TokenHolder {
  /** The user's login; null where an application signed in for itself. */
  readonly login: string | null;
  readonly scope: string;
}

/**
 * An authority as @azure/msal-node sees Microsoft's: oauth2-mock-server, with the answers of
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc and v2-oauth2-client-creds-grant-flow.
 */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const issuer = new OAuth2Issuer();
  await issuer.keys.generate('RS256');
  const service = new OAuth2Service(issuer, { token: `/${tenant}/oauth2/v2.0/token` });
  const users = new Map<string, string>();
  const applications = new Map<string, RegisteredApplication>();
  const refusals: IdentityProvider['refusals'] = new Map();
  const requests: Record<string, string>[] = [];
  const issued: string[] = [];
  const live = new Map<string, TokenHolder & { readonly expiresAt: number }>();
  const refreshTokens = new Map<string, string>();
  const faults: TokenFault[] = [];

  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '';
    if (path.startsWith(`/${tenant}/v2.0/.well-known/openid-configuration`)) {
      sendJson(response, 200, openIdConfiguration(authority));
      return;
    }
    if (!path.includes('/oauth2/v2.0/token')) {
      service.requestHandler(request, response);
      return;
    }
    const fault = faults.shift();
    if (fault?.kind === 'cut') return void request.socket.destroy();
    if (fault?.kind === 'refuse') {
      sendJson(response, 400, refusal(fault.error, fault.code));
      return;
    }
    if (fault?.kind === 'answer') return void response.writeHead(fault.status, fault.headers).end(fault.body);
    if (!path.startsWith(`/${tenant}/`)) {
      sendJson(response, 400, refusal('invalid_request', 90002));
      return;
    }
    service.requestHandler(request, response);
  };
  const secure = createHttpsServer(await trustedCertificate(), handler);
  const plain = createHttpServer(handler);
  const authority = `https://localhost:${await listen(secure)}`;
  const plainUrl = `http://127.0.0.1:${await listen(plain)}`;
  issuer.url = `${authority}/${tenant}/v2.0`;

  const provider: IdentityProvider = {
    cloud: {
      ...worldwideCloud,
      authority,
      knownAuthorities: [new URL(authority).host],
      authorityMetadata: JSON.stringify(openIdConfiguration(authority)),
      cloudDiscoveryMetadata: JSON.stringify(cloudDiscovery(authority)),
    },
    introspectionUrl: `${plainUrl}/introspection`,
    users,
    applications,
    refusals,
    requests,
    issued,
    lifetimeSeconds: 3600,
    fail: (fault) => faults.push(fault),
    revokeAll: () => {
      live.clear();
      refreshTokens.clear();
    },
    holder: (token) => {
      const found = live.get(token);
      return found !== undefined && found.expiresAt > Date.now() ? found : undefined;
    },
    close: async () => {
      for (const server of [secure, plain]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };

  function judge(body: Readonly<Record<string, string>>): readonly [error: string, code: number] | undefined {
    const refused = refusals.get(body['username'] ?? '') ?? refusals.get(body['client_id'] ?? '');
    if (refused !== undefined) return refused;
    const application = applications.get(body['client_id'] ?? '');
    if (application === undefined) return ['unauthorized_client', 700016];
    if (application.secret !== null) {
      if (body['client_secret'] === undefined) return ['invalid_client', 7000218];
      if (body['client_secret'] !== application.secret) return ['invalid_client', 7000215];
    }
    switch (body['grant_type']) {
      case 'client_credentials':
        return body['scope']?.includes('/.default') === true ? undefined : ['invalid_scope', 70011];
      case 'refresh_token':
        return refreshTokens.has(body['refresh_token'] ?? '') ? undefined : ['invalid_grant', 50173];
      default:
        return users.get(body['username'] ?? '') === body['password'] ? undefined : ['invalid_grant', 50126];
    }
  }

  service.on(Events.BeforeTokenSigning, (token: MutableToken, request: TokenRequestIncomingMessage) => {
    token.payload['jti'] = crypto.randomUUID();
    token.payload.exp = token.payload.iat + provider.lifetimeSeconds;
    token.payload['oid'] = token.payload['sub'] = request.body.username ?? request.body.client_id;
  });
  service.on(Events.BeforeResponse, (response: MutableResponse, request: TokenRequestIncomingMessage) => {
    const body: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.body)) body[name] = String(value);
    requests.push(body);
    const verdict = judge(body);
    if (verdict !== undefined) {
      response.statusCode = verdict[0] === 'invalid_client' ? 401 : 400;
      response.body = refusal(...verdict);
      return;
    }
    const login = body['username'] ?? refreshTokens.get(body['refresh_token'] ?? '') ?? null;
    const answer = { ...response.body, expires_in: provider.lifetimeSeconds, client_info: clientInfo(login ?? '') };
    for (const name of ['access_token', 'refresh_token', 'id_token']) {
      const value: unknown = Reflect.get(answer, name);
      if (typeof value === 'string') issued.push(value);
    }
    const { access_token: accessToken, refresh_token: refreshToken }: Record<string, unknown> = answer;
    if (login !== null && typeof refreshToken === 'string') refreshTokens.set(refreshToken, login);
    const expiresAt = Date.now() + provider.lifetimeSeconds * 1000;
    live.set(String(accessToken), { login, scope: body['scope'] ?? '', expiresAt });
    response.body = answer;
  });
  service.addRoute('POST', '/introspection', (request, response) => {
    const holder = provider.holder(String(Reflect.get(Object(request.body), 'token')));
    sendJson(response, 200, holder === undefined ? { active: false } : { active: true, sub: holder.login });
  });
  return provider;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const refusal = (error: string, code: number): Record<string, unknown> => ({
  error,
  error_description: `AADSTS${code}: As Microsoft would say it. Trace ID: 0 Correlation ID: 0 Timestamp: 2026-01-01 00:00:00Z`,
  error_codes: [code],
  timestamp: '2026-01-01 00:00:00Z',
  error_uri: `https://login.microsoftonline.com/error?code=${code}`,
});

const clientInfo = (login: string): string =>
  Buffer.from(JSON.stringify({ uid: Buffer.from(login).toString('hex'), utid: tenant })).toString('base64url');

const openIdConfiguration = (authority: string): object => ({
  issuer: `${authority}/{tenantid}/v2.0`,
  authorization_endpoint: `${authority}/{tenantid}/oauth2/v2.0/authorize`,
  token_endpoint: `${authority}/{tenantid}/oauth2/v2.0/token`,
  jwks_uri: `${authority}/{tenantid}/discovery/v2.0/keys`,
});

function cloudDiscovery(authority: string): object {
  const { host } = new URL(authority);
  return {
    tenant_discovery_endpoint: `${authority}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
