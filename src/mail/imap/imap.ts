import type { ImapFlow } from 'imapflow';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import { maxOctetsAtOnce } from '../connection/connection.ts';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import { searchUids, sequenceSet } from './imap-client.ts';
import type { ImapAuth } from './imap-client.ts';
import { openInbox } from './imap-inbox.ts';
import { createHash } from 'node:crypto';
import { isFarShorter, notTheMail, notTheMailError } from '../connection/not-the-mail.ts';
import { isSameMail } from '../connection/same-mail.ts';
import { removeFromInbox } from './imap-remove.ts';
import { property, toMailError } from '../connection/mail-errors.ts';
import type { FailureContext } from '../connection/mail-errors.ts';
import type {
  FetchedMessage,
  ListedMessage,
  MailSession,
  OnNotGiven,
  RemovalRequest,
  RemoveOutcome,
} from '../connection/session.ts';

export type ImapMailbox = Pick<Mailbox, 'afterProcessing' | 'moveToFolder' | 'maxMessageBytes'>;

/** Octets asked for at once when a message is streamed. */
const imapPieceOctets = 262_144;

const byUid = { uid: true };

/** Opens the inbox of an IMAP4 server. Throws MailError. */
export async function openImapSession(
  endpoint: Endpoint,
  auth: ImapAuth,
  mailbox: ImapMailbox,
  options: ConnectionOptions = {},
): Promise<MailSession> {
  const maxLiteralOctets = maxOctetsAtOnce(mailbox);
  const { client, inbox, failure } = await openInbox(endpoint, auth, { ...options, maxLiteralOctets });
  return new ImapSession(client, Reflect.get(inbox, 'uidValidity'), mailbox, failure);
}

class ImapSession implements MailSession {
  readonly #client: ImapFlow;
  /** Null where the server gives no UIDVALIDITY: then its UIDs do not last (RFC 9051 §2.3.1.1), and the octets are the id. */
  readonly #prefix: string | null;
  /** UIDs of this session by the ids made from octets. */
  readonly #byContent = new Map<string, number>();
  readonly #maxMessageBytes: number;
  readonly #folder: string | null;
  readonly #failure: FailureContext;

  constructor(client: ImapFlow, uidValidity: unknown, mailbox: ImapMailbox, failure: FailureContext) {
    this.#client = client;
    this.#prefix = typeof uidValidity === 'bigint' && uidValidity > 0n ? `${uidValidity}:` : null;
    this.#maxMessageBytes = mailbox.maxMessageBytes;
    this.#folder = mailbox.afterProcessing === 'move' ? mailbox.moveToFolder : null;
    this.#failure = failure;
  }

  list(): Promise<readonly string[]> {
    return this.#search({ deleted: false });
  }

  inventory(): Promise<readonly string[]> {
    return this.#search({ all: true });
  }

