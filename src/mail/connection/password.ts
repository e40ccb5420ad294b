import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { MailError } from './session.ts';

/** As it may be sent. Throws MailError for one that is missing, or that the protocol cannot carry. */
export function passwordOf({ type, login }: Mailbox, { password }: MailboxSecrets): string {
  const refuse = (message: string, remedy: string): MailError => new MailError('credentials_refused', message, remedy);
  if (password === null || password === '') {
    throw refuse('The mailbox has no password.', 'Enter the Password of the mailbox.');
  }
  // A line break would end the command that carries it, and what is behind it would be another one.
  if (/[\r\n\0]/.test(login + password)) {
    throw refuse('The login or password contains a line break.', 'Enter the Login and Password of the mailbox anew.');
  }
  // RFC 1939 takes any text behind PASS; the library cuts it at both ends.
  if (type === 'pop3' && password.trimEnd() !== password) {
    throw refuse(
      'The password ends with a space, which cannot be sent by POP3.',
      'Give the account another password, or read the mailbox by IMAP.',
    );
  }
  return password;
}
