import { describe, expect, it } from 'vitest';
import { lacksCertificate } from '../../../src/mail/connection/certificate-errors.ts';
import { toMailError } from '../../../src/mail/connection/mail-errors.ts';

const endpoint = {
  protocol: 'IMAP',
  host: 'mail.example.test',
  port: 993,
  security: 'tls',
  namedBy: 'mailbox',
} as const;
const told = (error: unknown) => toMailError(error, { endpoint, phase: 'connecting', secrets: [] });

describe('trouble with TLS', () => {
  it.each(['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'ERR_SSL_UNSUPPORTED_PROTOCOL'])(
    'K13: %s is TLS that is too old',
    (code) => {
      const { kind, message } = told(Object.assign(new Error('x'), { code }));
      expect(kind).toBe('tls');
      expect(message).toContain('older than 1.2');
    },
  );

  it.each([
    'UNSPECIFIED',
    'CA_MD_TOO_WEAK',
    'EE_KEY_TOO_SMALL',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'INVALID_CA',
  ])('K13: the verify error %s names the certificate with its reason', (code) => {
    const error = told(Object.assign(new Error('CA signature digest algorithm too weak'), { code }));
    expect(error).toMatchObject({ kind: 'tls', code });
    expect(error.message).toContain('digest algorithm too weak');
    expect(lacksCertificate(error)).toBe(true);
  });
});

describe('a refused login', () => {
  it.each([
    { response: 'maildrop already locked', kind: 'unreachable' },
    { response: 'Unable to get lock on your maildrop', kind: 'unreachable' },
    { response: '[OVERQUOTA] mailbox is full', kind: 'unreachable' },
    { response: 'Server is down for maintenance', kind: 'unreachable' },
    { response: '[CONTACTADMIN] disabled', kind: 'credentials_refused' },
    { response: 'Your account has been locked', kind: 'credentials_refused' },
    { response: 'Invalid credentials, please try again', kind: 'credentials_refused' },
    { response: '[AUTH] too many failures', kind: 'credentials_refused' },
  ])('K7: in the words $response is $kind', ({ response, kind }) => {
    expect(told({ authenticationFailed: true, response }).kind).toBe(kind);
  });
});
