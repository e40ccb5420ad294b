import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { describeCertificate } from './certificate-errors.ts';
import type { ConnectionOptions } from './connection.ts';
import { fetchError } from './fetch-error.ts';
import type { Target } from './mail-hosts.ts';
import { MailError } from './session.ts';
import { connectTcp, startTls } from './socket.ts';

/** Reaches a service step by step up to the first request, trusting whom `fetch` trusts. Each step tells what it found, and throws only MailError. */
export class HttpsProbe {
  readonly #url: string;
  readonly #endpoint: Target;
  readonly #options: ConnectionOptions;
  #socket: Socket | undefined;

  constructor(url: string, { timeoutMs, signal }: ConnectionOptions) {
    const { hostname, port } = new URL(url);
    this.#url = url;
    this.#endpoint = { host: hostname, port: port === '' ? 443 : Number(port), namedBy: 'operator' };
    this.#options = {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  lookUp(): Promise<string> {
    return this.#guarded(async () => {
      const found = await lookup(this.#endpoint.host, { all: true });
      return `${this.#endpoint.host} is ${found.map(({ address }) => address).join(', ')}`;
    });
  }

  connect(): Promise<string> {
    return this.#guarded(async () => {
      this.#socket = await connectTcp(this.#endpoint, this.#options);
      return `connected to ${this.#socket.remoteAddress ?? '?'} port ${this.#endpoint.port}`;
    });
  }

  secure(): Promise<string> {
    return this.#guarded(async () => {
      if (this.#socket === undefined) throw new Error('not connected');
      const socket = await startTls(this.#socket, this.#endpoint, { ...this.#options, unverified: true });
      this.#socket = socket;
      const certificate = describeCertificate(socket.getPeerCertificate());
      if (!socket.authorized) {
        // Node's typings promise an Error; at run time it is the code itself, or an Error for a name that does not fit.
        const reason: unknown = socket.authorizationError;
        const error = typeof reason === 'string' ? Object.assign(new Error(), { code: reason }) : reason;
        const { message, remedy, code } = fetchError(error, this.#url);
        const details = code === undefined ? {} : { code };
        throw new MailError('tls', `${message} It is the one of ${certificate}.`, remedy, details);
      }
      return `${socket.getProtocol() ?? 'TLS'}, ${socket.getCipher().name}; certificate of ${certificate}`;
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  async #guarded(step: () => Promise<string>): Promise<string> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof MailError) throw error;
      throw fetchError(error, this.#url);
    }
  }
}
