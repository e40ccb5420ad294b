import type { Answer } from '../../domain/handling/answer.ts';
import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';

/** The message that a plan was made for. */
export interface ApplyContext {
  /** The ledger row, locked by `lockPending`. */
  readonly messageId: number;
  readonly mailbox: Pick<Mailbox, 'id' | 'address'>;
  /** The sender's address, lower case; null when there is no one sender. */
  readonly sender: string | null;
  readonly senderAuthentication: SenderAuthentication;
  readonly subject: string | null;
  /** RFC 5322 msg-id of the message; null when it has none. */
  readonly messageIdHeader: string | null;
  /** What the sender is told; null for nothing. */
  readonly answer: Answer | null;
  /** Number of the ticket that the mail names, for ledger and log where nothing is done on it; null for none that exists. */
  readonly about: string | null;
  /** Names of the mailbox's rules that matched, for the ledger. */
  readonly rules: readonly string[];
  /** @TOKEN@ of the message, in clear text; null when it has none. */
  readonly token: string | null;
  readonly contentKey: string | null;
  /** Bytes of the attachments by SHA-256. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** The message's text, which a plan may keep as a document. */
  readonly replyText: string;
  /** ISO 8601 UTC. */
  readonly now: string;
  /** IANA name: of the day in ticket numbers. */
  readonly timeZone: string;
}

/** What a plan's effects came to. The statements that settle them are under way together, on the transaction's one connection. */
export interface Effects {
  readonly ticketNumber: string | null;
  readonly statements: readonly PromiseLike<unknown>[];
}
