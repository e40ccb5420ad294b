import type { Endpoint } from './connection.ts';
import { MailError } from './session.ts';
import { certificateError } from './certificate-errors.ts';
import { repeatsSecret } from './secret-echo.ts';

export interface FailureContext {
  readonly endpoint: Endpoint;
  /** `connecting` until the inbox is open. */
  readonly phase: 'connecting' | 'reading';
  /** A server's words are not shown when they repeat one of these. */
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** What a library, Node or a server said, as a MailError: our words and a remedy, without commands, secrets or a cause. */
export function toMailError(error: unknown, context: FailureContext): MailError {
  if (context.signal?.aborted === true)
    return new MailError('interrupted', 'The reading was stopped.', 'Nothing to do.');
  if (error instanceof MailError) return error;
  return (
    throttled(error, context) ??
    refusedLogin(error, context) ??
    brokenTls(error, context) ??
    brokenNetwork(error, context) ??
    refusedCommand(error, context) ??
    new MailError(
      'protocol',
      `${where(context)} gave an answer that the agent cannot use${quoted(error, context)}.`,
      `Check that ${place(context)} is ${article(context)} server and not something else; "Test connection" shows what it says.`,
    )
  );
}

export const place = ({ endpoint }: Pick<FailureContext, 'endpoint'>): string => `${endpoint.host}:${endpoint.port}`;

const where = (context: FailureContext): string => `The mail server ${place(context)}`;
const article = ({ endpoint }: FailureContext): string => (endpoint.protocol === 'IMAP' ? 'an IMAP' : 'a POP3');

function throttled(error: unknown, context: FailureContext): MailError | undefined {
  if (codeOf(error) !== 'ETHROTTLE') return undefined;
  const retryAfterMs = property(error, 'throttleReset');
  return new MailError(
    'throttled',
    `${where(context)} asks to slow down${quoted(error, context)}.`,
    'It is tried again by itself. If it stays so: read this mailbox less often.',
    typeof retryAfterMs === 'number' ? { retryAfterMs } : {},
  );
}

/** A server that speaks the protocol and says no, to what it may well allow the next time. */
function refusedCommand(error: unknown, context: FailureContext): MailError | undefined {
  if (property(error, 'responseStatus') !== 'NO') return undefined;
  return new MailError(
    'unreachable',
    `${where(context)} refused${quoted(error, context)}.`,
    'It is tried again by itself. If it stays so: ask who runs the server.',
  );
}

/** RFC 5530 and RFC 3206: the server cannot say yes now, which says nothing about the password. */
const notNowCodes = ['UNAVAILABLE', 'INUSE', 'LIMIT', 'IN-USE', 'SYS/TEMP', 'LOGIN-DELAY', 'SERVERBUG', 'OVERQUOTA'];
/** The same without a code, as servers are reported to say it. */
const notNowWords =
  /(already|mail ?drop|mailbox)( is)? locked|\bin use\b|lock busy|(can ?not|could not|unable to|can't|failed to) (lock|\w+( \w+)? lock)\b|another (\w+ )?(session|mua|client|process)|too many|try (again )?later|temporar|(server|service) (is )?unavailable|(system|internal|server)( server)? error|maintenance|overloaded|\bbusy\b/i;
/** The server says that it is the password. */
const wrongPasswordCode = /(^|\[)(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|AUTH)\b/;
/** Of what a server says, in UTF-16 units, so much is looked at. */
const longestWords = 500;
const clearTextRefused =
  /PRIVACYREQUIRED|login is disabled|(plain ?text|clear ?text).*(disabled|disallowed|not allowed|refused)|(requires?|must|need).*(ssl|tls|encrypt|secure)/i;

function refusedLogin(error: unknown, context: FailureContext): MailError | undefined {
  if (property(error, 'authenticationFailed') !== true) return undefined;
  const text = [property(error, 'serverResponseCode'), property(error, 'response'), property(error, 'message')]
    .filter((part) => typeof part === 'string')
    .join(' ')
    .slice(0, longestWords);
  if (context.endpoint.security === 'plain' && clearTextRefused.test(text)) {
    return new MailError(
      'tls',
      `${where(context)} takes no login without encryption.`,
      'Switch on StartTLS or SSL/TLS for the mailbox (with SSL/TLS usually another port).',
    );
  }
  const upper = text.toUpperCase();
  const has = (code: string): boolean => new RegExp(`(^|\\[)${code}\\b`).test(upper);
  if (has('EXPIRED')) {
    return new MailError(
      'credentials_refused',
      `${where(context)} says that the password has expired${quoted(error, context)}.`,
      'Set a new password for the account (best: one that never expires) and enter it as Password of the mailbox.',
    );
  }
  if (has('CONTACTADMIN')) {
    return new MailError(
      'credentials_refused',
      `${where(context)} does not let the account in until somebody who runs it has looked${quoted(error, context)}.`,
      'Ask who runs the server. The password is not what it complains of.',
    );
  }
  const notNow =
    notNowCodes.find(has) ?? (!wrongPasswordCode.test(upper) && notNowWords.test(text) ? 'not now' : undefined);
  if (notNow !== undefined) {
    return new MailError(
      'unreachable',
      `${where(context)} does not let the account in for the moment (${notNow})${quoted(error, context)}.`,
      'It is tried again by itself. If it stays so: close other programs that read this mailbox, or ask who runs the server.',
    );
  }
  return new MailError(
    'credentials_refused',
    `${where(context)} refused the login or password${quoted(error, context)}.`,
    'Enter the Login and Password of the mailbox anew; check at the server that the account is not locked and may use ' +
      `${context.endpoint.protocol}.`,
  );
}

function brokenTls(error: unknown, context: FailureContext): MailError | undefined {
  const certificate = certificateError(error, place(context));
  if (certificate !== undefined) return certificate;
  const code = codeOf(error);
  if (property(error, 'tlsFailed') === true && code === 'STARTTLS_INJECTION') {
    return new MailError(
      'tls',
      `${where(context)}, or something on the way to it, sent data between StartTLS and encryption.`,
      'Nothing was sent to it. Use SSL/TLS instead of StartTLS, and have the network between looked at.',
    );
  }
  if (tooOld.test(code)) {
    return new MailError(
      'tls',
      `${where(context)} offers only TLS older than 1.2 (${code}).`,
      'Have TLS 1.2 or later switched on at the server.',
    );
  }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return new MailError(
      'tls',
      `${where(context)} does not speak TLS as asked (${code}).`,
      context.endpoint.security === 'tls'
        ? 'Check the port: SSL/TLS has its own (IMAP 993, POP3 995). On 143 or 110 use StartTLS instead.'
        : 'The server needs TLS 1.2 or later with a current cipher.',
    );
  }
  if (property(error, 'tlsFailed') === true) return startTlsNotOffered(context.endpoint);
  return undefined;
}

const tooOld = /^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED)$/;

export const startTlsNotOffered = (endpoint: Endpoint): MailError =>
  new MailError(
    'tls',
    `The mail server ${endpoint.host}:${endpoint.port} does not offer StartTLS; nothing was sent in clear text.`,
    'Use SSL/TLS with its own port, or have StartTLS switched on at the server. If it used to work, something on the way may take it out.',
  );

function brokenNetwork(error: unknown, context: FailureContext): MailError | undefined {
  const code = codeOf(error);
  const unreachable = (message: string, remedy: string): MailError => new MailError('unreachable', message, remedy);
  switch (code) {
    case 'ENOTFOUND':
    case 'ENODATA':
    case 'EAI_NONAME':
      return unreachable(
        `The name ${context.endpoint.host} is not known.`,
        'Check the spelling of the Mail Server; check that this machine resolves names (DNS).',
      );
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return unreachable(
        `The name ${context.endpoint.host} could not be looked up: the DNS does not answer.`,
        'Check the DNS of this machine. It is tried again by itself.',
      );
    case 'ECONNREFUSED':
      return unreachable(
        `Nothing listens at ${place(context)}.`,
        'Check the Mail Server and Port, and that the server runs.',
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable(
        `There is no way to ${place(context)} in the network.`,
        'Check the Mail Server, routes and firewalls.',
      );
    case 'CONNECT_TIMEOUT':
    case 'GREETING_TIMEOUT':
    case 'UPGRADE_TIMEOUT':
    case 'ETIMEOUT':
    case 'ETIMEDOUT':
      if (context.phase === 'reading') return interrupted(context, 'fell silent');
      return unreachable(
        `${where(context)} did not answer in time.`,
        context.endpoint.security === 'tls'
          ? 'Check the port, and that no firewall drops the connection.'
          : 'Check the port (one for SSL/TLS stays silent without it), and that no firewall drops the connection.',
      );
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
    case 'EConnectionClosed':
    case 'NoConnection':
    case 'StateLogout':
    case 'ClosedAfterConnectText':
    case 'ClosedAfterConnectTLS':
      if (context.phase === 'reading') return interrupted(context, 'closed the connection');
      return unreachable(
        `${where(context)} closed the connection${quoted(error, context)}.`,
        'It is tried again by itself. If it stays so: the server may allow no more connections, or the port speaks another protocol.',
      );
    default:
      return undefined;
  }
}

const interrupted = (context: FailureContext, did: string): MailError =>
  new MailError(
    'interrupted',
    `${where(context)} ${did} in mid-work; what was half read is not kept.`,
    'It is tried again by itself.',
  );

/** The server's own words, for show: one line, cut; none of them when a secret is among them. */
function quoted(error: unknown, { secrets }: FailureContext): string {
  const answer = [property(error, 'response'), property(error, 'responseText'), property(error, 'reason')].find(
    (text) => typeof text === 'string',
  );
  if (typeof answer !== 'string') return '';
  const said = answer.slice(0, 1_000);
  // Taking out the secret alone would show where it stood, and which common word it is.
  if (repeatsSecret(said, secrets)) return ' (its answer repeats what it was told, and is not shown)';
  const text = said
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return text === '' ? '' : `: “${text.length > 200 ? `${text.slice(0, 200)}…` : text}”`;
}

export function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

export function codeOf(error: unknown): string {
  const code = property(error, 'code');
  return typeof code === 'string' ? code : '';
}
