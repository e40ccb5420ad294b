import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import { maxOctetsAtOnce } from '../connection/connection.ts';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import { isSameMail } from '../connection/same-mail.ts';
import { isFarShorter, notTheMail, notTheMailError } from '../connection/not-the-mail.ts';
import { toMailError } from '../connection/mail-errors.ts';
import type { FailureContext } from '../connection/mail-errors.ts';
import { Pop3Client, Pop3Refusal } from './pop3-client.ts';
import { MailError } from '../connection/session.ts';
import type {
  FetchedMessage,
  ListedMessage,
  MailSession,
  OnNotGiven,
  RemovalRequest,
  RemoveOutcome,
} from '../connection/session.ts';

export interface Pop3Login {
  readonly user: string;
  readonly password: string;
}

/** Message numbers of this connection by UIDL: more than one where the server gives an id twice (RFC 1939 §7). */
type Inbox = ReadonlyMap<string, readonly number[]>;

/** Opens the inbox of a POP3 server. Throws MailError. */
export async function openPop3Session(
  endpoint: Endpoint,
  login: Pop3Login,
  mailbox: Pick<Mailbox, 'maxMessageBytes'>,
  options: ConnectionOptions = {},
): Promise<MailSession> {
  const session = new Pop3Session(endpoint, login, maxOctetsAtOnce(mailbox), options);
  await session.open();
  return session;
}

/**
 * Shows the inbox as it was at login (RFC 1939 §5). Removing takes effect with QUIT alone, so `remove` ends the connection,
 * and the next call opens another.
 *
 * A protocol id is the UIDL. Where the server gives one UIDL to several messages it is `<UIDL> <SHA-256 of the octets>`, so
 * that different messages have different ids and identical copies share one; a UIDL holds no space.
 */
class Pop3Session implements MailSession {
  readonly removal = 'at_the_end';
  readonly #endpoint: Endpoint;
  readonly #login: Pop3Login;
  readonly #maxOctets: number;
  readonly #options: ConnectionOptions;
  #client: Pop3Client | undefined;
  #inbox: Inbox | undefined;
  #sizes: ReadonlyMap<number, number> | undefined;
  /** Hex SHA-256 of what this connection gave, by number: a number means one message until QUIT (RFC 1939 §8). */
  #given = new Map<number, string>();

  constructor(endpoint: Endpoint, login: Pop3Login, maxOctets: number, options: ConnectionOptions) {
    this.#endpoint = endpoint;
    this.#login = login;
    this.#maxOctets = maxOctets;
    this.#options = options;
  }

