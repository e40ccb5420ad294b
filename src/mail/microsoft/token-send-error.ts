import type { MailError } from '../connection/session.ts';
import { SendError } from '../outgoing/send.ts';

/** Returns an error of a mailbox's sign-in as an error of sending. Every mail of the mailbox would meet the same. */
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
