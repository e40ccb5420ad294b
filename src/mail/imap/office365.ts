import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import type { ImapAuth } from './imap-client.ts';
import { openImapSession } from './imap.ts';
import type { MicrosoftCloud } from '../microsoft/microsoft-cloud.ts';
import { MailError } from '../connection/session.ts';
import type {
  FetchedMessage,
  ListedMessage,
  MailSession,
  OnNotGiven,
  RemovalRequest,
  RemoveOutcome,
} from '../connection/session.ts';
import { isShared } from '../microsoft/token-grant.ts';
import type { TokenSource } from '../microsoft/tokens.ts';

export const exchangeEndpoint = ({ imapHost, imapPort }: MicrosoftCloud): Endpoint => ({
  protocol: 'IMAP',
  host: imapHost,
  port: imapPort,
  security: 'tls',
  namedBy: 'operator',
});

/** Opens the inbox of an Exchange Online mailbox over IMAP4 with XOAUTH2. Throws MailError. */
export async function openOffice365Session(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  tokens: TokenSource,
  options: ConnectionOptions = {},
): Promise<MailSession> {
  const connect = (): Promise<MailSession> =>
    connectWithToken(mailbox, secrets, tokens, (endpoint, auth) => openImapSession(endpoint, auth, mailbox, options));
  return new Office365Session(connect, await connect());
}

/**
 * Connects to Exchange Online with a token of the mailbox. One may be refused that is good by its date (a revoked session, a changed
 * password): a new one is tried once. Throws MailError.
 */
export async function connectWithToken<T>(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  tokens: TokenSource,
  connect: (endpoint: Endpoint, auth: ImapAuth) => Promise<T>,
): Promise<T> {
  const endpoint = exchangeEndpoint(tokens.cloud);
  const user = isShared(mailbox) ? mailbox.address : mailbox.login;
  for (let renewed = false; ; renewed = true) {
    const accessToken = await tokens.token(mailbox, secrets);
    try {
      return await connect(endpoint, { user, accessToken });
    } catch (error) {
      if (!(error instanceof MailError) || error.kind !== 'credentials_refused') throw error;
      tokens.invalidate(mailbox.id, accessToken);
      if (renewed) throw tokenRefused(user);
    }
  }
}

const tokenRefused = (user: string): MailError =>
  new MailError(
    'credentials_refused',
    `Exchange Online refuses the token for ${user}, a new one too; the sign-in itself succeeded.`,
    'Check in the Exchange admin center that IMAP is switched on for the mailbox (Mailboxes, the mailbox, Manage email apps ' +
      'settings), that the account has a licence, and that the application has the delegated permission ' +
      'IMAP.AccessAsUser.All with admin consent. To read a mailbox that is not its own the Login needs Full Access to it.',
  );

/**
 * IMAP that outlives its token: Exchange Online ends the connection when the token expires, after an hour or so. What was
 * under way is taken up again on a new connection, once for each step forward.
 */
class Office365Session implements MailSession {
  readonly #connect: () => Promise<MailSession>;
  #session: MailSession | undefined;

  constructor(connect: () => Promise<MailSession>, session: MailSession) {
    this.#connect = connect;
    this.#session = session;
  }

  list(): Promise<readonly string[]> {
    return this.#twice((session) => session.list());
  }

  inventory(): Promise<readonly string[]> {
    return this.#twice((session) => session.inventory());
  }

  async *listInPieces(): AsyncIterable<readonly string[]> {
    yield await this.list();
  }

  describe(protocolIds: readonly string[]): Promise<readonly ListedMessage[]> {
    return this.#twice((session) => session.describe(protocolIds));
  }

  remove(messages: readonly RemovalRequest[]): Promise<RemoveOutcome> {
    return this.#twice((session) => session.remove(messages));
  }

  async *fetch(messages: readonly ListedMessage[], onNotGiven?: OnNotGiven): AsyncIterable<FetchedMessage> {
    const left = new Map(messages.map((message) => [message.protocolId, message]));
    for (let stuck = false; ; stuck = true) {
      try {
        const session = await this.#current();
        for await (const fetched of session.fetch([...left.values()], onNotGiven)) {
          left.delete(fetched.protocolId);
          stuck = false;
          yield fetched;
        }
        return;
      } catch (error) {
        if (stuck || !isLost(error)) throw error;
        await this.close();
      }
    }
  }

  /** Half a message is never taken up again. */
  async *stream(message: ListedMessage): AsyncIterable<Uint8Array> {
    for (let begun = false; ;) {
      try {
        const session = await this.#current();
        for await (const piece of session.stream(message)) {
          begun = true;
          yield piece;
        }
        return;
      } catch (error) {
        if (begun || !isLost(error)) throw error;
        begun = true;
        await this.close();
      }
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  async #current(): Promise<MailSession> {
    this.#session ??= await this.#connect();
    return this.#session;
  }

  async #twice<T>(use: (session: MailSession) => Promise<T>): Promise<T> {
    try {
      return await use(await this.#current());
    } catch (error) {
      if (!isLost(error)) throw error;
      await this.close();
      return await use(await this.#current());
    }
  }
}

/** The connection, and not the mailbox. A cancelled reading is lost too, but cannot connect again. */
const isLost = (error: unknown): boolean => error instanceof MailError && error.kind === 'interrupted';
