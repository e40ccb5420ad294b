import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { TokenHolder } from './identity-provider.ts';
import { listen } from './listen.ts';
import {
  type Answer,
  type FakeMailbox,
  move,
  Refusal,
  serve,
  type StoredMessage,
  wellKnownFolders,
} from './fake-graph-mailbox.ts';

/** What a request meets in place of its answer. The first that fits is used up. */
interface GraphFault {
  readonly method?: string;
  /** Part of the path with its query, decoded. */
  readonly path?: string;
  /** How many requests it meets; one by default. */
  readonly times?: number;
  readonly does:
    | { readonly kind: 'refuse'; readonly status: number; readonly code: string; readonly retryAfter?: string }
    | { readonly kind: 'answer'; readonly status: number; readonly contentType: string; readonly body: string }
    /** Answers by the rules, but the connection ends after so many octets of the body. */
    | { readonly kind: 'cut'; readonly afterOctets: number }
    /** Never answers. */
    | { readonly kind: 'hang' }
    /** Does what is asked for, and loses the answer. */
    | { readonly kind: 'lose' };
}

export interface FakeGraphOptions {
  /** Who a token is for, and what it is good for. */
  readonly holder: (token: string) => TokenHolder | undefined;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface FakeGraph {
  /** Without the version. */
  readonly url: string;
  /** Puts a message into the inbox of a mailbox, which is made if need be; returns its immutable id. */
  deliver(address: string, mime: string | Uint8Array, receivedDateTime?: string): string;
  /** As a user or a rule does it. */
  moveAway(address: string, immutableId: string, folder: string): void;
  /** Immutable ids in a folder, by its well-known name or display name. */
  idsIn(address: string, folder: string): readonly string[];
  /** As delivered; none for an id that is not known. */
  octetsOf(address: string, immutableId: string): Buffer;
  /** Whoever signs in as `login` may open the mailbox too. */
  share(address: string, login: string): void;
  /** Applications that sign in for themselves may open these alone; all by default. */
  narrowApplicationsTo(addresses: readonly string[]): void;
  fail(fault: GraphFault): void;
  /** Requests so far, as `GET /v1.0/me/…`, decoded. */
  readonly requests: readonly string[];
  /** The most requests that were under way at once. */
  maxAtOnce(): number;
  close(): Promise<void>;
}

/**
 * The part of Microsoft Graph 1.0 that reads a mailbox, written from the published reference:
 * api/mailfolder-list-messages, message-get ($value), message-delete, message-move, user-list-mailfolders,
 * user-post-mailfolders, singlevaluelegacyextendedproperty-get; outlook-immutable-id, paging, throttling, errors.
 * Stricter than Graph where laxity would hide a fault: without the Prefer header ids are the ordinary ones in both
 * directions, an unknown query option is refused, a fifth request at once is throttled.
 */
export async function startFakeGraph({ holder, tls }: FakeGraphOptions): Promise<FakeGraph> {
  const mailboxes = new Map<string, FakeMailbox>();
  const faults: (GraphFault & { left: number })[] = [];
  const requests: string[] = [];
  let narrowed: ReadonlySet<string> | undefined;
  let maxAtOnce = 0;
  let delivered = 0;

  function mailboxOf(address: string): FakeMailbox {
    let mailbox = mailboxes.get(address);
    if (mailbox === undefined) {
      const folders = [...wellKnownFolders].map(([id, displayName]) => [id, { displayName, parent: 'root' }] as const);
      mailbox = { messages: [], folders: new Map(folders), sharedWith: new Set(), atOnce: 0 };
      mailboxes.set(address, mailbox);
    }
    return mailbox;
  }

  function open(request: IncomingMessage, path: readonly string[]): FakeMailbox {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const who = holder(token);
    if (who === undefined) throw new Refusal(401, 'InvalidAuthenticationToken');
    if (path[0] === 'me' && who.login === null) throw new Refusal(400, 'BadRequest');
    const address = path[0] === 'me' ? (who.login ?? '') : (path[1] ?? '').toLowerCase();
    const mailbox = mailboxes.get(address);
    if (mailbox === undefined) throw new Refusal(404, 'ErrorInvalidUser');
    const allowed =
      who.login === null
        ? who.scope.includes('/.default') && narrowed?.has(address) !== false
        : who.scope.includes('/Mail.ReadWrite') &&
          (who.login === address ||
            (mailbox.sharedWith.has(who.login) && who.scope.includes('/Mail.ReadWrite.Shared')));
    const sends = path.at(-1) === 'send';
    if (!allowed || (sends && who.login !== null && !who.scope.includes('/Mail.Send')))
      throw new Refusal(403, 'ErrorAccessDenied');
    return mailbox;
  }

  async function answer(request: IncomingMessage, url: URL, body: Buffer): Promise<Answer> {
    const [version, ...path] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    if (version !== 'v1.0') throw new Refusal(400, 'BadRequest');
    const mailbox = open(request, path);
    mailbox.atOnce += 1;
    maxAtOnce = Math.max(maxAtOnce, mailbox.atOnce);
    try {
      if (mailbox.atOnce > 4) throw new Refusal(429, 'ApplicationThrottled', '1');
      // Long enough for requests of one moment to meet.
      await new Promise((resolve) => setTimeout(resolve, 5));
      const immutable = request.headers['prefer']?.includes('IdType="ImmutableId"') === true;
      return serve(mailbox, {
        method: request.method ?? '',
        path: path.slice(path[0] === 'me' ? 1 : 2),
        url,
        body,
        immutable,
      });
    } finally {
      mailbox.atOnce -= 1;
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method ?? ''} ${decodeURIComponent(url.pathname + url.search)}`;
    requests.push(line);
    const fault = faults.find(
      ({ left, method, path }) => left > 0 && line.startsWith(method ?? '') && line.includes(path ?? ''),
    );
    if (fault !== undefined) fault.left -= 1;
    const does = fault?.does;
    try {
      if (does?.kind === 'hang') return;
      if (does?.kind === 'refuse') throw new Refusal(does.status, does.code, does.retryAfter);
      if (does?.kind === 'answer') {
        response.writeHead(does.status, { 'content-type': does.contentType }).end(does.body);
        return;
      }
      const { status, contentType, body } = await answer(request, url, Buffer.concat(chunks));
      if (does?.kind === 'lose') return void request.socket.destroy();
      response.writeHead(status, contentType === undefined ? {} : { 'content-type': contentType });
      if (does?.kind === 'cut') {
        response.write(body?.subarray(0, does.afterOctets), () => request.socket.destroy());
        return;
      }
      for (let at = 0; body !== undefined && at < body.length; at += 65_536)
        response.write(body.subarray(at, at + 65_536));
      response.end();
    } catch (error) {
      const { status, code, retryAfter } = error instanceof Refusal ? error : new Refusal(500, 'InternalServerError');
      const headers = {
        'content-type': 'application/json',
        ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
      };
      response.writeHead(status, headers).end(errorBody(code));
    }
  }

  const handler = (request: IncomingMessage, response: ServerResponse): void => void respond(request, response);
  const server = tls === undefined ? createServer(handler) : createHttpsServer(tls, handler);
  const port = await listen(server);
  const origin = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;

  return {
    url: origin,
    requests,
    maxAtOnce: () => maxAtOnce,
    deliver(address, mime, receivedDateTime) {
      delivered += 1;
      const message: StoredMessage = {
        immutableId: `AAkA+${randomUUID()}/=`,
        restId: `AAMk+${randomUUID()}/=`,
        folder: 'inbox',
        receivedDateTime:
          receivedDateTime ?? new Date(Date.UTC(2026, 0, 1) + delivered * 1000).toISOString().replace('.000', ''),
        mime: Buffer.from(mime),
      };
      mailboxOf(address).messages.push(message);
      return message.immutableId;
    },
    moveAway(address, immutableId, folder) {
      const message = mailboxOf(address).messages.find((one) => one.immutableId === immutableId);
      if (message !== undefined) move(message, folder);
    },
    idsIn(address, folder) {
      const { messages, folders } = mailboxOf(address);
      return messages
        .filter((one) => one.folder === folder || folders.get(one.folder)?.displayName === folder)
        .map(({ immutableId }) => immutableId);
    },
    octetsOf: (address, immutableId) =>
      mailboxOf(address).messages.find((one) => one.immutableId === immutableId)?.mime ?? Buffer.alloc(0),
    share: (address, login) => void mailboxOf(address).sharedWith.add(login),
    narrowApplicationsTo: (addresses) => {
      narrowed = new Set(addresses);
    },
    fail: (fault) => void faults.push({ ...fault, left: fault.times ?? 1 }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const errorBody = (code: string): string =>
  JSON.stringify({
    error: {
      code,
      message: 'As Graph would say it.',
      innerError: { 'request-id': randomUUID(), date: '2026-01-01T00:00:00' },
    },
  });
