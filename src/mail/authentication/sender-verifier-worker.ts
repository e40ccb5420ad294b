import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import type { ThreadTask } from '../mime/threads.ts';
import { authenticateSender, type AuthenticationRequest } from './sender-authentication.ts';

/** Runs in a thread of `sender-verifier.ts`. */
export const verifySender = ({
  begun,
  ...request
}: ThreadTask<AuthenticationRequest>): Promise<SenderAuthentication> => {
  begun.postMessage(null);
  return authenticateSender(request);
};
