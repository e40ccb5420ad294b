import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { endpointOf } from '../connection/connection.ts';
import { exchangeEndpoint } from '../imap/office365.ts';
import type { Sender } from '../outgoing/send.ts';
import type { OpenSessionOptions } from '../open-session.ts';
import { MailError } from '../connection/session.ts';
import { joined, sendingTest, signInTest, serverTest, serviceTest, sessionTest, tokenTest } from './test-steps.ts';
import type { ConnectionTest, TestStep } from './test-steps.ts';
import { createTokenSource } from '../microsoft/tokens.ts';
import type { TokenSource } from '../microsoft/tokens.ts';

export interface TranscriptStep {
  readonly name: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** What was found, or what went wrong; empty for a step that was not reached. Holds no secret. */
  readonly detail: string;
  readonly remedy: string | null;
  readonly ms: number;
}

export interface ConnectionTranscript {
  readonly ok: boolean;
  readonly steps: readonly TranscriptStep[];
}

/** Default ms for each step: somebody waits before a screen. */
const testTimeoutMs = 15_000;

/** What an administrator used telnet for: each step with what it found, up to the first that fails, with its remedy. Throws MailError only when the mailbox names no server. */
export async function testConnection(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  options: OpenSessionOptions = {},
): Promise<ConnectionTranscript> {
  const hidden = [secrets.password, secrets.clientSecret].filter((secret) => secret !== null);
  const bounded = { timeoutMs: testTimeoutMs, tokens: createTokenSource(), ...options };
  const test = connectionTest(mailbox, secrets, bounded, (token) => hidden.push(token));
  try {
    return await runSteps(test.steps, hidden);
  } finally {
    await test.close();
  }
}

/** The transcript as lines of plain text. */
export const formatTranscript = (transcript: ConnectionTranscript): string =>
  transcript.steps
    .flatMap(({ name, status, detail, remedy, ms }) => [
      `${{ ok: 'ok     ', failed: 'FAILED ', skipped: '-      ' }[status]} ${name.padEnd(12)} ${detail}` +
        (status === 'skipped' ? '' : ` (${Math.round(ms)} ms)`),
      ...(remedy === null ? [] : [`        ${' '.repeat(12)} ${remedy}`]),
    ])
    .map((line) => line.trimEnd())
    .join('\n');

/** Signs in to the SMTP server of the agent; no mail is sent. */
export async function testSending(sender: Sender, place: string): Promise<ConnectionTranscript> {
  const test = signInTest(sender, `${place} lets the agent in; no mail was sent`);
  try {
    return await runSteps(test.steps, []);
  } finally {
    await test.close();
  }
}

async function runSteps(steps: readonly TestStep[], secrets: readonly string[]): Promise<ConnectionTranscript> {
  const mask = (text: string): string =>
    secrets
      .flatMap((secret) => (secret === '' ? [] : [secret, Buffer.from(secret).toString('base64')]))
      .reduce((masked, secret) => masked.replaceAll(secret, '********'), text);
  const done: TranscriptStep[] = [];
  let failed = false;
  for (const { name, run } of steps) {
    if (failed || typeof run !== 'function') {
      const detail = failed || typeof run === 'function' ? '' : run.skip;
      done.push({ name, status: 'skipped', detail, remedy: null, ms: 0 });
      continue;
    }
    const start = performance.now();
    try {
      const detail = mask(await run());
      done.push({ name, status: 'ok', detail, remedy: null, ms: performance.now() - start });
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      failed = true;
      const ms = performance.now() - start;
      done.push({ name, status: 'failed', detail: mask(error.message), remedy: mask(error.remedy), ms });
    }
  }
  return { ok: !failed, steps: done };
}

function connectionTest(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  options: OpenSessionOptions & { readonly tokens: TokenSource },
  onToken: (token: string) => void,
): ConnectionTest {
  const session = sessionTest(mailbox, secrets, options);
  const { tokens } = options;
  switch (mailbox.type) {
    case 'imap4':
    case 'pop3':
      return joined(serverTest(endpointOf(mailbox), options), session);
    case 'office365':
      return joined(
        serverTest(exchangeEndpoint(tokens.cloud), options),
        tokenTest(mailbox, secrets, tokens, onToken),
        session,
        sendingTest(mailbox, secrets, options),
      );
    case 'graph':
      return joined(
        serviceTest(tokens.cloud.graphUrl, options),
        tokenTest(mailbox, secrets, tokens, onToken),
        session,
        sendingTest(mailbox, secrets, options),
      );
  }
}
