import { MailError } from './session.ts';

const tlsCodes = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO)/;

const words = new Map([
  ['ENOTFOUND', 'its name is not known to the name server'],
  ['EAI_AGAIN', 'the name server does not answer'],
  ['ECONNREFUSED', 'it refuses the connection'],
  ['ECONNRESET', 'it closed the connection'],
  ['UND_ERR_SOCKET', 'it closed the connection'],
  ['ETIMEDOUT', 'it did not answer in time'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it did not answer in time'],
  ['TimeoutError', 'it did not answer in time'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
]);

/** What `fetch` threw, as a MailError: a fault below HTTP, told by its code alone, never by the driver's text. */
export function fetchError(error: unknown, url: string): MailError {
  const host = new URL(url).host;
  const code = errorCode(error);
  if (tlsCodes.test(code)) {
    return new MailError(
      'tls',
      `The certificate of ${host} is not trusted (${code}).`,
      'Check the date of this machine and, where a proxy opens TLS connections, make its certificate known with NODE_EXTRA_CA_CERTS.',
      { code },
    );
  }
  return new MailError(
    'unreachable',
    `${host} cannot be reached: ${words.get(code) ?? 'the connection failed'}${code === '' ? '' : ` (${code})`}.`,
    `Check that this machine may open HTTPS connections to ${host} (name server, firewall, proxy).`,
    { code },
  );
}

/** The innermost code: `fetch` wraps the socket's error, and that one an AggregateError where several addresses were tried. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  if (error.cause instanceof Error) return errorCode(error.cause);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'TimeoutError' ? error.name : '';
}
