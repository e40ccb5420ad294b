import type { Socket } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import Pop3Command from 'node-pop3';
import { defaultTimeoutMs } from '../connection/connection.ts';
import type { ConnectionOptions, Endpoint } from '../connection/connection.ts';
import { codeOf, startTlsNotOffered } from '../connection/mail-errors.ts';
import { Pop3ReplyReader } from './pop3-replies.ts';
import { SocketTimeout, connectTcp, startTls } from '../connection/socket.ts';

/** `-ERR`: what the server said behind it, with its response code (RFC 2449 §8) if it gave one. */
export class Pop3Refusal extends Error {
  readonly responseStatus = 'NO';
  readonly response: string;
  /** Set where it came in answer to the login. */
  authenticationFailed = false;
  /** Set where it came in place of a greeting. */
  code: 'ECONNRESET' | undefined;

  constructor(response: string) {
    super('-ERR');
    this.response = response;
  }
}

/** An answer that is none, or one that nobody asked for. */
class Pop3Garbage extends Error {
  readonly response: string;

  constructor(response: string) {
    super('no POP3 reply');
    this.response = response;
  }
}

class Pop3ConnectionLost extends Error {
  readonly code = 'ECONNRESET';
}

/** Commands whose `+OK` is followed by a multi-line part: these always, the others when they name no message. */
const multiLine = new Set(['RETR', 'TOP', 'CAPA']);
const multiLineWithoutArgument = new Set(['LIST', 'UIDL']);

/**
 * node-pop3's commands over a connection of our own. The library's `connect` takes each TCP segment for a reply: a terminator
 * or status line split in two hangs or breaks it, dot-stuffing stays in, octets that are no UTF-8 are lost in its strings, a
 * lost connection never ends a command, and it has no STLS. So the socket, TLS and the reading of replies are ours, and feed
 * the events `response`, `error` and `end` that its `command` waits for.
 */
export class Pop3Client extends Pop3Command {
  readonly #endpoint: Endpoint;
  readonly #options: ConnectionOptions;
  readonly #reader: Pop3ReplyReader;
  #lost: Error | undefined;
  #cut: (() => void) | undefined;

  constructor(
    endpoint: Endpoint,
    login: { readonly user: string; readonly password: string },
    options: ConnectionOptions,
  ) {
    super({ host: endpoint.host, port: endpoint.port, ...login });
    this.#endpoint = endpoint;
    this.#options = options;
    this.#reader = new Pop3ReplyReader({
      status: (line) => this.#onStatus(line),
      body: (octets) => {
        if (this._stream?.push(octets) === false) this._socket?.pause();
      },
      end: () => this._endStream(),
      overlong: () => this.destroy(new Pop3Garbage('a line without an end')),
    });
    // Without a listener an error between two commands ends the process; the next command tells it.
    this.on('error', () => undefined);
  }

  /** Connects, secures the connection as the endpoint says, and logs in. Credentials go out after that only. */
  async open(): Promise<void> {
    const endpoint = this.#endpoint;
    let socket: Socket = await connectTcp(endpoint, this.#options);
    if (endpoint.security === 'tls') socket = await startTls(socket, endpoint, this.#options);
    await this.#greeting(socket);
    if (endpoint.security === 'starttls') this.#attach(await this.#upgrade(socket));
    try {
      await this.command('USER', this.user);
      await this.command('PASS', this.password);
    } catch (error) {
      if (error instanceof Pop3Refusal) error.authenticationFailed = true;
      throw error;
    }
  }

  override async command(...words: (string | number)[]): Promise<[string, Readable]> {
    if (this.#lost !== undefined) throw this.#lost;
    if (words.some((word) => /[\r\n\0]/.test(String(word)))) throw new Error('line break in a command');
    return await super.command(...words);
  }

  /** Called by the library before its own commands, to connect and log in: `open` did. */
  override _connect(): Promise<string> {
    return this.#lost === undefined ? Promise.resolve('') : Promise.reject(this.#lost);
  }

  get usable(): boolean {
    return this._socket !== null;
  }

  /** Ends the connection at once; marks set by DELE are void without QUIT (RFC 1939 §6). */
  destroy(error: Error = new Pop3ConnectionLost('closed')): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#cut?.();
    this._socket?.destroy();
    this._socket = null;
    this._stream?.destroy(error);
    this._stream = null;
    this.emit('error', error);
  }

  async #greeting(socket: Socket): Promise<void> {
    const greeted = once(this, 'response');
    this.#attach(socket);
    try {
      await greeted;
    } catch (error) {
      if (error instanceof Pop3Refusal) error.code = 'ECONNRESET';
      throw error;
    }
  }

  /** STLS, RFC 2595 §4. */
  async #upgrade(socket: Socket): Promise<Socket> {
    try {
      await this.command('STLS');
    } catch (error) {
      if (error instanceof Pop3Refusal) throw startTlsNotOffered(this.#endpoint);
      throw error;
    }
    this.#detach(socket);
    if (this.#reader.unfinished) throw Object.assign(new Error(), { tlsFailed: true, code: 'STARTTLS_INJECTION' });
    return await startTls(socket, this.#endpoint, this.#options);
  }

  #attach(socket: Socket): void {
    const { signal, timeoutMs = defaultTimeoutMs } = this.#options;
    this._socket = socket;
    socket.removeAllListeners('timeout');
    socket.on('data', (octets: Buffer) => this.#reader.push(octets));
    socket.on('error', (error) => this.destroy(codeOf(error) === '' ? new Pop3ConnectionLost(error.message) : error));
    socket.on('close', () => this.destroy());
    socket.setTimeout(timeoutMs, () => this.destroy(new SocketTimeout('timeout')));
    const abort = (): void => this.destroy();
    this.#cut = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
  }

  #detach(socket: Socket): void {
    this.#cut?.();
    for (const event of ['data', 'error', 'close', 'timeout']) socket.removeAllListeners(event);
  }

  #onStatus(line: string): boolean {
    const awaited = this.listenerCount('response') > 0;
    if (!awaited || !/^(\+OK|-ERR)( |$)/.test(line)) {
      this.destroy(new Pop3Garbage(line));
      return false;
    }
    if (line.startsWith('-')) {
      this.emit('error', new Pop3Refusal(line.slice(5)));
      // The library leaves the listener of a refused command behind.
      this.removeAllListeners('response');
      return false;
    }
    const [name = '', argument = ''] = this._command.split(' ');
    const hasBody = multiLine.has(name) || (multiLineWithoutArgument.has(name) && argument === '');
    this._stream = hasBody ? new Readable({ read: () => this._socket?.resume() }) : null;
    // Who reads it later is told all the same; until then nobody listens, which would end the process.
    this._stream?.on('error', () => undefined);
    this.emit('response', line.slice(4), this._stream);
    return hasBody;
  }
}
