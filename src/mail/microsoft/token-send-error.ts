import type { MailError } from '../connection/session.ts';
import { SendError } from '../outgoing/send.ts';

/** Trouble with the sign-in of a mailbox, as trouble with sending: every mail of it would meet the same. */
export const tokenSendError = ({ kind, message, remedy }: MailError): SendError => {
  switch (kind) {
    case 'throttled':
      return new SendError('deferred', message, remedy, { isOurs: true });
    case 'unreachable':
    case 'interrupted':
      return new SendError('unreachable', message, remedy, { isOurs: true });
    default:
      return new SendError('credentials_refused', message, remedy);
  }
};
