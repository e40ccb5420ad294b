/** How the API reaches a mailbox's workflow. The database is the truth: none of these carries configuration. */
export interface MailboxControl {
  /** Ends its sleep, so that it looks at its configuration now; starts the workflow if it does not run. */
  wake(mailboxId: number): Promise<void>;
  /** Reads now. `queued`: a read was under way, and this one follows it. */
  readNow(mailboxId: number, by: string): Promise<{ readonly queued: boolean }>;
  /** Throws when the workflow service does not answer. */
  check(): Promise<void>;
}
