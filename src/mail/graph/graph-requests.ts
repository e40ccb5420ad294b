import { setTimeout as sleep } from 'node:timers/promises';
import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { defaultTimeoutMs } from '../connection/connection.ts';
import { fetchError } from '../connection/fetch-error.ts';
import { GraphError, graphError, readRefusal } from './graph-error.ts';
import { MailError } from '../connection/session.ts';
import { createSlots } from '../connection/slots.ts';
import { isShared, type TokenPurpose } from '../microsoft/token-grant.ts';
import type { TokenSource } from '../microsoft/tokens.ts';
import { anySignal, createWatch, stopped, type Watch } from '../connection/watch.ts';

export interface GraphRequestsOptions {
  readonly mailbox: Mailbox;
  readonly secrets: MailboxSecrets;
  readonly tokens: TokenSource;
  /** `read` by default. */
  readonly purpose?: TokenPurpose;
  readonly signal?: AbortSignal | undefined;
  /** ms of silence, before the answer and within it. */
  readonly timeoutMs?: number | undefined;
  /** The longest pause, in ms, that is waited out here; a longer one is thrown as `throttled`. */
  readonly maxPauseMs?: number | undefined;
  /** ms before the second attempt after a fault; doubled before each further one. */
  readonly backoffMs?: number | undefined;
}

export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the mailbox, such as `/mailFolders`; or a whole URL of the same origin, as Graph gives for the next page. */
  readonly url: string;
  readonly body?: object;
  /** In place of `body`: a message as MIME. */
  readonly mime?: Uint8Array;
  /** A lost answer leaves open what was done: it is thrown, and not asked again. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
}

/** Calls to one mailbox. They throw GraphError for a refusal and MailError for anything else. */
export interface GraphRequests {
  /** The answer as JSON; undefined where it has no body. */
  json(call: GraphCall): Promise<unknown>;
  /** The answer's octets; ends only when all of them came. */
  octets(call: GraphCall): AsyncIterable<Uint8Array>;
}

/**
 * What one application may do at once with one mailbox (https://learn.microsoft.com/graph/throttling-limits).
 * A second session to it, as a connection test, is answered 429, which is waited out.
 */
const requestsAtOnce = 4;
const defaultMaxPauseMs = 30_000;
/** Of one call, the first one included. */
const maxAttempts = 4;
const defaultBackoffMs = 500;

/** `/me` for who signed in; by its address for a shared mailbox, and always where an application signs in for itself. */
function mailboxPath(mailbox: Mailbox, { password }: MailboxSecrets): string {
  if (isShared(mailbox)) return `/users/${encodeURIComponent(mailbox.address)}`;
  return password === null ? `/users/${encodeURIComponent(mailbox.login)}` : '/me';
}

export function createGraphRequests(options: GraphRequestsOptions): GraphRequests {
  const { mailbox, secrets, tokens, signal, timeoutMs = defaultTimeoutMs } = options;
  const { maxPauseMs = defaultMaxPauseMs, backoffMs = defaultBackoffMs } = options;
  const root = `${tokens.cloud.graphUrl}/v1.0${mailboxPath(mailbox, secrets)}`;
  const slots = createSlots(requestsAtOnce);
  /** For all calls of the session: Graph counts what it refuses too. */
  let pausedUntil = 0;

  function urlOf(url: string): string {
    if (url.startsWith('/')) return root + url;
    if (URL.parse(url)?.origin === new URL(root).origin) return url;
    // The token goes to Graph and to nobody else, whatever an answer says.
    throw new MailError('protocol', 'Microsoft Graph points to another server.', 'Check the Graph address.');
  }

  async function attempt(call: GraphCall, token: string): Promise<Answer> {
    const watch = createWatch(timeoutMs, [signal, call.signal]);
    try {
      const response = await fetch(urlOf(call.url), {
        method: call.method,
        headers: {
          authorization: `Bearer ${token}`,
          prefer: 'IdType="ImmutableId"',
          ...bodyOf(call).headers,
        },
        ...bodyOf(call).content,
        redirect: 'error',
        signal: watch.signal,
      });
      if (response.ok) return { response, watch };
      throw graphError(await readRefusal(response, Date.now()), mailbox.address);
    } catch (error) {
      watch.stop();
      if (error instanceof MailError || cancelled(call)) throw error;
      throw fetchError(error, root);
    }
  }

  /** Every call but one that says `once` can be repeated: what is deleted or moved is not in the inbox any more, where alone it is looked for. */
  async function exchange(call: GraphCall): Promise<Answer> {
    let renewed = false;
    for (let made = 1; ; made += 1) {
      const pauseMs = pausedUntil - Date.now();
      if (pauseMs > maxPauseMs) throw throttled(pauseMs);
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: anySignal([signal, call.signal]) });
      const token = await tokens.token(mailbox, secrets, options.purpose);
      try {
        return await attempt(call, token);
      } catch (error) {
        if (!(error instanceof MailError) || made >= maxAttempts) throw error;
        if (error.kind === 'throttled') {
          const pauseMs = error.retryAfterMs ?? 0;
          pausedUntil = Math.max(pausedUntil, Date.now() + pauseMs);
          if (pauseMs > maxPauseMs) throw error;
        } else if (error.kind === 'unreachable' && error.code !== 'TimeoutError' && call.once !== true) {
          await sleep(backoffMs * 2 ** (made - 1), undefined, { signal: anySignal([signal, call.signal]) });
        } else {
          // A permission granted since is in new tokens only.
          if (error.kind === 'credentials_refused') tokens.invalidate(mailbox.id, token);
          if (renewed || !(error instanceof GraphError) || error.refusal.status !== 401) throw error;
          renewed = true;
        }
      }
    }
  }

  const cancelled = (call: GraphCall): boolean => signal?.aborted === true || call.signal?.aborted === true;

  async function* octets(call: GraphCall): AsyncGenerator<Uint8Array> {
    const giveBack = await slots.take();
    let watch: Watch | undefined;
    try {
      const answer = await exchange(call);
      watch = answer.watch;
      for await (const chunk of answer.response.body ?? []) {
        yield chunk;
        watch.touch();
      }
    } catch (error) {
      if (error instanceof MailError) throw error;
      throw cancelled(call) ? stopped() : cutShort();
    } finally {
      watch?.stop();
      giveBack();
    }
  }

  const throttled = (ms: number): MailError => graphError({ status: 429, code: '', retryAfterMs: ms }, mailbox.address);

  return {
    octets,
    async json(call) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of octets(call)) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      try {
        return text === '' ? undefined : (JSON.parse(text) as unknown);
      } catch {
        throw graphError({ status: 200, code: '', retryAfterMs: undefined }, mailbox.address);
      }
    },
  };
}

/** MIME goes as base64 in text/plain (learn.microsoft.com/graph/outlook-send-mime-message). */
const bodyOf = ({
  body,
  mime,
}: GraphCall): { readonly headers: object; readonly content: { readonly body?: string } } => {
  if (mime !== undefined)
    return { headers: { 'content-type': 'text/plain' }, content: { body: Buffer.from(mime).toString('base64') } };
  return body === undefined
    ? { headers: {}, content: {} }
    : { headers: { 'content-type': 'application/json' }, content: { body: JSON.stringify(body) } };
};

interface Answer {
  readonly response: Response;
  readonly watch: Watch;
}

const cutShort = (): MailError =>
  new MailError(
    'interrupted',
    'Microsoft Graph broke off in the middle of an answer; what was half read is not kept.',
    'It is tried again by itself.',
  );
