import { describe, expect, it } from 'vitest';
import { toMailError } from '../../../src/mail/connection/mail-errors.ts';
import { repeatsSecret } from '../../../src/mail/connection/secret-echo.ts';

const password = 'Tr0ub4dor "&3\\ of+this/tést';
const plain = (login: string): string => Buffer.from(`\0${login}\0${password}`).toString('base64');
const bearer = (login: string): string =>
  Buffer.from(`user=${login}\x01auth=Bearer ${password}\x01\x01`).toString('base64');

describe('a server that repeats what it was told', () => {
  it.each([
    ['as it is', `unknown command: PASS ${password}`],
    ['its beginning', `unknown command: PASS ${password.slice(0, 10)}`],
    ['a piece', `… ${password.slice(9, 20)} …`],
    ['quoted', `LOGIN "anna" "${password.replace(/["\\]/g, String.raw`\$&`)}"`],
    ['octets taken for Latin-1', Buffer.from(password).toString('latin1').slice(-9)],
    ['a login of SASL PLAIN', plain('a')],
    ['a longer login of SASL PLAIN', plain('an')],
    ['a still longer login of SASL PLAIN', plain('ann')],
    ['a token of XOAUTH2', bearer('anna@example.test')],
    ['percent-encoded', encodeURIComponent(password)],
    ['hex', Buffer.from(password).toString('hex')],
  ])('is caught: %s', (_name, words) => {
    expect(repeatsSecret(words, ['another secret', password])).toBe(true);
    const response = `NO I do not take ${words}`;
    const endpoint = {
      protocol: 'IMAP',
      host: 'mail.example.test',
      port: 993,
      security: 'tls',
      namedBy: 'mailbox',
    } as const;
    const { message } = toMailError(
      { authenticationFailed: true, response },
      { endpoint, phase: 'connecting', secrets: [password] },
    );
    expect(message).toMatch(/refused the login or password \(.* not shown\)\.$/);
    expect(message).not.toContain(words.slice(0, 12));
  });

  it.each([
    ['other words', 'Authentication failed: account locked', [password]],
    ['no secrets', 'Authentication failed', []],
    ['an empty secret', 'Authentication failed', ['']],
    ['part of a short secret', 'the pass is wrong', ['passwd']],
  ])('is let speak: %s', (_name, words, secrets) => {
    expect(repeatsSecret(words, secrets)).toBe(false);
  });

  it('is caught with a short secret as a whole', () => {
    expect(repeatsSecret('PASS pw1 is wrong', ['pw1'])).toBe(true);
  });
});
