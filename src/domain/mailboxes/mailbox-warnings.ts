import type { Mailbox } from './mailbox.ts';
import { type DatedSecret, type SecretWarning, secretWarning } from './secret-expiry.ts';

/** Something that is not wrong yet, or does not keep the mailbox from being read: told beside the mailbox's state. */
export interface MailboxWarning extends Omit<SecretWarning, 'code'> {
  readonly code: SecretWarning['code'] | 'unproven_trust' | 'push_unavailable' | 'unlisted_messages' | 'not_given';
}

interface Warned extends DatedSecret {
  readonly push: boolean;
  readonly pushProblem: string | null;
  readonly unlistedMessages: number;
  readonly notGivenMessages: number;
}

/** `now`: ISO 8601 UTC. */
export const mailboxWarnings = (mailbox: Warned, now: string): readonly MailboxWarning[] =>
  [secretWarning(mailbox, now), pushWarning(mailbox), unlistedWarning(mailbox), notGivenWarning(mailbox)].filter(
    (warning) => warning !== null,
  );

const pushWarning = ({ push, pushProblem }: Warned): MailboxWarning | null =>
  push && pushProblem !== null
    ? {
        code: 'push_unavailable',
        message: `The inbox cannot be watched: ${pushProblem}`,
        remedy: 'Until that is put right it is read at its interval.',
      }
    : null;

const unlistedWarning = ({ unlistedMessages }: Warned): MailboxWarning | null =>
  unlistedMessages > 0
    ? {
        code: 'unlisted_messages',
        message: `Messages that lie in the inbox and are never read: ${String(unlistedMessages)}.`,
        remedy:
          'They are flagged as deleted, or the server does not hand them out: look at them in a mail program, and take the flag back or expunge them.',
      }
    : null;

const notGivenWarning = ({ notGivenMessages }: Warned): MailboxWarning | null =>
  notGivenMessages > 0
    ? {
        code: 'not_given',
        message: `Messages that the server lists and does not give: ${String(notGivenMessages)}.`,
        remedy:
          'They are asked for again, after some attempts quarantined, and stay in the inbox: look at them in a mail program, and take them out by hand.',
      }
    : null;

/** What a form allows, and who may rue it: told where it is filled in, and beside the mailbox. */
export const formWarnings = ({
  senderAuthentication,
  trustedSenders,
}: Pick<Mailbox, 'senderAuthentication' | 'trustedSenders'>): readonly MailboxWarning[] =>
  senderAuthentication === 'off' && trustedSenders.length > 0
    ? [
        {
          code: 'unproven_trust',
          message: 'Trusted Senders are believed by their From line, which anybody can write.',
          remedy: 'Choose a Sender Authentication: their rights then need a proof.',
        },
      ]
    : [];
