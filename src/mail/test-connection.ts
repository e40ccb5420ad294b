import type { Mailbox, MailboxSecrets } from '../domain/mailbox.ts';
import { endpointOf } from './connection.ts';
import type { Endpoint } from './connection.ts';
import { openSession } from './open-session.ts';
import type { OpenSessionOptions } from './open-session.ts';
import { ServerProbe } from './server-probe.ts';
import { MailError } from './session.ts';
import type { MailSession } from './session.ts';

export interface TranscriptStep {
  readonly name: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** What was found, or what went wrong; empty for a step that was not reached. Holds no secret. */
  readonly detail: string;
  readonly cure: string | null;
  readonly ms: number;
}

export interface ConnectionTranscript {
  readonly ok: boolean;
  readonly steps: readonly TranscriptStep[];
}

/** One step of a test: tells what it found, throws MailError, or is left out on purpose with a word why. */
interface TestStep {
  readonly name: string;
  readonly run: (() => Promise<string>) | { readonly skip: string };
}

/** Default ms for each step: somebody waits before a screen. */
const testTimeoutMs = 15_000;

/** What an administrator used telnet for: each step with what it found, up to the first that fails, with its cure. Throws MailError only when the mailbox names no server. */
export async function testConnection(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  options: OpenSessionOptions = {},
): Promise<ConnectionTranscript> {
  const bounded = { timeoutMs: testTimeoutMs, ...options };
  const test = connectionTest(mailbox, secrets, bounded);
  try {
    return await runSteps(test.steps, [secrets.password, secrets.clientSecret]);
  } finally {
    await test.close();
  }
}

/** The transcript as lines of plain text. */
export const formatTranscript = (transcript: ConnectionTranscript): string =>
  transcript.steps
    .flatMap(({ name, status, detail, cure, ms }) => [
      `${{ ok: 'ok     ', failed: 'FAILED ', skipped: '-      ' }[status]} ${name.padEnd(12)} ${detail}` +
        (status === 'skipped' ? '' : ` (${Math.round(ms)} ms)`),
      ...(cure === null ? [] : [`        ${' '.repeat(12)} ${cure}`]),
    ])
    .map((line) => line.trimEnd())
    .join('\n');

async function runSteps(
  steps: readonly TestStep[],
  secrets: readonly (string | null)[],
): Promise<ConnectionTranscript> {
  const mask = (text: string): string =>
    secrets.reduce<string>((masked, secret) => (secret ? masked.replaceAll(secret, '********') : masked), text);
  const done: TranscriptStep[] = [];
  let failed = false;
  for (const { name, run } of steps) {
    if (failed || typeof run !== 'function') {
      const detail = failed || typeof run === 'function' ? '' : run.skip;
      done.push({ name, status: 'skipped', detail, cure: null, ms: 0 });
      continue;
    }
    const start = performance.now();
    try {
      const detail = mask(await run());
      done.push({ name, status: 'ok', detail, cure: null, ms: performance.now() - start });
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      failed = true;
      const ms = performance.now() - start;
      done.push({ name, status: 'failed', detail: mask(error.message), cure: mask(error.cure), ms });
    }
  }
  return { ok: !failed, steps: done };
}

interface ConnectionTest {
  readonly steps: readonly TestStep[];
  close(): Promise<void>;
}

function connectionTest(mailbox: Mailbox, secrets: MailboxSecrets, options: OpenSessionOptions): ConnectionTest {
  const session = sessionTest(mailbox, secrets, options);
  if (mailbox.type !== 'imap4' && mailbox.type !== 'pop3') return session;
  const server = serverTest(endpointOf(mailbox), options);
  return {
    steps: [...server.steps, ...session.steps],
    async close() {
      await server.close();
      await session.close();
    },
  };
}

/** Up to the login, on a connection of its own. */
function serverTest(endpoint: Endpoint, options: OpenSessionOptions): ConnectionTest {
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

/** From the login on, by a session as the agent itself uses it. */
function sessionTest(mailbox: Mailbox, secrets: MailboxSecrets, options: OpenSessionOptions): ConnectionTest {
  let session: MailSession | undefined;
  return {
    steps: [
      {
        name: 'login',
        run: async () => {
          session = await openSession(mailbox, secrets, options);
          return `${mailbox.login} is let in`;
        },
      },
      {
        name: 'messages',
        run: async () => {
          const count = (await session?.list())?.length ?? 0;
          return `${count} ${count === 1 ? 'message' : 'messages'} in the inbox`;
        },
      },
    ],
    close: async () => session?.close(),
  };
}
