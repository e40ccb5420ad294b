import { isAscii } from 'node:buffer';
import { createTransport, type Transporter } from 'nodemailer';
import { certificateError } from '../connection/certificate-errors.ts';
import { codeOf, property } from '../connection/mail-errors.ts';
import { trusting } from '../connection/socket.ts';

export interface Envelope {
  /** Where bounces go; null for none (RFC 5321 §4.5.5). */
  readonly from: string | null;
  /** Takes the place of null at a server that refuses an empty one, as Amazon SES does. */
  readonly fromOtherwise?: string;
  /** One: a refused recipient must neither hold up nor repeat the mail of another. */
  readonly to: string;
  /** The mail's own: a server that can is asked to report failures and delays under it (DSN, RFC 3461). */
  readonly messageId?: string;
  /** It was given to the server before, and the answer is not known: a server that can tell is asked first. */
  readonly isRepeated?: boolean;
}

export interface Taken {
  /** The msg-id that the server gave the message in place of its own; null where it told none. */
  readonly serverMessageId: string | null;
}

export interface Sender {
  /**
   * Hands a composed message to the server. Throws only SendError. After one that `isUnknown` the server may have taken it all the
   * same: send it again with the same Message-ID.
   */
  send(raw: Uint8Array, envelope: Envelope): Promise<Taken>;
  /** Signs in and sends nothing. Throws only SendError. */
  verify(): Promise<void>;
  /** Ends the connections; never throws. */
  close(): void;
}

/** `sender_refused`: the server takes nothing from us, whoever is the recipient. */
export type SendErrorKind = 'refused' | 'deferred' | 'unreachable' | 'tls' | 'credentials_refused' | 'sender_refused';

const oursAlways: ReadonlySet<SendErrorKind> = new Set<SendErrorKind>(['tls', 'credentials_refused', 'sender_refused']);

/** Error of sending, in our own words: never the driver's text with its commands and secrets. */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly kind: SendErrorKind;
  /** What the administrator can do about it. */
  readonly remedy: string;

  /** Every mail would meet it: our login, our sender, the encryption or a quota, not this message or its recipient. */
  readonly isOurs: boolean;

  /** The server may have taken the message: its answer is not known. */
  readonly isUnknown: boolean;

  constructor(
    kind: SendErrorKind,
    message: string,
    remedy: string,
    {
      isOurs = oursAlways.has(kind),
      isUnknown = false,
    }: { readonly isOurs?: boolean; readonly isUnknown?: boolean } = {},
  ) {
    super(message);
    this.kind = kind;
    this.remedy = remedy;
    this.isOurs = isOurs;
    this.isUnknown = isUnknown;
  }

  /** The server will never take this message for this recipient: not to be tried again. */
  get permanent(): boolean {
    return this.kind === 'refused';
  }
}

/**
 * `smtp:` is upgraded by STARTTLS, `smtps:` encrypts from the start. A password goes over an encrypted connection only, except to
 * this very machine; `?requireTLS=false` in the URL allows it everywhere. No connection is made before the first message.
 * `ca`: PEM of authorities trusted besides the usual ones.
 */
export const createSender = (smtpUrl: string, { ca }: { readonly ca?: string | undefined } = {}): Sender => {
  const url = new URL(smtpUrl);
  const route: SmtpRoute = {
    place: url.host,
    remedies: {
      login: 'Correct the user and password in SMTP_URL.',
      sender:
        'Check the login in SMTP_URL, that it may send as the sender, and its quota. The mails are kept and tried again by themselves.',
      reach: 'Check SMTP_URL and that the server runs. It is tried again by itself.',
    },
  };
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 2,
    requireTLS: url.protocol === 'smtp:' && url.username !== '' && !isLoopback(url.hostname),
    ...smtpBounds,
    tls: trusting(ca),
  });
  let takesEmptySender = true;
  return {
    async send(raw, envelope) {
      const { from, fromOtherwise } = envelope;
      if (from !== null || fromOtherwise === undefined) return handOver(transport, route, raw, envelope);
      const otherwise = { ...envelope, from: fromOtherwise };
      if (!takesEmptySender) return handOver(transport, route, raw, otherwise);
      try {
        return await handOver(transport, route, raw, envelope);
      } catch (error) {
        if (!(error instanceof SendError && error.kind === 'sender_refused')) throw error;
        const taken = await handOver(transport, route, raw, otherwise);
        takesEmptySender = false;
        return taken;
      }
    },
    verify: () => signIn(transport, route),
    close: () => transport.close(),
  };
};

/** ms; and no mail may have us read a file or fetch an address. */
export const smtpBounds = {
  dnsTimeout: 10_000,
  connectionTimeout: 20_000,
  greetingTimeout: 20_000,
  socketTimeout: 60_000,
  disableFileAccess: true,
  disableUrlAccess: true,
} as const;

/** An SMTP server as its errors are told. */
export interface SmtpRoute {
  /** `host:port`. */
  readonly place: string;
  readonly remedies: {
    /** For a refused login. */
    readonly login: string;
    /** For a server that takes no mail from us. */
    readonly sender: string;
    /** For one that cannot be reached. */
    readonly reach: string;
  };
}

/** Throws SendError. */
export const signIn = async (transport: Pick<Transporter, 'verify'>, route: SmtpRoute): Promise<void> => {
  try {
    await transport.verify();
  } catch (error) {
    throw toSendError(error, route, '');
  }
};

