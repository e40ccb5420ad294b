import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';

/** A mail server in this process: one inbox, read by IMAP4 and written to by SMTP. It takes every mail, and sends none on. */
export interface DemoMailServer {
  readonly host: string;
  readonly imapPort: number;
  readonly smtpUrl: string;
  /** How many messages are in the inbox. */
  inboxSize(): number;
  /** Mails that were not for the inbox, one entry a mail and recipient (lower case), a character an octet. */
  readonly sent: readonly { readonly to: string; readonly raw: string }[];
  /** Cuts connections that are still open. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';

/** The demo's servers are development dependencies: a production install does not carry mail servers. */
export class DemoNotInstalled extends Error {
  constructor() {
    super(
      'tsa demo needs its mail server, which an installation for production leaves out; run "npm ci" without --omit=dev',
    );
  }
}

async function loadServers() {
  try {
    const [imap, smtp] = await Promise.all([import('hoodiecrow-imap'), import('smtp-server')]);
    return { hoodiecrow: imap.default, SMTPServer: smtp.SMTPServer };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
      throw new DemoNotInstalled();
    throw error;
  }
}

/** Starts it on free ports. Both protocols are in clear text, on this machine only. Throws DemoNotInstalled. */
export async function startDemoMailServer(inbox: {
  readonly address: string;
  readonly password: string;
}): Promise<DemoMailServer> {
  const { hoodiecrow, SMTPServer } = await loadServers();
  const imap = hoodiecrow({
    plugins: ['ID', 'ENABLE', 'LITERALPLUS', 'UIDPLUS'],
    users: { [inbox.address]: { password: inbox.password } },
    storage: { INBOX: {}, '': { separator: '/' } },
  });
  const sent: { to: string; raw: string }[] = [];
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, session, callback) => {
      receive(stream, session).then(
        ({ raw, recipients }) => {
          if (recipients.includes(inbox.address)) imap.appendMessage('INBOX', [], internalDate(new Date()), raw);
          for (const to of recipients) if (to !== inbox.address) sent.push({ to, raw });
          callback();
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  // A client that goes away is no fault of the server.
  smtp.on('error', () => undefined);
  const sockets = new Set<{ destroy(): unknown }>();
  imap.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const imapPort = await listen(imap.server);
  smtp.listen(0, host);
  const smtpPort = portOf(await listening(smtp.server));

  return {
    host,
    imapPort,
    smtpUrl: `smtp://${host}:${smtpPort}`,
    inboxSize: () => imap.getMailbox('INBOX')?.messages.length ?? 0,
    sent,
    async stop() {
      const closed = Promise.all([once(imap.server, 'close'), new Promise<void>((resolve) => smtp.close(resolve))]);
      imap.server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** One character an octet, headed by the Return-Path that a final delivery adds (RFC 5321 §4.4). */
async function receive(
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
): Promise<{ readonly raw: string; readonly recipients: readonly string[] }> {
  const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  const content = (await buffer(stream)).toString('latin1');
  return {
    raw: `Return-Path: <${sender}>\r\n${content}`,
    recipients: envelope.rcptTo.map(({ address }) => address.toLowerCase()),
  };
}

/** RFC 9051 `date-time`: `09-Jul-2026 08:15:00 +0000`. */
function internalDate(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
  return `${day}-${month}-${year} ${time} +0000`;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, host);
  return portOf(await listening(server));
}

async function listening<S extends Server>(server: S): Promise<S> {
  if (!server.listening) await once(server, 'listening');
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