  async #search(query: Parameters<typeof searchUids>[1]): Promise<readonly string[]> {
    try {
      // A search answers from the view of the last command: NOOP has what came and went since then told first.
      await this.#client.noop();
      const uids = await searchUids(this.#client, query);
      if (this.#prefix === null) for (const uid of uids) await this.#nameByContent(uid);
      return [...new Set(uids.flatMap((uid) => this.#protocolId(uid) ?? []))];
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
  }

  async *listInPieces(): AsyncIterable<readonly string[]> {
    yield await this.list();
  }

  async describe(protocolIds: readonly string[]): Promise<readonly ListedMessage[]> {
    const uids = this.#uids(protocolIds);
    if (uids.length === 0) return [];
    const described = new Map<string, ListedMessage>();
    try {
      for await (const row of this.#fetchRows(uids, { size: true, internalDate: true })) {
        if (typeof row.size !== 'number') continue;
        const protocolId = this.#protocolId(row.uid);
        if (protocolId === undefined) continue;
        described.set(protocolId, {
          protocolId,
          size: row.size,
          arrivedAt: instantOf(row.internalDate),
        });
      }
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
    return protocolIds.flatMap((protocolId) => described.get(protocolId) ?? []);
  }

  /**
   * One FETCH for all that is asked for. A message shorter than announced is asked for again after the others: some servers
   * announce estimates, and two answers of one length are taken as the message, while a truncated one is never kept. One that does not
   * come is asked for in other ways before it counts as not given: some servers give the parts and not the whole.
   */
  async *fetch(messages: readonly ListedMessage[], onNotGiven?: OnNotGiven): AsyncIterable<FetchedMessage> {
    const sizes = new Map(messages.map(({ protocolId, size }) => [protocolId, size]));
    const uids = this.#uids([...sizes.keys()]);
    const open = new Set(uids);
    const short = new Map<number, number>();
    let refusal: unknown;
    const taken = (uid: number, raw: Buffer): FetchedMessage | undefined => {
      const protocolId = this.#protocolId(uid);
      if (protocolId === undefined) return undefined;
      open.delete(uid);
      const reason = notTheMail(raw, sizes.get(protocolId) ?? 0);
      if (reason === null) return { protocolId, raw };
      onNotGiven?.(protocolId, notTheMailError(reason));
      return undefined;
    };
    try {
      try {
        for (const run of ascendingRuns(uids)) {
          for await (const { uid, source } of this.#fetchRows(run, { source: true })) {
            // Despite its type, `false` where the server answers NIL.
            if (!Buffer.isBuffer(source) || source.length === 0) continue;
            if (source.length < (sizes.get(this.#protocolId(uid) ?? '') ?? 0)) {
              short.set(uid, source.length);
              continue;
            }
            const message = taken(uid, source);
            if (message !== undefined) yield message;
          }
        }
      } catch (error) {
        // Of several, nobody knows which one was meant: each is then asked for by itself.
        if (uids.length > 1 || !this.#isRefusal(error)) throw error;
        refusal = error;
      }
      for (const [uid, length] of short) {
        for await (const { source } of this.#fetchRows([uid], { source: true })) {
          if (!Buffer.isBuffer(source)) continue;
          if (source.length !== length) throw new InconstantLength();
          const message = taken(uid, source);
          if (message !== undefined) yield message;
        }
      }
      for (const uid of open) {
        const parts = await this.#inParts(uid);
        const message = parts === undefined ? undefined : taken(uid, parts);
        if (message !== undefined) yield message;
        else if (parts === undefined && refusal instanceof Error) throw refusal;
      }
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
  }

  /** Header and text, each by itself. Undefined when they do not come either. */
  async #inParts(uid: number): Promise<Buffer | undefined> {
    try {
      const row = await this.#client.fetchOne(String(uid), { headers: true, bodyParts: ['TEXT'] }, { ...byUid });
      const [header, text] = row === false ? [] : [row.headers, row.bodyParts?.get('text')];
      return Buffer.isBuffer(header) && header.length > 0 && Buffer.isBuffer(text)
        ? Buffer.concat([header, text])
        : undefined;
    } catch (error) {
      if (this.#isRefusal(error)) return undefined;
      throw error;
    }
  }

  /** The server said NO or BAD, and the session goes on. */
  #isRefusal(error: unknown): boolean {
    return this.#client.usable && typeof property(error, 'responseStatus') === 'string';
  }

  async *stream(message: ListedMessage): AsyncIterable<Uint8Array> {
    const [uid] = this.#uids([message.protocolId]);
    if (uid === undefined) return;
    const maxOctets = 2 * message.size + imapPieceOctets;
    try {
      let octets = 0;
      for (let last = false; !last;) {
        const piece = await this.#piece(uid, octets);
        if (piece === undefined && octets === 0) return;
        // A server that knows no partial FETCH sends the whole message at once.
        const whole = octets === 0 && piece !== undefined && piece.length > imapPieceOctets;
        if (piece === undefined || (piece.length > imapPieceOctets && !whole) || octets > maxOctets)
          throw new InconstantLength();
        if (piece.length > 0) yield piece;
        octets += piece.length;
        last = whole || piece.length < imapPieceOctets;
      }
      if (isFarShorter(octets, message.size)) throw new InconstantLength();
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
  }

  async #piece(uid: number, start: number): Promise<Buffer | undefined> {
    const row = await this.#client.fetchOne(
      String(uid),
      { source: { start, maxLength: imapPieceOctets } },
      { ...byUid },
    );
    const piece = row === false ? undefined : row.source;
    return Buffer.isBuffer(piece) ? piece : undefined;
  }

  async remove(messages: readonly RemovalRequest[]): Promise<RemoveOutcome> {
    try {
      const { same, replaced, unread } = await this.#compared(messages);
      const { left, reason } = await removeFromInbox(this.#client, [...same.keys()], this.#folder);
      const leftIds = new Set(left.flatMap((uid) => same.get(uid) ?? []));
      return {
        removed: messages
          .map(({ protocolId }) => protocolId)
          .filter((id) => !leftIds.has(id) && !replaced.has(id) && !unread.has(id)),
        left: [
          ...[...leftIds].map((protocolId) => ({ protocolId, reason })),
          ...[...unread].map((protocolId) => ({ protocolId, reason: notCompared })),
        ],
        ...(replaced.size === 0 ? {} : { replaced: [...replaced] }),
      };
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
  }

  /**
   * Tells by size, Message-ID and time of arrival, or else by the octets, whether what lies under an id is what was stored: UIDs come
   * again where a server was restored.
   */
  async #compared(messages: readonly RemovalRequest[]): Promise<{
    readonly same: ReadonlyMap<number, string>;
    readonly replaced: ReadonlySet<string>;
    readonly unread: ReadonlySet<string>;
  }> {
    if (this.#prefix === null) await this.#search({ all: true });
    const same = new Map<number, string>();
    const doubtful = new Map<number, RemovalRequest>();
    const sizes = new Map<number, number>();
    const requests = new Map(messages.map((message) => [message.protocolId, message]));
    const present = await this.#present(this.#uids([...requests.keys()]));
    for await (const row of this.#fetchRows(present, { size: true, internalDate: true, envelope: true })) {
      const request = requests.get(this.#protocolId(row.uid) ?? '');
      if (request === undefined) continue;
      sizes.set(row.uid, row.size ?? 0);
      const certain =
        row.size === request.size &&
        typeof request.messageId === 'string' &&
        row.envelope?.messageId === request.messageId &&
        instantOf(row.internalDate) === request.arrivedAt;
      if (certain) same.set(row.uid, request.protocolId);
    }
    for (const uid of present) {
      const request = requests.get(this.#protocolId(uid) ?? '');
      if (request !== undefined && !same.has(uid)) doubtful.set(uid, request);
    }
    const replaced = new Set<string>();
    const unread = new Set<string>();
    for (const [uid, { protocolId, rawSha256, original }] of doubtful) {
      const found = await this.#octets(uid, sizes.get(uid) ?? 0);
      if (found?.sha256 === rawSha256) same.set(uid, protocolId);
      else if (found !== undefined) {
        const stored = found.raw === undefined ? null : await original?.();
        if (stored != null && found.raw !== undefined && isSameMail(stored, found.raw)) same.set(uid, protocolId);
        else replaced.add(protocolId);
      } else if ((await this.#present([uid])).length > 0) unread.add(protocolId);
    }
    return { same, replaced, unread };
  }

  async #present(uids: readonly number[]): Promise<readonly number[]> {
    if (uids.length === 0) return [];
    await this.#client.noop();
    return await searchUids(this.#client, { uid: sequenceSet(uids) });
  }

  /** Undefined when the octets do not come; without `raw` where they are too many to hold. */
  async #octets(
    uid: number,
    size: number,
  ): Promise<{ readonly sha256: string; readonly raw?: Uint8Array } | undefined> {
    const protocolId = this.#protocolId(uid);
    if (protocolId === undefined) return undefined;
    const message = { protocolId, size, arrivedAt: null };
    if (size <= this.#maxMessageBytes) {
      for await (const { raw } of this.fetch([{ ...message, size: 0 }]))
        return { sha256: createHash('sha256').update(raw).digest('hex'), raw };
      return undefined;
    }
    const hash = createHash('sha256');
    let octets = 0;
    for await (const piece of this.stream(message)) {
      hash.update(piece);
      octets += piece.length;
    }
    return octets === 0 ? undefined : { sha256: hash.digest('hex') };
  }

  async #nameByContent(uid: number): Promise<void> {
    if ([...this.#byContent.values()].includes(uid)) return;
    const hash = createHash('sha256');
    let octets = 0;
    for await (const { source } of this.#fetchRows([uid], { source: true })) {
      if (!Buffer.isBuffer(source)) continue;
      hash.update(source);
      octets += source.length;
    }
    if (octets > 0) this.#byContent.set(`sha256:${hash.digest('hex')}`, uid);
  }

  async close(): Promise<void> {
    try {
      await this.#client.logout();
    } catch {
      // The connection is gone, which is what was wanted.
    } finally {
      this.#client.close();
    }
  }

  /** Asked for by sequence set; rows that the server sends on its own account are left out. */
  async *#fetchRows(uids: readonly number[], query: Parameters<ImapFlow['fetch']>[1]): ReturnType<ImapFlow['fetch']> {
    const asked = new Set(uids);
    try {
      for await (const row of this.#client.fetch(sequenceSet(uids), { uid: true, ...query }, { ...byUid })) {
        if (asked.has(row.uid)) yield row;
      }
    } catch (error) {
      // RFC 5530: some of them vanished meanwhile, the others came.
      if (property(error, 'serverResponseCode') !== 'EXPUNGEISSUED') throw error;
    }
  }

  /** Undefined for one that is named by its octets and did not give them. */
  #protocolId(uid: number): string | undefined {
    if (this.#prefix !== null) return this.#prefix + String(uid);
    return [...this.#byContent].find(([, known]) => known === uid)?.[0];
  }

  /** The UIDs of this UIDVALIDITY; an id of another one addresses nothing any more (RFC 9051 §2.3.1.1). */
  #uids(protocolIds: readonly string[]): number[] {
    const prefix = this.#prefix;
    if (prefix === null) return protocolIds.flatMap((id) => this.#byContent.get(id) ?? []);
    return protocolIds
      .filter((id) => id.startsWith(prefix))
      .map((id) => Number(id.slice(prefix.length)))
      .filter((uid) => Number.isInteger(uid) && uid > 0);
  }
}

const notCompared = 'It could not be compared with what is stored: the server does not give it. It is left alone.';

const instantOf = (date: Date | string | null | undefined): string | null => {
  if (date === null || date === undefined) return null;
  const instant = new Date(date);
  // The library makes 1970 of NIL.
  return Number.isNaN(instant.valueOf()) || instant.valueOf() === 0 ? null : instant.toISOString();
};

/** Told as `interrupted`: a message came in two lengths, or in pieces that do not fit. */
class InconstantLength extends Error {
  readonly code = 'ECONNABORTED';
}

/** Servers answer a FETCH in ascending order of UIDs whatever the order asked for. */
function ascendingRuns(uids: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const uid of uids) {
    const run = runs.at(-1);
    if (run !== undefined && uid > (run.at(-1) ?? 0)) run.push(uid);
    else runs.push([uid]);
  }
  return runs;
}
