import { Events, type MutableToken, OAuth2Server } from 'oauth2-mock-server';

/** A provider of OpenID Connect on loopback, at which everybody is whom `claims` says, without being asked. */
export interface OpenIdProvider {
  readonly issuer: string;
  claims: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

export const startOpenIdProvider = async (): Promise<OpenIdProvider> => {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const provider: OpenIdProvider = {
    issuer: server.issuer.url ?? '',
    claims: {},
    close: () => server.stop(),
  };
  server.service.on(Events.BeforeTokenSigning, (token: MutableToken) => {
    Object.assign(token.payload, provider.claims);
  });
  return provider;
};
