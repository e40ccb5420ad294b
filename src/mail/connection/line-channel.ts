import type { Socket } from 'node:net';

/** Longest line, and most octets of a reply that is waited for. */
const maxOctets = 65_536;

/** Lines of a text protocol, one at a time, on a socket whose time-out is set. */
export class LineChannel {
  readonly socket: Socket;
  #received = '';
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', this.#onData);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  /** Throws what ended the connection. */
  async readLine(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end >= 0) {
        const line = this.#received.slice(0, end).replace(/\r$/, '');
        this.#received = this.#received.slice(end + 1);
        return line;
      }
      if (this.#received.length > maxOctets) throw new Error('a line without an end');
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  write(line: string): void {
    this.socket.write(`${line}\r\n`);
  }

  /** Gives the socket back, to start TLS on it; tells whether something was received that nobody asked for. */
  release(): { readonly clean: boolean } {
    this.socket.off('data', this.#onData).off('error', this.#onError).off('close', this.#onClose);
    return { clean: this.#received === '' };
  }

  readonly #onData = (octets: Buffer): void => {
    this.#received += octets.toString('latin1');
    if (this.#received.length > maxOctets) this.socket.pause();
    this.#wake?.();
  };

  readonly #onError = (error: Error): void => {
    this.#failure ??= error;
    this.#wake?.();
  };

  readonly #onClose = (): void => this.#onError(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
}
