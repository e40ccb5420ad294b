import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Dovecot } from './dovecot.ts';
import { startExchange } from './exchange.ts';
import { listen } from './listen.ts';

export const hasSubmission = (): boolean => existsSync('/usr/lib/dovecot/submission');

/**
 * Dovecot's submission server, which takes tokens over XOAUTH2 and passes the mails on to `relayPort`, as Exchange Online does it at
 * smtp.office365.com:587. Throws DovecotMissing.
 */
export async function startSubmission(
  introspectionUrl: string,
  relayPort: number,
): Promise<Dovecot & { readonly submissionPort: number }> {
  const free = createServer();
  const submissionPort = await listen(free);
  await new Promise((resolve) => free.close(resolve));
  const settings = `
protocols = imap pop3 submission
hostname = localhost
submission_relay_host = 127.0.0.1
submission_relay_port = ${String(relayPort)}
submission_relay_trusted = yes
ssl = required
service submission-login {
  chroot =
  inet_listener submission {
    port = ${String(submissionPort)}
  }
}
`;
  const exchange = await startExchange(introspectionUrl, { settings });
  return { ...exchange, submissionPort };
}
