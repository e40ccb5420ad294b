import type { Diagnostic } from './diagnostic.ts';
import type { MailReport } from './mail-report.ts';

/** One mailbox of an address header field, RFC 5322 §3.4. */
export interface Address {
  /** Display name, decoded; empty when there is none. */
  readonly name: string;
  /** `local@domain`, lower case. */
  readonly address: string;
}

/** A header field in its order of appearance: name in lower case, value unfolded but not decoded. */
export type HeaderField = readonly [name: string, value: string];

/** A part of a message that is kept as a document. Its bytes travel beside the message, by `sha256`. */
export interface Attachment {
  /** File name as sent, cleaned for show (`cleanFileName`); never used as a path. */
  readonly name: string;
  /** `type/subtype`, lower case, without parameters. */
  readonly contentType: string;
  /** Bytes, decoded. */
  readonly size: number;
  /** Hex, lower case, of the decoded bytes. */
  readonly sha256: string;
  /** Referred to by the HTML part as `cid:` (an inline image). */
  readonly inline: boolean;
}

/** One mail, understood as MIME and nothing more. */
export interface Message {
  /** RFC 5322 msg-id with its angle brackets; null when the field is missing or has none. */
  readonly messageId: string | null;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  /** The ticket of the agent's mail that it replies to, by the keyed hash in that mail's msg-id; null when it replies to none. */
  readonly repliesTo: string | null;
  /** Its msg-id is one that the agent gave to a mail of its own, or a server in place of it. */
  readonly isOwn: boolean;
  /** Every address of every From field: exactly one is a sender, anything else is nobody (spec §7). */
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly subject: string;
  /** The Date field as ISO 8601 UTC; null when it is missing or no date. */
  readonly date: string | null;
  /** The plain part, or the HTML part as text (spec §5); lines end with `\n`. */
  readonly text: string;
  readonly headers: readonly HeaderField[];
  readonly attachments: readonly Attachment[];
  /** `type/subtype` of every part, the message's own first, lower case; parts of an attached message are not among them. */
  readonly partTypes: readonly string[];
  /** What it tells of another mail; null for a mail that is no report. */
  readonly report: MailReport | null;
  /** What of the mail was not read, or not as written; none stops anything. */
  readonly notices: readonly Diagnostic[];
}

/** The values of every field named so, in order; empty when there is none. `name` in lower case. */
export const headerValues = (message: Pick<Message, 'headers'>, name: string): readonly string[] =>
  message.headers.filter(([field]) => field === name).map(([, value]) => value);
