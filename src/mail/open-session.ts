import type { Mailbox, MailboxSecrets } from '../domain/mailboxes/mailbox.ts';
import { lacksCertificate } from './connection/certificate-errors.ts';
import { endpointOf } from './connection/connection.ts';
import type { ConnectionOptions } from './connection/connection.ts';
import { createGraphSession } from './graph/graph.ts';
import { openImapSession } from './imap/imap.ts';
import { openOffice365Session } from './imap/office365.ts';
import { openPop3Session } from './pop3/pop3.ts';
import { ServerProbe } from './connection/server-probe.ts';
import { passwordOf } from './connection/password.ts';
import type { MailSession } from './connection/session.ts';
import { createTokenSource } from './microsoft/tokens.ts';
import type { TokenSource } from './microsoft/tokens.ts';

export interface OpenSessionOptions extends ConnectionOptions {
  /** For the types office365 and graph. Left out, a token is asked for each time, from the worldwide cloud. */
  readonly tokens?: TokenSource;
}

/** Connects to a mailbox, logs in and opens its inbox. Throws MailError. */
export async function openSession(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  options: OpenSessionOptions = {},
): Promise<MailSession> {
  const { tokens = createTokenSource() } = options;
  if (mailbox.type === 'office365') return await openOffice365Session(mailbox, secrets, tokens, options);
  if (mailbox.type === 'graph') {
    // There is no connection to open, but a sign-in that is refused is told here as for the others.
    await tokens.token(mailbox, secrets);
    return createGraphSession({ ...options, mailbox, secrets, tokens });
  }
  const endpoint = endpointOf(mailbox);
  const password = passwordOf(mailbox, secrets);
  try {
    return mailbox.type === 'pop3'
      ? await openPop3Session(endpoint, { user: mailbox.login, password }, mailbox, options)
      : await openImapSession(endpoint, { user: mailbox.login, pass: password }, mailbox, options);
  } catch (error) {
    if (lacksCertificate(error)) await new ServerProbe(endpoint, options).nameCertificate();
    throw error;
  }
}
