import { createHash } from 'node:crypto';
import type { Message } from '@microsoft/microsoft-graph-types';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import { maxOctetsAtOnce } from '../connection/connection.ts';
import { concernsMessage, GraphError, isGone } from './graph-error.ts';
import { findFolder } from './graph-folders.ts';
import { asObject, pages } from './graph-pages.ts';
import {
  createGraphRequests,
  type GraphCall,
  type GraphRequests,
  type GraphRequestsOptions,
} from './graph-requests.ts';
import { notTheMail, notTheMailError } from '../connection/not-the-mail.ts';
import { MailError } from '../connection/session.ts';
import type {
  FetchedMessage,
  ListedMessage,
  MailSession,
  OnNotGiven,
  RemovalRequest,
  RemoveOutcome,
} from '../connection/session.ts';

/** Messages on one page of the list, a few batches; Graph allows 1,000 but times out on large pages. */
const pageSize = 200;
/** Asked for where Graph does not get a larger page ready in time. */
const smallPageSize = 20;
/** Fetched ahead of the one that is waited for. */
const aheadMessages = 4;
const aheadBytes = 64 * 1024 * 1024;

/** PidTagMessageSize: of the message as Exchange stores it, an estimate of its MIME form. Graph tells no other. */
const sizeProperty = 'Long 0x0E08';
const listQuery = [
  '$select=id,receivedDateTime,parentFolderId',
  '$orderby=receivedDateTime',
  `$expand=singleValueExtendedProperties($filter=${encodeURIComponent(`id eq '${sizeProperty}'`)})`,
].join('&');

const inbox = '/mailFolders/inbox';
/** For what changes a message: below the folder, what is moved out of the inbox is not found. */
const inboxMessageUrl = (protocolId: string): string => `${inbox}/messages/${encodeURIComponent(protocolId)}`;
/** For what reads a message: Graph answers 405 to `$value` below a folder (microsoftgraph/msgraph-sdk-powershell #1627). */
const messageUrl = (protocolId: string): string => `/messages/${encodeURIComponent(protocolId)}`;

/**
 * The inbox by Microsoft Graph; there is no connection to open. A protocol id is an immutable id: it outlives a move in
 * the mailbox. Before a message is read its folder is asked for, so what is moved out of the inbox counts as gone.
 */
export function createGraphSession(options: GraphRequestsOptions): MailSession {
  return new GraphSession(createGraphRequests(options), options);
}

class GraphSession implements MailSession {
  readonly #requests: GraphRequests;
  readonly #mailbox: Mailbox;
  /** Listed since the last list began: Graph tells size and time with the ids, in the same request. */
  #listed = new Map<string, ListedMessage>();
  /** Hex SHA-256 of what was given in this session, by id. */
  readonly #given = new Map<string, string>();
  /** The folder's own id, as the messages in it name it; undefined until one was listed. */
  #inboxId: string | undefined;

  constructor(requests: GraphRequests, { mailbox }: GraphRequestsOptions) {
    this.#requests = requests;
    this.#mailbox = mailbox;
  }

  async list(): Promise<readonly string[]> {
    const ids = new Set<string>();
    for await (const page of this.listInPieces()) for (const id of page) ids.add(id);
    return [...ids];
  }

  inventory(): Promise<readonly string[]> {
    return this.list();
  }

  async *listInPieces(): AsyncIterable<readonly string[]> {
    const listed = new Map<string, ListedMessage>();
    this.#listed = listed;
    for await (const page of this.#pages()) {
      this.#inboxId ??= page[0]?.parentFolderId ?? undefined;
      const read = page.map(toListed);
      for (const message of read) listed.set(message.protocolId, message);
      yield read.map(({ protocolId }) => protocolId);
    }
  }

