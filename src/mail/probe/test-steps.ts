import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import { HttpsProbe } from '../connection/https-probe.ts';
import { openSession } from '../open-session.ts';
import type { OpenSessionOptions } from '../open-session.ts';
import { ServerProbe } from '../connection/server-probe.ts';
import type { MailSession } from '../connection/session.ts';
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

/** From the login on, by a session as the agent itself uses it. */
export function sessionTest(mailbox: Mailbox, secrets: MailboxSecrets, options: OpenSessionOptions): ConnectionTest {
  let session: MailSession | undefined;
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
      const count = (await session.list()).length;
      return `${count} ${count === 1 ? 'message' : 'messages'} in the inbox`;
    },
  };
  return {
    // Graph knows no login: the first request shows whether the token opens the mailbox.
    steps: mailbox.type === 'graph' ? [messages] : [login, messages],
    close: async () => session?.close(),
  };
}
