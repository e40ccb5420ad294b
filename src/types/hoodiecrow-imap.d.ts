declare module 'hoodiecrow-imap' {
  import type { Server } from 'node:net';

  interface Mailbox {
    readonly messages: readonly unknown[];
  }
  interface ImapServer {
    readonly server: Server;
    getMailbox(path: string): Mailbox | undefined;
    /** `raw` has one character an octet. */
    appendMessage(path: string, flags: string[], internalDate: string, raw: string): void;
  }
  // eslint-disable-next-line no-restricted-syntax -- the library's
  export default function hoodiecrow(options: {
    readonly plugins?: readonly string[];
    readonly users?: Readonly<Record<string, { readonly password: string }>>;
    readonly storage?: Readonly<Record<string, object>>;
  }): ImapServer;
}
