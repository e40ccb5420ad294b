/** Without white space; the same password for all. */
export interface MailServerUsers {
  readonly names: readonly string[];
  readonly password: string;
}

/** A mail server that others wrote, on loopback, without TLS. */
export interface MailServer {
  readonly imapPort: number;
  readonly pop3Port: number;
  /** By the way that the server takes mails: its files, LMTP or SMTP. */
  deliver(user: string, raw: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}
