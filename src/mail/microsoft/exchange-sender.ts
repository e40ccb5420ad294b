import { createTransport } from 'nodemailer';
import type { SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';
import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { MailError } from '../connection/session.ts';
import { trusting } from '../connection/socket.ts';
import { handOver, SendError, type Sender, signIn, smtpBounds, type SmtpRoute } from '../outgoing/send.ts';
import type { MicrosoftCloud } from './microsoft-cloud.ts';
import { isShared } from './token-grant.ts';
import { tokenSendError } from './token-send-error.ts';
import type { TokenSource } from './tokens.ts';

type Transport = ReturnType<typeof transportOf>;

/**
 * Sends by Exchange Online as the mailbox, over SMTP with STARTTLS and XOAUTH2. A connection a mail: Exchange allows three at once, and ends
 * them when the token does. The envelope sender is always the mailbox: no other is accepted without Send As.
 */
export const createExchangeSender = (
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  { tokens, ca }: { readonly tokens: TokenSource; readonly ca?: string | undefined },
): Sender => {
  const route = routeOf(tokens.cloud);
  const user = isShared(mailbox) ? mailbox.address : mailbox.login;

  const accessToken = async (): Promise<string> => {
    try {
      return await tokens.token(mailbox, secrets, 'send');
    } catch (error) {
      throw error instanceof MailError ? tokenSendError(error) : error;
    }
  };

  /** A token may be refused that is good by its date (RFC 7628 §3.2.3 asks for another one): a new one is tried once. */
  const connected = async <T>(use: (transport: Transport) => Promise<T>): Promise<T> => {
    for (let renewed = false; ; renewed = true) {
      const token = await accessToken();
      const transport = transportOf(tokens.cloud, { user, accessToken: token, ca });
      try {
        return await use(transport);
      } catch (error) {
        if (!(error instanceof SendError) || error.kind !== 'credentials_refused') throw error;
        tokens.invalidate(mailbox.id, token);
        if (renewed) throw error;
      } finally {
        transport.close();
      }
    }
  };

  return {
    send: (raw, envelope) =>
      connected((transport) => handOver(transport, route, raw, { ...envelope, from: mailbox.address })),
    verify: () => connected((transport) => signIn(transport, route)),
    close: () => undefined,
  };
};

const transportOf = (
  { smtpHost, smtpPort }: MicrosoftCloud,
  { user, accessToken, ca }: { readonly user: string; readonly accessToken: string; readonly ca: string | undefined },
) =>
  createTransport({
    host: smtpHost,
    port: smtpPort,
    requireTLS: true,
    auth: { type: 'custom', method: inTwoSteps, user, pass: accessToken },
    customAuth: { [inTwoSteps]: authenticate },
    ...smtpBounds,
    tls: trusting(ca),
  });

const inTwoSteps = 'XOAUTH2 IN TWO STEPS';

/**
 * XOAUTH2 with the token on a line of its own, as Microsoft shows it (learn.microsoft.com, How to authenticate an IMAP, POP or SMTP connection):
 * with the command it is longer than some servers read one (RFC 4954 §4). What a server says of a token before it refuses it is answered with
 * nothing.
 */
const authenticate: SMTPConnectionCustomAuthHandler = async (dialog) => {
  const answers = async (command: string, expected: RegExp): Promise<string> => {
    const { response } = await dialog.sendCommand(command);
    if (!expected.test(response)) throw new Error('The sign-in was refused.');
    return response;
  };
  await answers('AUTH XOAUTH2', /^334\b/);
  const { user, pass } = dialog.auth.credentials;
  const token = Buffer.from(`user=${user}\u0001auth=Bearer ${pass}\u0001\u0001`).toString('base64');
  if (/^334\b/.test(await answers(token, /^(?:235|334)\b/))) await answers('', /^235\b/);
};

const routeOf = ({ smtpHost, smtpPort }: MicrosoftCloud): SmtpRoute => ({
  place: `${smtpHost}:${String(smtpPort)}`,
  remedies: {
    login:
      'The sign-in itself succeeded. In the Exchange admin center switch Authenticated SMTP on for the mailbox (Mailboxes, the mailbox, ' +
      'Manage email apps settings), and for the tenant; grant the application the delegated permission SMTP.Send with admin consent.',
    sender:
      'Exchange takes mail from the mailbox itself, or from an address for which its login has Send As. Quotas are 30 messages a minute and ' +
      '10,000 recipients a day. The mails are kept and tried again by themselves.',
    reach: 'Check that this machine may connect to it. It is tried again by itself.',
  },
});
