import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import { createThreads } from '../mime/threads.ts';
import { authenticateSender, type AuthenticationRequest } from './sender-authentication.ts';

export interface SenderVerifier {
  /** Never throws for what a message holds: what cannot be checked in time proves nothing. */
  authenticate(request: AuthenticationRequest): Promise<SenderAuthentication>;
  close(): Promise<void>;
}

/** Verifies signatures in threads of their own: a hostile mail makes them a matter of seconds. More threads than cores, for they wait for DNS. */
export const createSenderVerifier = (): SenderVerifier => {
  const threads = createThreads<AuthenticationRequest, SenderAuthentication>(
    new URL('sender-verifier-worker.ts', import.meta.url),
    'verifySender',
    { timeoutMs: 20_000, maxHeapMib: 128, concurrency: 4 },
  );
  return {
    authenticate: async (request) => {
      if (request.mode !== 'verify') return authenticateSender(request);
      const outcome = await threads.run(request);
      return outcome.kind === 'done' ? outcome.result : 'none';
    },
    close: () => threads.close(),
  };
};