  async open(): Promise<Pop3Client> {
    if (this.#client?.usable === true) return this.#client;
    const client = new Pop3Client(this.#endpoint, this.#login, this.#options);
    try {
      await client.open();
    } catch (error) {
      client.destroy();
      throw toMailError(error, { ...this.#failure(), phase: 'connecting' });
    }
    this.#inbox = undefined;
    this.#sizes = undefined;
    this.#given = new Map();
    this.#client = client;
    return client;
  }

  async list(): Promise<readonly string[]> {
    return await this.#guarded(async (client) => {
      const ids = new Set<string>();
      for (const [uidl, numbers] of await this.#readInbox(client)) {
        if (numbers.length === 1) ids.add(uidl);
        else for (const number of numbers) ids.add(`${uidl} ${(await this.#sha256(client, number)) ?? `#${number}`}`);
      }
      return [...ids];
    });
  }

  inventory(): Promise<readonly string[]> {
    return this.list();
  }

  async *listInPieces(): AsyncIterable<readonly string[]> {
    yield await this.list();
  }

  async describe(protocolIds: readonly string[]): Promise<readonly ListedMessage[]> {
    if (protocolIds.length === 0) return [];
    return await this.#guarded(async (client) => {
      this.#sizes ??= new Map(pairs(await client.LIST()).map(([number, size]) => [Number(number), Number(size)]));
      const described: ListedMessage[] = [];
      for (const protocolId of protocolIds) {
        const number = await this.#find(client, protocolId);
        const size = number === undefined ? undefined : this.#sizes.get(number);
        if (size !== undefined) described.push({ protocolId, size, arrivedAt: null });
      }
      return described;
    });
  }

  async *fetch(messages: readonly ListedMessage[], onNotGiven?: OnNotGiven): AsyncIterable<FetchedMessage> {
    for (const { protocolId, size } of messages) {
      const refused = (error: MailError): void => onNotGiven?.(protocolId, error);
      let raw = await this.#whole(protocolId, refused);
      // Twice, for what may have been cut short on the way.
      if (raw !== undefined && isFarShorter(raw.length, size)) raw = await this.#whole(protocolId, refused);
      if (raw === undefined) continue;
      const reason = notTheMail(raw, size);
      if (reason === null) yield { protocolId, raw };
      else refused(notTheMailError(reason));
    }
  }

  async #whole(protocolId: string, onRefused: (error: MailError) => void): Promise<Buffer | undefined> {
    const pieces: Uint8Array[] = [];
    let octets = 0;
    const message = await this.#retrieve(protocolId, onRefused);
    if (message === undefined) return undefined;
    for await (const piece of message) {
      octets += piece.length;
      if (octets > this.#maxOctets) throw tooLong(this.#endpoint);
      pieces.push(piece);
    }
    const raw = Buffer.concat(pieces, octets);
    const [number] = this.#inbox?.get(protocolId) ?? [];
    if (number !== undefined) this.#given.set(number, createHash('sha256').update(raw).digest('hex'));
    return raw;
  }

  async *stream(message: ListedMessage): AsyncIterable<Uint8Array> {
    yield* (await this.#retrieve(message.protocolId)) ?? [];
  }

  async remove(messages: readonly RemovalRequest[]): Promise<RemoveOutcome> {
    if (messages.length === 0) return { removed: [], left: [] };
    return await this.#guarded(async (client) => {
      const ids = messages.map(({ protocolId }) => protocolId);
      const refused = new Map<string, string>();
      const replaced = new Set<string>();
      let marked = 0;
      for (const message of messages) {
        const { same, others, unread } = await this.#copiesOf(client, message);
        if (unread > 0) refused.set(message.protocolId, notCompared);
        else if (same.length === 0 && others > 0) replaced.add(message.protocolId);
        for (const number of same) {
          try {
            await client.DELE(number);
            marked += 1;
          } catch (error) {
            if (!(error instanceof Pop3Refusal)) throw error;
            refused.set(message.protocolId, 'The server refused to delete it: check the rights of the account.');
          }
        }
      }
      if (marked > 0 && !(await this.#quit(client))) {
        for (const id of ids)
          if (!replaced.has(id))
            refused.set(id, 'The server did not confirm at QUIT that it deleted all; it is tried again.');
      }
      return {
        removed: ids.filter((id) => !refused.has(id) && !replaced.has(id)),
        left: [...refused].map(([protocolId, reason]) => ({ protocolId, reason })),
        ...(replaced.size === 0 ? {} : { replaced: [...replaced] }),
      };
    });
  }

  async close(): Promise<void> {
    const client = this.#client;
    if (client?.usable !== true) return;
    try {
      await this.#quit(client);
    } catch {
      // The connection is gone, and with it every mark that was not confirmed.
    } finally {
      client.destroy();
    }
  }

  async #guarded<T>(work: (client: Pop3Client) => Promise<T>): Promise<T> {
    const client = await this.open();
    try {
      return await work(client);
    } catch (error) {
      // Marks of a half-done removal must not take effect with a later QUIT.
      client.destroy();
      throw toMailError(error, this.#failure());
    }
  }

  async #readInbox(client: Pop3Client): Promise<Inbox> {
    if (this.#inbox !== undefined) return this.#inbox;
    const inbox = new Map<string, number[]>();
    try {
      for (const [number, uidl] of pairs(await client.UIDL())) {
        const numbers = inbox.get(uidl);
        if (numbers === undefined) inbox.set(uidl, [Number(number)]);
        else numbers.push(Number(number));
      }
    } catch (error) {
      if (!(error instanceof Pop3Refusal)) throw error;
      throw new MailError(
        'protocol',
        `The mail server ${this.#endpoint.host}:${this.#endpoint.port} does not tell messages apart (no UIDL).`,
        'Read this mailbox by IMAP, or have UIDL switched on at the server.',
      );
    }
    this.#inbox = inbox;
    return inbox;
  }

  async #find(client: Pop3Client, protocolId: string): Promise<number | undefined> {
    const [uidl = '', sha256] = protocolId.split(' ');
    const numbers = (await this.#readInbox(client)).get(uidl) ?? [];
    if (sha256 === undefined) return numbers[0];
    for (const number of numbers) if ((await this.#sha256(client, number)) === sha256) return number;
    return undefined;
  }

  async #retrieve(
    protocolId: string,
    onRefused?: (error: MailError) => void,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    return await this.#guarded(async (client) => {
      const number = await this.#find(client, protocolId);
      if (number === undefined) return undefined;
      const octets = await retrieve(client, number);
      if (!(octets instanceof Pop3Refusal)) return this.#mapped(octets);
      onRefused?.(toMailError(octets, this.#failure()));
      return undefined;
    });
  }

  async *#mapped(octets: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    try {
      yield* octets;
    } catch (error) {
      throw toMailError(error, this.#failure());
    }
  }

  /** The numbers to delete: only those whose octets are the ones that were stored, for a UIDL may be given again (RFC 1939 §7). */
  async #copiesOf(
    client: Pop3Client,
    { protocolId, rawSha256, original }: RemovalRequest,
  ): Promise<{ readonly same: readonly number[]; readonly others: number; readonly unread: number }> {
    const [uidl = ''] = protocolId.split(' ');
    const same: number[] = [];
    let others = 0;
    let unread = 0;
    for (const number of (await this.#readInbox(client)).get(uidl) ?? []) {
      const found = await this.#sha256(client, number);
      if (found === rawSha256) same.push(number);
      else if (found === undefined) unread += 1;
      else if (await this.#isOriginal(client, number, original)) same.push(number);
      else others += 1;
    }
    return { same, others: protocolId === uidl ? others : 0, unread: same.length > 0 ? 0 : unread };
  }

  async #isOriginal(client: Pop3Client, number: number, original: RemovalRequest['original']): Promise<boolean> {
    const stored = await original?.();
    if (stored == null) return false;
    const pieces: Uint8Array[] = [];
    let octets = 0;
    const retrieved = await retrieve(client, number);
    if (retrieved instanceof Pop3Refusal) return false;
    for await (const piece of retrieved) {
      octets += piece.length;
      if (octets <= this.#maxOctets) pieces.push(piece);
    }
    return octets <= this.#maxOctets && isSameMail(stored, Buffer.concat(pieces));
  }

  /** Undefined when the server does not give the octets. */
  async #sha256(client: Pop3Client, number: number): Promise<string | undefined> {
    const given = this.#given.get(number);
    if (given !== undefined) return given;
    const hash = createHash('sha256');
    const octets = await retrieve(client, number);
    if (octets instanceof Pop3Refusal) return undefined;
    for await (const piece of octets) hash.update(piece);
    const sha256 = hash.digest('hex');
    this.#given.set(number, sha256);
    return sha256;
  }

  /** False when the server could not delete all that was marked: it does not say which (RFC 1939 §6). */
  async #quit(client: Pop3Client): Promise<boolean> {
    try {
      // Not the library's QUIT, which answers "Bye" of its own when the connection is gone.
      await client.command('QUIT');
      return true;
    } catch (error) {
      if (error instanceof Pop3Refusal) return false;
      throw error;
    } finally {
      client.destroy();
    }
  }