  /** From the start again in smaller pages where the first one does not come in time; listed twice does no harm. */
  async *#pages(): AsyncGenerator<readonly Message[]> {
    const first = (size: number): string => `${inbox}/messages?${listQuery}&$top=${size}`;
    try {
      yield* pages<Message>(this.#requests, first(pageSize));
    } catch (error) {
      if (!(error instanceof GraphError && error.refusal.status === 504)) throw error;
      yield* pages<Message>(this.#requests, first(smallPageSize));
    }
  }

  async describe(protocolIds: readonly string[]): Promise<readonly ListedMessage[]> {
    if (protocolIds.some((id) => !this.#listed.has(id))) await this.list();
    return protocolIds.map((id) => this.#listed.get(id)).filter((message) => message !== undefined);
  }

  async *fetch(messages: readonly ListedMessage[], onNotGiven?: OnNotGiven): AsyncIterable<FetchedMessage> {
    const cancel = new AbortController();
    const ahead: { readonly message: ListedMessage; readonly raw: Promise<Uint8Array | undefined> }[] = [];
    let next = 0;
    const fill = (): void => {
      let bytes = ahead.reduce((sum, { message }) => sum + message.size, 0);
      for (
        let message = messages[next];
        message !== undefined && ahead.length < aheadMessages;
        message = messages[next]
      ) {
        bytes += message.size;
        if (ahead.length > 0 && bytes > aheadBytes) return;
        const raw = this.#raw(message.protocolId, cancel.signal, onNotGiven);
        // Waited for in its turn; until then a failure is nobody's.
        raw.catch(() => undefined);
        ahead.push({ message, raw });
        next += 1;
      }
    };
    try {
      fill();
      for (let first = ahead[0]; first !== undefined; first = ahead[0]) {
        const raw = await first.raw;
        ahead.shift();
        if (raw !== undefined) {
          const { protocolId } = first.message;
          this.#given.set(protocolId, createHash('sha256').update(raw).digest('hex'));
          yield { protocolId, raw };
        }
        fill();
      }
    } finally {
      cancel.abort();
      await Promise.allSettled(ahead.map(({ raw }) => raw));
    }
  }

  async *stream({ protocolId }: ListedMessage): AsyncIterable<Uint8Array> {
    yield* this.#octets(protocolId, undefined, undefined);
  }

  async remove(messages: readonly RemovalRequest[]): Promise<RemoveOutcome> {
    const removal = await this.#removal();
    const results = await Promise.allSettled(messages.map((message) => this.#removeOne(message, removal)));
    const removed: string[] = [];
    const left: { protocolId: string; reason: string }[] = [];
    const replaced: string[] = [];
    for (const [index, { protocolId }] of messages.entries()) {
      const result = results[index];
      if (result === undefined) continue;
      if (result.status === 'rejected') throw result.reason;
      if (result.value === 'removed') removed.push(protocolId);
      else if (result.value === 'replaced') replaced.push(protocolId);
      else left.push({ protocolId, reason: result.value.reason });
    }
    return { removed, left, ...(replaced.length === 0 ? {} : { replaced }) };
  }

  async #removeOne(
    { protocolId, messageId, rawSha256 }: RemovalRequest,
    removal: (protocolId: string) => Promise<string | undefined>,
  ): Promise<'removed' | 'replaced' | { readonly reason: string }> {
    // This session has it from the inbox, and an immutable id is that of one message.
    if (this.#given.get(protocolId) === rawSha256) {
      const reason = await removal(protocolId);
      return reason === undefined ? 'removed' : { reason };
    }
    const found = await this.#inInbox(protocolId);
    if (found === undefined) return 'removed';
    // An id that is never given again, and the Message-ID: the octets need not come once more.
    if (typeof messageId !== 'string' || found.internetMessageId !== messageId) {
      let refusal: MailError | undefined;
      const raw = await this.#raw(protocolId, undefined, (_, error) => {
        refusal = error;
      });
      if (refusal !== undefined) return { reason: `${refusal.message} ${refusal.remedy}` };
      if (raw === undefined) return 'removed';
      if (createHash('sha256').update(raw).digest('hex') !== rawSha256) return 'replaced';
    }
    const reason = await removal(protocolId);
    return reason === undefined ? 'removed' : { reason };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** How one message leaves the inbox: resolves to why it is still there, if it is. */
  async #removal(): Promise<(protocolId: string) => Promise<string | undefined>> {
    const { afterProcessing, moveToFolder } = this.#mailbox;
    if (afterProcessing === 'delete' || moveToFolder === null) {
      return (protocolId) => this.#take(protocolId, { method: 'DELETE', url: inboxMessageUrl(protocolId) });
    }
    const folder = await findFolder(this.#requests, moveToFolder);
    if (!folder.found) return () => Promise.resolve(folder.reason);
    const body = { destinationId: folder.id };
    return (protocolId) => this.#take(protocolId, { method: 'POST', url: `${inboxMessageUrl(protocolId)}/move`, body });
  }

  async #take(protocolId: string, call: GraphCall): Promise<string | undefined> {
    try {
      await this.#requests.json(call);
      return undefined;
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      if (isGone(error)) return (await this.#inInbox(protocolId)) === undefined ? undefined : stillThere;
      if (error.refusal.status === 403 || concernsMessage(error)) return `${error.message} ${error.remedy}`;
      throw error;
    }
  }

  /** Undefined when it has vanished, or is not given. */
  async #raw(
    protocolId: string,
    signal: AbortSignal | undefined,
    onNotGiven: OnNotGiven | undefined,
  ): Promise<Uint8Array | undefined> {
    const maxOctets = maxOctetsAtOnce(this.#mailbox);
    const chunks: Uint8Array[] = [];
    let octets = 0;
    for await (const chunk of this.#octets(protocolId, signal, onNotGiven)) {
      octets += chunk.length;
      if (octets > maxOctets) {
        onNotGiven?.(protocolId, tooLong());
        return undefined;
      }
      chunks.push(chunk);
    }
    if (octets === 0) return undefined;
    const raw = Buffer.concat(chunks, octets);
    const reason = notTheMail(raw, 0);
    if (reason === null) return raw;
    onNotGiven?.(protocolId, notTheMailError(reason));
    return undefined;
  }

  /** What tells whether it is the right message; undefined when it is not in the inbox. */
  async #inInbox(protocolId: string, signal?: AbortSignal): Promise<Message | undefined> {
    const url = `${messageUrl(protocolId)}?$select=parentFolderId,internetMessageId`;
    try {
      const message: Message = asObject(
        await this.#requests.json({ method: 'GET', url, ...(signal === undefined ? {} : { signal }) }),
      );
      this.#inboxId ??= await this.#readInboxId();
      return message.parentFolderId === this.#inboxId ? message : undefined;
    } catch (error) {
      if (error instanceof GraphError && isGone(error)) return undefined;
      throw error;
    }
  }

  async #readInboxId(): Promise<string> {
    const folder = asObject(await this.#requests.json({ method: 'GET', url: `${inbox}?$select=id` }));
    return String(Reflect.get(folder, 'id'));
  }

  async *#octets(
    protocolId: string,
    signal: AbortSignal | undefined,
    onNotGiven: OnNotGiven | undefined,
  ): AsyncGenerator<Uint8Array> {
    const call = {
      method: 'GET',
      url: `${messageUrl(protocolId)}/$value`,
      ...(signal === undefined ? {} : { signal }),
    } as const;
    try {
      if ((await this.#inInbox(protocolId, signal)) === undefined) return;
      yield* this.#requests.octets(call);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      if (isGone(error)) return;
      if (!concernsMessage(error)) throw error;
      onNotGiven?.(protocolId, error);
    }
  }
}

function toListed({ id, receivedDateTime, singleValueExtendedProperties }: Message): ListedMessage {
  if (id === undefined)
    throw new MailError('protocol', 'Microsoft Graph listed a message without an id.', 'Try again.');
  const size = Number(singleValueExtendedProperties?.[0]?.value);
  return {
    protocolId: id,
    size: Number.isSafeInteger(size) && size > 0 ? size : 0,
    arrivedAt: receivedDateTime ?? null,
  };
}

const stillThere =
  'Graph does not find the message to remove, and shows it in the inbox all the same: check the rights.';

const tooLong = (): MailError =>
  new MailError(
    'protocol',
    'Microsoft Graph sends far more for a message than it announced.',
    'Take the message out of the inbox by hand, or raise the Max Message Size of the mailbox.',
  );
