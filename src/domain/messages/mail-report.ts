/**
 * What became of a mail, as a mail server or a mail program reports it: RFC 3464 §2.3.3, RFC 8098 §3.2.6; `answered` is for what names
 * no such word. Of several recipients the worst counts.
 */
export type MailFate = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'read' | 'deleted' | 'answered';

/** One recipient that a report is about. */
export interface ReportedRecipient {
  /** Lower case. */
  readonly address: string;
  /** RFC 3463, for example `5.1.1`; null where the report names none. */
  readonly status: string | null;
  /** What the other server said; at most 500 characters. */
  readonly diagnostic: string | null;
}

/** What a bounce, a notice of delay, a receipt tells of the mail that it is about. Nothing of it is proven: anybody can write one. */
export interface MailReport {
  readonly fate: MailFate;
  /** Msg-ids of the mail, with angle brackets: as the report names it, as the returned header does, as it is answered. */
  readonly messageIds: readonly string[];
  /** RFC 3461 ENVID, decoded; null where the report names none. */
  readonly envelopeId: string | null;
  /** At most 100. */
  readonly recipients: readonly ReportedRecipient[];
  /** The header of the mail as it came back; empty where it did not. */
  readonly returnedHeaders: readonly (readonly [name: string, value: string])[];
}