  #failure(): FailureContext {
    const { signal } = this.#options;
    return { endpoint: this.#endpoint, phase: 'reading', secrets: [this.#login.password], signal };
  }
}

/** The octets of a message as they are in the maildrop; or the refusal, for one that vanished meanwhile or is not given. */
async function retrieve(client: Pop3Client, number: number): Promise<AsyncIterable<Buffer> | Pop3Refusal> {
  try {
    const [, octets] = await client.command('RETR', number);
    return whole(client, octets);
  } catch (error) {
    if (error instanceof Pop3Refusal) return error;
    throw error;
  }
}

/** What a reader leaves of a message would stand between it and every later answer: then the connection goes. */
async function* whole(client: Pop3Client, octets: Readable): AsyncGenerator<Buffer> {
  let ended = false;
  try {
    for await (const piece of octets) if (Buffer.isBuffer(piece)) yield piece;
    ended = true;
  } finally {
    if (!ended) client.destroy();
  }
}

/** Lines of `number value`, as LIST and UIDL give them; a line without a value is of a message that cannot be named. */
function pairs(lines: readonly (string | readonly string[])[]): [string, string][] {
  return lines.flatMap((line): [string, string][] => {
    const text = typeof line === 'string' ? line : line.join(' ');
    const [digits = '', value] = text.trim().split(/\s+/u, 2);
    const number = /^0*([1-9]\d*)$/u.exec(digits)?.[1];
    if (number === undefined) throw new NotAListing(text);
    return value === undefined ? [] : [[number, value]];
  });
}

class NotAListing extends Error {
  readonly response: string;

  constructor(line: string) {
    super('not a listing');
    this.response = line;
  }
}

const notCompared = 'It could not be compared with what is stored: the server does not give it. It is left alone.';

const tooLong = (endpoint: Endpoint): MailError =>
  new MailError(
    'protocol',
    `The mail server ${endpoint.host}:${endpoint.port} sent far more octets than it announced.`,
    'Look at the largest message of the inbox with a mail program.',
  );