/** Throws SendError. */
export const handOver = async (
  transport: Transporter<{ readonly serverMessageId?: string | undefined }>,
  route: SmtpRoute,
  raw: Uint8Array,
  { from, to, messageId }: Envelope,
): Promise<Taken> => {
  const content = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  try {
    const { serverMessageId } = await transport.sendMail({
      raw: content,
      envelope: { from: from ?? '', to, use8BitMime: !isAscii(content) },
      ...(from === null || messageId === undefined ? {} : { dsn: reports(messageId, to) }),
    });
    return { serverMessageId: serverMessageId ?? null };
  } catch (error) {
    throw toSendError(error, route, to);
  }
};

/** The envelope id is the msg-id's left part: at most 100 characters, and reports give it back (RFC 3461 §4.4, RFC 3464 §2.2.1). */
const reports = (messageId: string, to: string) => ({
  id: envelopeIdOf(messageId),
  return: 'headers' as const,
  notify: ['failure' as const, 'delay' as const],
  ...(isAscii(Buffer.from(to)) ? { recipient: `rfc822;${to}` } : {}),
});

const envelopeIdOf = (messageId: string): string => messageId.replace(/^</u, '').split('@', 1).join('').slice(0, 100);

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

const toSendError = (error: unknown, route: SmtpRoute, to: string): SendError => {
  const { place, remedies } = route;
  const certificate = certificateError(property(error, 'originalCode') ?? error, place);
  if (certificate !== undefined) return new SendError('tls', certificate.message, certificate.remedy);
  const code = codeOf(error);
  const answer = answerCode(error);
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
      if (isTemporary(error))
        return new SendError(
          'deferred',
          `The mail server ${place} takes no login for the moment${answer}.`,
          'It is tried again by itself.',
          { isOurs: true },
        );
      return new SendError(
        'credentials_refused',
        `The mail server ${place} refused the login${answer}.`,
        remedies.login,
      );
    case 'ETLS':
      return new SendError(
        'tls',
        `The connection to the mail server ${place} could not be encrypted; nothing was sent in clear text.`,
        'Use smtps:// with its own port (465), or check STARTTLS and the certificate at the server.',
      );
    case 'EENVELOPE':
    case 'EMESSAGE':
      return refusal(error, route, to, answer);
    default:
      return new SendError(
        'unreachable',
        `The mail server ${place} could not be reached, or fell silent (${code || 'no code'}).`,
        remedies.reach,
        wasConnected(error) ? { isUnknown: true } : { isOurs: true },
      );
  }
};

/** Whether the server may have heard of the message: it was found, it answered, and the connection was lost or fell silent afterwards. */
const wasConnected = (error: unknown): boolean => {
  if (property(error, 'code') === 'EDNS') return false;
  const timeout = property(error, 'timeoutType');
  if (timeout !== undefined) return timeout === 'SOCKET_TIMEOUT';
  return !neverConnected.has(property(error, 'originalCode'));
};

const neverConnected: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

const isTemporary = (error: unknown): boolean => {
  const code = property(error, 'responseCode');
  return typeof code === 'number' && code < 500;
};

/** RFC 5321 §4.2.1: 4yz may pass later, 5yz will not. Without an answer the envelope itself was wrong. */
const refusal = (error: unknown, { place, remedies }: SmtpRoute, to: string, answer: string): SendError => {
  const ours = isAboutUs(error);
  if (isTemporary(error))
    return new SendError(
      'deferred',
      `The mail server ${place} does not take the mail for the moment${answer}.`,
      'It is tried again by itself.',
      { isOurs: ours },
    );
  if (ours)
    return new SendError(
      'sender_refused',
      `The mail server ${place} takes no mail from this agent${answer}.`,
      remedies.sender,
    );
  if (!isAscii(Buffer.from(to.slice(0, to.lastIndexOf('@')))))
    return new SendError(
      'refused',
      `The mail server ${place} does not take an address with letters beyond ASCII in front of its @${answer}.`,
      'Enter another address of the recipient, or send by a server that offers SMTPUTF8 (RFC 6531).',
    );
  return new SendError(
    'refused',
    `The mail server ${place} refused the mail${answer}.`,
    'Check the address of the recipient, and that the server relays mail for the sender.',
  );
};

/** Codes that ask for another login or sender (RFC 4954 §6), and what Exchange says of them in any phase; 5.4.5 is a daily quota. */
const oursByCode: ReadonlySet<unknown> = new Set([421, 432, 530, 534, 535, 538]);
const oursByStatus = /^5(?:\d\d)[ -](?:5\.7\.(?:30|57|60|8|9|139)|5\.2\.25\d|5\.4\.5)\b/;

/** The size is announced with the sender and is the message's own: 552 and 5.3.4 (RFC 1870 §6.1, RFC 3463 §3.4). */
const isAboutUs = (error: unknown): boolean => {
  const response = property(error, 'response');
  const text = typeof response === 'string' ? response : '';
  if (oursByCode.has(property(error, 'responseCode')) || oursByStatus.test(text)) return true;
  return property(error, 'command') === 'MAIL FROM' && text !== '' && !/^552|^\d{3}[ -]\d\.3\.4\b/.test(text);
};

/** The server's codes without its words, which may repeat addresses: ` (550 5.1.1)`. */
const answerCode = (error: unknown): string => {
  const response = property(error, 'response');
  const [codes] = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3}\b)?/.exec(typeof response === 'string' ? response : '') ?? [];
  return codes === undefined ? '' : ` (${codes.replace('-', ' ')})`;
};
