/** A message as the server describes it. */
export interface ListedMessage {
  /**
   * The protocol's own identity, stable while the message is in the inbox, as text:
   * IMAP `<UIDVALIDITY>:<UID>` (RFC 9051 §2.3.1.1), POP3 UIDL (RFC 1939 §7), Graph immutable id.
   */
  readonly protocolId: string;
  /** Octets as the server announces them; an estimate on some servers. */
  readonly size: number;
  /** When it came to this mailbox, ISO 8601 UTC; null where the protocol does not tell (POP3). */
  readonly arrivedAt: string | null;
}

export interface FetchedMessage {
  readonly protocolId: string;
  /** Octets as on the wire after transfer decoding (dot-stuffing removed, literals joined). */
  readonly raw: Uint8Array;
}

/** What became of a wish to remove messages. */
export interface RemoveOutcome {
  /** Gone from the inbox now, by this call or before it: both are the same to the caller. */
  readonly removed: readonly string[];
  /** Still there, with a reason that an administrator understands. */
  readonly left: readonly { readonly protocolId: string; readonly reason: string }[];
  /** Another message lies under the id and was left alone: the one that was stored is gone. Absent when there is none. */
  readonly replaced?: readonly string[];
}

/** A message that is to be removed, with what proves that the right one goes. */
export interface RemovalRequest {
  readonly protocolId: string;
  /** Hex SHA-256 of the raw octets that were stored. */
  readonly rawSha256: string;
  /** Octets that were stored. With the next two it spares a protocol that has them the octets themselves. */
  readonly size?: number;
  /** As in the header, with its angle brackets; null when it has none. */
  readonly messageId?: string | null;
  /** As `ListedMessage.arrivedAt`. */
  readonly arrivedAt?: string;
  /** What was stored, for servers that write notes into a mail; null when it is deleted, or too large to hold. */
  readonly original?: () => Promise<Uint8Array | null>;
}

/** Is told of a message that the server lists and does not give, and why. */
export type OnNotGiven = (protocolId: string, error: MailError) => void;

/** One connection to one inbox. Not for use by two callers at once. Every method throws only MailError. */
export interface MailSession {
  /**
   * The protocol ids in the inbox, oldest first. One short command whatever the backlog: sizes and times cost a line a
   * message on IMAP (0.6 MB for 10,000), so `describe` fetches them for the batch alone.
   */
  list(): Promise<readonly string[]>;
  /**
   * What `list` gives, in pieces of any length. A reader that has what it needs stops; the rest is then never asked for where
   * the protocol allows that, as on Graph.
   */
  listInPieces(): AsyncIterable<readonly string[]>;
  /** All that lies in the inbox, in any order: also what `list` leaves out, such as messages flagged as deleted by somebody else. */
  inventory(): Promise<readonly string[]>;
  /** Sizes and times of these messages, in the order asked for; one that has vanished meanwhile is left out. */
  describe(protocolIds: readonly string[]): Promise<readonly ListedMessage[]>;
  /**
   * The messages in the order asked for. One that has vanished meanwhile is left out, and so is one that the server does not give, of
   * which `onNotGiven` is told where the reason is known.
   */
  fetch(messages: readonly ListedMessage[], onNotGiven?: OnNotGiven): AsyncIterable<FetchedMessage>;
  /** One message in pieces, for those too large to hold in memory; yields nothing when it has vanished. */
  stream(message: ListedMessage): AsyncIterable<Uint8Array>;
  /** Deletes, or moves where the mailbox says so, what is the stored message. Idempotent: what is gone counts as removed. */
  remove(messages: readonly RemovalRequest[]): Promise<RemoveOutcome>;
  /** When to call `remove`: `at_the_end` where it ends the connection, and the next call opens another. Absent: at any time. */
  readonly removal?: 'at_the_end';
  /** Ends the session in the protocol's own way; never throws. */
  close(): Promise<void>;
}

export const mailErrorKinds = [
  'unreachable',
  'tls',
  'credentials_refused',
  'throttled',
  'protocol',
  'interrupted',
] as const;
export type MailErrorKind = (typeof mailErrorKinds)[number];

export interface MailErrorDetails extends ErrorOptions {
  /** The server's own code, such as `AADSTS50126` or `ErrorAccessDenied`: what an administrator searches for. */
  readonly code?: string;
  /** With `throttled`: not before so many milliseconds, as the server told. */
  readonly retryAfterMs?: number;
}

/** Error of a mail server, in our own words: never the driver's text with its commands and secrets. */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly kind: MailErrorKind;
  /** What the administrator can do about it. */
  readonly remedy: string;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(kind: MailErrorKind, message: string, remedy: string, details?: MailErrorDetails) {
    super(message, details);
    this.kind = kind;
    this.remedy = remedy;
    this.code = details?.code;
    this.retryAfterMs = details?.retryAfterMs;
  }
}
