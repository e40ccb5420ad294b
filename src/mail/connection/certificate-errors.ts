import type { PeerCertificate } from 'node:tls';
import { MailError } from './session.ts';

/** Why OpenSSL does not trust a certificate (verify codes as Node names them), in words and with a remedy. */
const untrusted: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  CERT_HAS_EXPIRED: ['has expired', 'Have the certificate renewed at the server.'],
  CERT_NOT_YET_VALID: ['is not valid yet', 'Check the clock of this machine and the certificate of the server.'],
  CERT_REVOKED: ['was revoked', 'Have a new certificate installed at the server.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'is signed by itself',
    'Give its PEM file to the agent as a trusted authority (TSA_CA_FILE), or install one from a known authority.',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'comes from an authority that is not trusted here',
    'Give the PEM file of that authority to the agent (TSA_CA_FILE).',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'comes from an authority that is not trusted here',
    'Give the PEM file of that authority to the agent (TSA_CA_FILE), or have the server send its whole chain.',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'comes from an authority that is not trusted here',
    'Give the PEM file of that authority to the agent (TSA_CA_FILE), or have the server send its whole chain.',
  ],
};

/** OpenSSL's other reasons, as Node names them; UNSPECIFIED where it has no name for one, such as a digest that is too weak. */
const verifyCode =
  /^(UNSPECIFIED|(UNABLE_TO|CERT|CRL|CA|EE|ERROR_IN|DEPTH_ZERO|SELF_SIGNED|INVALID|KEYUSAGE|AKID|SUITE_B)_\w+|PATH_LENGTH_EXCEEDED|SUBJECT_ISSUER_MISMATCH|HOSTNAME_MISMATCH)$/;

function unlisted(error: unknown, code: string): readonly [what: string, remedy: string] {
  const reason = error instanceof Error && error.message !== code ? `${code}: ${error.message.slice(0, 100)}` : code;
  return [
    `is not trusted (${reason})`,
    'Have a certificate installed at the server that current programs trust: its key, digest, purpose or chain is not accepted.',
  ];
}

/** `place` is host:port. Undefined when the error is not about a certificate. */
export function certificateError(
  error: unknown,
  place: string,
  certificate: PeerCertificate | undefined = certificateOf(error),
): MailError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : error;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = certificate?.subjectaltname ?? nameOf(certificate?.subject);
    return new MailError(
      'tls',
      `The certificate of ${place} is for other names (${names}), issued by ${nameOf(certificate?.issuer)}.`,
      'Enter as Mail Server one of the names of the certificate, or have a certificate for this name installed at the server.',
      { code },
    );
  }
  if (typeof code !== 'string') return undefined;
  const [what, remedy] = untrusted[code] ?? (verifyCode.test(code) ? unlisted(error, code) : []);
  if (what === undefined || remedy === undefined) return undefined;
  const whose = certificate === undefined ? '' : ` (${describeCertificate(certificate)})`;
  return new MailError('tls', `The certificate of ${place}${whose} ${what}.`, remedy, { code });
}

/** The error says what is wrong with a certificate, but not whose it is: Node closes the connection before that can be read. */
export const lacksCertificate = (error: unknown): boolean =>
  error instanceof MailError && error.code !== undefined && (error.code in untrusted || verifyCode.test(error.code));

export const describeCertificate = (certificate: PeerCertificate): string =>
  `${nameOf(certificate.subject)}, issued by ${nameOf(certificate.issuer)}, valid until ${certificate.valid_to}`;

/** Distinguished name as text, the common name first choice. */
function nameOf(name: PeerCertificate['subject'] | undefined): string {
  if (name === undefined) return 'nobody named';
  const text = [name.CN, name.O, name.OU].find((part) => part !== undefined);
  return text === undefined ? 'nobody named' : String(text);
}

function certificateOf(error: unknown): PeerCertificate | undefined {
  return error instanceof Error && 'cert' in error ? (error.cert as PeerCertificate) : undefined;
}
