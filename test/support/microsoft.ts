import type { MicrosoftCloud } from '../../src/mail/microsoft/microsoft-cloud.ts';
import { trustedCertificate } from './certificate.ts';
import type { Dovecot } from './dovecot.ts';
import { startExchange } from './exchange.ts';
import { type FakeGraph, startFakeGraph } from './fake-graph.ts';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';

/** Microsoft 365 as the agent meets it: sign-in, Graph, and IMAP with tokens. */
export interface TestMicrosoft {
  readonly provider: IdentityProvider;
  readonly graph: FakeGraph;
  /** Takes its password too, as any mail server. */
  readonly exchange: Dovecot;
  readonly cloud: MicrosoftCloud;
  stop(): Promise<void>;
}

/** Throws DovecotMissing. `password`: of the mail server's every user. */
export async function startMicrosoft(options: { readonly password?: string } = {}): Promise<TestMicrosoft> {
  const provider = await startIdentityProvider();
  const exchange = await startExchange(provider.introspectionUrl, options);
  const graph = await startFakeGraph({ holder: (token) => provider.holder(token), tls: await trustedCertificate() });
  return {
    provider,
    graph,
    exchange,
    cloud: { ...provider.cloud, graphUrl: graph.url, imapHost: 'localhost', imapPort: exchange.imapsPort },
    async stop() {
      await graph.close();
      await exchange.stop();
      await provider.close();
    },
  };
}
