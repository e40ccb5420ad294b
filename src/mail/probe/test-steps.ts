import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import { HttpsProbe } from '../connection/https-probe.ts';
import { openSession } from '../open-session.ts';
import type { OpenSessionOptions } from '../open-session.ts';
import { ServerProbe } from '../connection/server-probe.ts';
import { notTheMailError } from '../connection/not-the-mail.ts';
import { MailError, type MailSession } from '../connection/session.ts';
import { SendError, type Sender } from '../outgoing/send.ts';
import { openSender } from '../open-sender.ts';
import type { TokenSource } from '../microsoft/tokens.ts';

/** One step of a test: tells what it found, throws MailError, or is left out on purpose with a word why. */
export interface TestStep {
  readonly name: string;
  readonly run: (() => Promise<string>) | { readonly skip: string };
}

export interface ConnectionTest {
  readonly steps: readonly TestStep[];
  close(): Promise<void>;
}

export const joined = (...tests: readonly ConnectionTest[]): ConnectionTest => ({
  steps: tests.flatMap(({ steps }) => steps),
  async close() {
    for (const test of tests) await test.close();
  },
});

/** A mail server up to the login, on a connection of its own. */
export function serverTest(endpoint: Endpoint, options: ConnectionOptions): ConnectionTest {
  const probe = new ServerProbe(endpoint, options);
  const greeting: TestStep = { name: 'greeting', run: () => probe.greeting() };
  const tls: TestStep = { name: 'TLS', run: () => probe.secure() };
  const clear: TestStep = {
    name: 'TLS',
    run: { skip: 'switched off for this mailbox: login and password travel in clear text' },
  };
  const orders = { tls: [tls, greeting], starttls: [greeting, tls], plain: [clear, greeting] };
  return {
    steps: [
      { name: 'name lookup', run: () => probe.lookUp() },
      { name: 'TCP', run: () => probe.connect() },
      ...orders[endpoint.security],
      { name: 'capabilities', run: () => probe.capabilities() },
    ],
    close: () => {
      probe.close();
      return Promise.resolve();
    },
  };
}

/** A service over HTTPS up to the first request. */
export function serviceTest(url: string, options: ConnectionOptions): ConnectionTest {
  const probe = new HttpsProbe(url, options);
  return {
    steps: [
      { name: 'name lookup', run: () => probe.lookUp() },
      { name: 'TCP', run: () => probe.connect() },
      { name: 'TLS', run: () => probe.secure() },
    ],
    close: () => {
      probe.close();
      return Promise.resolve();
    },
  };
}

/** The sign-in; what it gives is kept by `tokens` for the session. `onToken` is told it, so as to mask it. */
export function tokenTest(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  tokens: TokenSource,
  onToken: (token: string) => void,
): ConnectionTest {
  const whom = secrets.password === null ? `the application ${mailbox.applicationId ?? ''}` : mailbox.login;
  return {
    steps: [
      {
        name: 'token',
        run: async () => {
          onToken(await tokens.token(mailbox, secrets));
          return `${new URL(tokens.cloud.authority).host} gives a token to ${whom}`;
        },
      },
    ],
    close: () => Promise.resolve(),
  };
}

/** Where the mailbox sends for itself: the sign-in for that. No mail is sent. */
export function sendingTest(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  options: OpenSessionOptions & { readonly tokens: TokenSource },
): ConnectionTest {
  if (mailbox.sendVia !== 'mailbox') return { steps: [], close: () => Promise.resolve() };
  return signInTest(openSender(mailbox, secrets, options), `mails may leave as ${mailbox.address}; none was sent`);
}

/** `found`: what is told when it succeeds. */
export const signInTest = (sender: Sender, found: string): ConnectionTest => ({
  steps: [
    {
      name: 'sending',
      run: async () => {
        await sender.verify().catch(asMailError);
        return found;
      },
    },
  ],
  close: () => {
    sender.close();
    return Promise.resolve();
  },
});

const asMailError = (error: unknown): never => {
  if (!(error instanceof SendError)) throw error;
  throw new MailError(
    error.kind === 'credentials_refused' ? 'credentials_refused' : 'unreachable',
    error.message,
    error.remedy,
  );
};

/** From the login on, by a session as the agent itself uses it. */
export function sessionTest(mailbox: Mailbox, secrets: MailboxSecrets, options: OpenSessionOptions): ConnectionTest {
  let session: MailSession | undefined;
  let ids: readonly string[] = [];
  const login: TestStep = {
    name: 'login',
    run: async () => {
      session = await openSession(mailbox, secrets, options);
      return `${mailbox.login} is let in`;
    },
  };
  const messages: TestStep = {
    name: 'messages',
    run: async () => {
      session ??= await openSession(mailbox, secrets, options);
      ids = await session.list();
      const count = ids.length;
      return `${count} ${count === 1 ? 'message' : 'messages'} in the inbox`;
    },
  };
  const first: TestStep = {
    name: 'first message',
    run: async () => {
      const [id] = ids;
      if (id === undefined) return 'the inbox is empty: nothing to read';
      session ??= await openSession(mailbox, secrets, options);
      return `${String(await readOne(session, id, mailbox.maxMessageBytes))} octets read; nothing stored, nothing changed`;
    },
  };
  return {
    // Graph knows no login: the first request shows whether the token opens the mailbox.
    steps: mailbox.type === 'graph' ? [messages, first] : [login, messages, first],
    close: async () => session?.close(),
  };
}

/** Octets that came; of one that is larger than the mailbox takes, of its first piece alone. Throws MailError when none do. */
async function readOne(session: MailSession, id: string, maxMessageBytes: number): Promise<number> {
  const listed = await session.describe([id]);
  const large = listed.filter(({ size }) => size > maxMessageBytes);
  for (const message of large) for await (const piece of session.stream(message)) return piece.length;
  let refusal: MailError | undefined;
  if (large.length === 0)
    for await (const { raw } of session.fetch(listed, (_, error) => {
      refusal = error;
    }))
      return raw.length;
  throw refusal ?? notTheMailError('nothing came in answer to the request for it');
}
