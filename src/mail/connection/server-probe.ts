import type { LookupAddress } from 'node:dns';
import { certificateError, describeCertificate } from './certificate-errors.ts';
import type { ConnectionOptions, Endpoint } from './connection.ts';
import { LineChannel } from './line-channel.ts';
import { place, startTlsNotOffered, toMailError } from './mail-errors.ts';
import { probeDialogs } from './probe-dialogs.ts';
import { addressesOf } from './mail-hosts.ts';
import { MailError } from './session.ts';
import { connectTcp, startTls } from './socket.ts';

/**
 * Talks to a mail server step by step up to the login, which it leaves to a session: no credentials ever pass here, so that
 * TLS may be looked at before it is judged. Each step tells what it found; every one throws only MailError.
 */
export class ServerProbe {
  readonly #endpoint: Endpoint;
  readonly #options: ConnectionOptions;
  #channel: LineChannel | undefined;
  /** Of `lookUp`: what was shown is what is connected to. */
  #found: readonly LookupAddress[] | undefined;

  constructor(endpoint: Endpoint, options: ConnectionOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
  }

  async lookUp(): Promise<string> {
    return await this.#guarded(async () => {
      this.#found = await addressesOf(this.#endpoint, this.#options.hosts);
      return `${this.#endpoint.host} is ${this.#found.map(({ address }) => address).join(', ')}`;
    });
  }

  async connect(): Promise<string> {
    return await this.#guarded(async () => {
      const socket = await connectTcp(this.#endpoint, this.#options, this.#found);
      this.#channel = new LineChannel(socket);
      return `connected to ${socket.remoteAddress ?? '?'} port ${this.#endpoint.port}`;
    });
  }

  /** Starts TLS, at once or by the protocol's StartTLS, and judges the certificate. */
  async secure(): Promise<string> {
    return await this.#guarded(async () => {
      const channel = this.#open();
      if (this.#endpoint.security === 'starttls' && !(await probeDialogs[this.#endpoint.protocol].startTls(channel))) {
        throw startTlsNotOffered(this.#endpoint);
      }
      if (!channel.release().clean) {
        throw Object.assign(new Error(), { tlsFailed: true, code: 'STARTTLS_INJECTION' });
      }
      const socket = await startTls(channel.socket, this.#endpoint, { ...this.#options, unverified: true });
      this.#channel = new LineChannel(socket);
      const certificate = socket.getPeerCertificate();
      if (!socket.authorized) {
        // Node's typings promise an Error; at run time it is the code itself, or an Error for a name that does not fit.
        const reason: unknown = socket.authorizationError;
        throw (
          certificateError(reason, place({ endpoint: this.#endpoint }), certificate) ??
          new MailError(
            'tls',
            `The certificate of ${place({ endpoint: this.#endpoint })} (${describeCertificate(certificate)}) is not trusted: ${String(reason)}.`,
            'Have a valid certificate installed at the server.',
          )
        );
      }
      const { name } = socket.getCipher();
      return `${socket.getProtocol() ?? 'TLS'}, ${name}; certificate of ${describeCertificate(certificate)}`;
    });
  }

  async greeting(): Promise<string> {
    return await this.#guarded(async () => {
      const { welcome, text } = probeDialogs[this.#endpoint.protocol].greeting(await this.#open().readLine());
      if (!welcome) throw Object.assign(new Error(), { code: 'ECONNRESET', response: text });
      return text;
    });
  }

  async capabilities(): Promise<string> {
    return await this.#guarded(() => probeDialogs[this.#endpoint.protocol].capabilities(this.#open()));
  }

  /** Throws a MailError that names the certificate when it is not to be trusted; otherwise returns, whatever it meets. */
  async nameCertificate(): Promise<void> {
    try {
      await this.connect();
      if (this.#endpoint.security === 'starttls') await this.greeting();
      await this.secure();
    } catch (error) {
      if (error instanceof MailError && error.kind === 'tls') throw error;
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#channel?.socket.destroy();
  }

  #open(): LineChannel {
    if (this.#channel === undefined) throw new Error('not connected');
    return this.#channel;
  }

  async #guarded(step: () => Promise<string>): Promise<string> {
    try {
      return await step();
    } catch (error) {
      throw toMailError(error, {
        endpoint: this.#endpoint,
        phase: 'connecting',
        secrets: [],
        signal: this.#options.signal,
      });
    }
  }
}
