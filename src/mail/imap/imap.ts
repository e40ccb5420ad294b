import type { ImapFlow } from 'imapflow';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import { maxOctetsAtOnce } from '../connection/connection.ts';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import { searchUids, sequenceSet } from './imap-client.ts';
import type { ImapAuth } from './imap-client.ts';
import { openInbox } from './imap-inbox.ts';
import { removeFromInbox } from './imap-remove.ts';
import { property, toMailError } from '../connection/mail-errors.ts';
import type { FailureContext } from '../connection/mail-errors.ts';
import type {
  FetchedMessage,
  ListedMessage,
  MailSession,
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
  return new ImapSession(client, inbox.uidValidity, mailbox, failure);
}

class ImapSession implements MailSession {
  readonly #client: ImapFlow;
  readonly #prefix: string;
  readonly #folder: string | null;
  readonly #failure: FailureContext;

  constructor(client: ImapFlow, uidValidity: bigint, mailbox: ImapMailbox, failure: FailureContext) {
    this.#client = client;
    this.#prefix = `${uidValidity}:`;
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
      return uids.map((uid) => this.#protocolId(uid));
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
        const arrivedAt = row.internalDate === undefined ? null : new Date(row.internalDate);
        const protocolId = this.#protocolId(row.uid);
        described.set(protocolId, {
          protocolId,
          size: row.size,
          arrivedAt: arrivedAt === null || Number.isNaN(arrivedAt.valueOf()) ? null : arrivedAt.toISOString(),
        });
      }
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
    return protocolIds.flatMap((protocolId) => described.get(protocolId) ?? []);
  }

  /**
   * One FETCH for all that is asked for. A message shorter than announced is asked for again after the others: some servers
   * announce estimates, and two answers of one length are taken as the message, while a truncated one is never kept.
   */
  async *fetch(messages: readonly ListedMessage[]): AsyncIterable<FetchedMessage> {
    const sizes = new Map(messages.map(({ protocolId, size }) => [protocolId, size]));
    const short = new Map<number, number>();
    try {
      for (const run of ascendingRuns(this.#uids([...sizes.keys()]))) {
        for await (const { uid, source } of this.#fetchRows(run, { source: true })) {
          // Despite its type, `false` where the server answers NIL: the message has vanished.
          if (!Buffer.isBuffer(source)) continue;
          const protocolId = this.#protocolId(uid);
          if (source.length < (sizes.get(protocolId) ?? 0)) short.set(uid, source.length);
          else yield { protocolId, raw: source };
        }
      }
      for (const [uid, length] of short) {
        for await (const { source } of this.#fetchRows([uid], { source: true })) {
          if (!Buffer.isBuffer(source)) continue;
          if (source.length !== length) throw new InconstantLength();
          yield { protocolId: this.#protocolId(uid), raw: source };
        }
      }
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
  }

  async *stream(message: ListedMessage): AsyncIterable<Uint8Array> {
    const [uid] = this.#uids([message.protocolId]);
    if (uid === undefined) return;
    const maxOctets = 2 * message.size + imapPieceOctets;
    try {
      for (let start = 0, last = false; !last; start += imapPieceOctets) {
        const row = await this.#client.fetchOne(
          String(uid),
          { source: { start, maxLength: imapPieceOctets } },
          { ...byUid },
        );
        const piece = row === false ? undefined : row.source;
        if (!Buffer.isBuffer(piece) && start === 0) return;
        if (!Buffer.isBuffer(piece) || piece.length > imapPieceOctets || start > maxOctets)
          throw new InconstantLength();
        if (piece.length > 0) yield piece;
        last = piece.length < imapPieceOctets;
      }
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
  }

  async remove(messages: readonly RemovalRequest[]): Promise<RemoveOutcome> {
    const ids = messages.map(({ protocolId }) => protocolId);
    try {
      const { left, reason } = await removeFromInbox(this.#client, this.#uids(ids), this.#folder);
      const leftIds = new Set(left.map((uid) => this.#protocolId(uid)));
      return {
        removed: ids.filter((id) => !leftIds.has(id)),
        left: [...leftIds].map((protocolId) => ({ protocolId, reason })),
      };
    } catch (error) {
      throw toMailError(error, this.#failure);
    }
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

  #protocolId(uid: number): string {
    return this.#prefix + String(uid);
  }

  /** The UIDs of this UIDVALIDITY; an id of another one addresses nothing any more (RFC 9051 §2.3.1.1). */
  #uids(protocolIds: readonly string[]): number[] {
    return protocolIds
      .filter((id) => id.startsWith(this.#prefix))
      .map((id) => Number(id.slice(this.#prefix.length)))
      .filter((uid) => Number.isInteger(uid) && uid > 0);
  }
}

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
