import type { Mailbox, MailboxSecrets } from '../domain/mailboxes/mailbox.ts';
import { createGraphSender } from './graph/graph-sender.ts';
import { createExchangeSender } from './microsoft/exchange-sender.ts';
import type { TokenSource } from './microsoft/tokens.ts';
import type { Sender } from './outgoing/send.ts';

/** Sends as a mailbox that sends for itself (Send via: the mailbox). No connection is made before the first message. */
export const openSender = (
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  options: { readonly tokens: TokenSource; readonly ca?: string | undefined },
): Sender =>
  mailbox.type === 'graph'
    ? createGraphSender(mailbox, secrets, options)
    : createExchangeSender(mailbox, secrets, options);
