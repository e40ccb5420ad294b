import { describe, expect, it } from 'vitest';
import type { HeaderField } from '../../../src/domain/messages/message.ts';
import { parseAuthenticationResults } from '../../../src/mail/authentication/authentication-results.ts';
import { authenticateSender } from '../../../src/mail/authentication/sender-authentication.ts';

const parsed = (value: string) => {
  const results = parseAuthenticationResults(value);
  return results === null
    ? null
    : {
        server: results.server,
        results: results.results.map(({ method, result, properties }) => [
          method,
          result,
          Object.fromEntries(properties),
        ]),
      };
};

describe('an Authentication-Results field (RFC 8601)', () => {
  it.each([
    [
      'mx.example.com; dmarc=pass header.from=aef.com',
      { server: 'mx.example.com', results: [['dmarc', 'pass', { 'header.from': 'aef.com' }]] },
    ],
    [
      'MX.Example.com 1; spf=pass smtp.mailfrom=a@aef.com; DMARC/1=Pass (p=REJECT sp=(nested) dis=NONE) header.from="aef.com"',
      {
        server: 'mx.example.com',
        results: [
          ['spf', 'pass', { 'smtp.mailfrom': 'a@aef.com' }],
          ['dmarc', 'pass', { 'header.from': 'aef.com' }],
        ],
      },
    ],
    ['mx.example.com; none', { server: 'mx.example.com', results: [] }],
    [
      'spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=aef.com; dmarc=pass action=none header.from=aef.com;compauth=pass reason=100',
      {
        server: null,
        results: [
          ['spf', 'pass', { 'smtp.mailfrom': 'aef.com' }],
          ['dmarc', 'pass', { action: 'none', 'header.from': 'aef.com' }],
          ['compauth', 'pass', { reason: '100' }],
        ],
      },
    ],
    [
      'mx.example.com; dkim=pass header.i=@aef.com header.b=Ab/c+=; dmarc=pass header.from=aef.com',
      {
        server: 'mx.example.com',
        results: [
          ['dkim', 'pass', { 'header.i': '@aef.com', 'header.b': 'Ab/c+=' }],
          ['dmarc', 'pass', { 'header.from': 'aef.com' }],
        ],
      },
    ],
  ])('%s', (value, expected) => {
    expect(parsed(value)).toEqual(expected);
  });

  it.each([
    ['a comment that does not end', 'mx.example.com; dmarc=pass (header.from=aef.com'],
    ['a quote that does not end', 'mx.example.com; dmarc=pass header.from="aef.com'],
    ['a value of two kinds', 'mx.example.com; dmarc=pass header.from=aef.com header.from=evil.test'],
    ['a server of two words', 'mx.example.com evil; dmarc=pass header.from=aef.com'],
    ['a method without a result', 'mx.example.com; dmarc header.from=aef.com'],
    ['another version', 'mx.example.com 2; dmarc=pass header.from=aef.com'],
  ])('is worth nothing with %s', (_name, value) => {
    expect(parseAuthenticationResults(value)).toBeNull();
  });

  it('ends in linear time whatever it holds', () => {
    for (const sign of ['(', '"', '=', ';', 'a=', '/', '\\'])
      expect(() => parseAuthenticationResults(`mx; ${sign.repeat(200_000)}`)).not.toThrow();
  });
});

describe('A05: the verdict of the receiving server', () => {
  const judged = (
    headers: readonly string[],
    { from = 'boss@aef.com', servers = ['mx.example.com'] }: { from?: string; servers?: readonly string[] } = {},
  ) =>
    authenticateSender({
      mode: 'authentication-results',
      servers,
      from,
      headers: headers.map((value): HeaderField => ['authentication-results', value]),
      raw: new Uint8Array(),
    });
  const pass = 'mx.example.com; dmarc=pass header.from=aef.com';

  it.each<[string, readonly string[], string]>([
    ['its pass about the very domain', [pass], 'pass'],
    ['its fail', ['mx.example.com; dmarc=fail header.from=aef.com'], 'fail'],
    ['none, temperror or a word of its own', ['mx.example.com; dmarc=temperror header.from=aef.com'], 'none'],
    ['a pass about another domain', ['mx.example.com; dmarc=pass header.from=evil.test'], 'none'],
    ['a pass about a domain below', ['mx.example.com; dmarc=pass header.from=sub.aef.com'], 'none'],
    ['a pass that names no domain', ['mx.example.com; dmarc=pass'], 'none'],
    ['a forged one of another server', ['mx.evil.test; dmarc=pass header.from=aef.com'], 'none'],
    ['a forged one below its own', ['mx.example.com; dmarc=fail header.from=aef.com', pass], 'fail'],
    ['one of another server above its own', ['mx.evil.test; dmarc=fail header.from=aef.com', pass], 'pass'],
    ['a pass in a comment', ['mx.example.com; spf=fail (; dmarc=pass header.from=aef.com) smtp.mailfrom=x'], 'none'],
    ['a pass in a quote', ['mx.example.com; spf=fail reason="; dmarc=pass header.from=aef.com"'], 'none'],
    ['two verdicts', ['mx.example.com; dmarc=pass header.from=aef.com; dmarc=fail header.from=aef.com'], 'none'],
    ['DKIM alone', ['mx.example.com; dkim=pass header.d=aef.com'], 'none'],
    ['no field at all', [], 'none'],
    [
      "a server whose name begins with the listed one's",
      ['mx.example.com.evil.test; dmarc=pass header.from=aef.com'],
      'none',
    ],
    ['a field without a server', ['dmarc=pass header.from=aef.com'], 'none'],
  ])('%s', async (_name, headers, verdict) => {
    expect(await judged(headers)).toBe(verdict);
  });

  it.each<[string, string]>([
    [
      'a comment in a comment',
      'mx.example.com; spf=pass (domain of "a(b"@evil.test) smtp.mailfrom="a(b"@evil.test; dmarc=fail',
    ],
    ['a quote that does not end', 'mx.example.com; spf=fail smtp.mailfrom="a; dmarc=fail header.from=aef.com'],
    ['a property of two values', 'mx.example.com; spf=fail smtp.helo=a smtp.helo=b; dmarc=fail header.from=aef.com'],
    ['another version', 'mx.example.com 2; dmarc=fail header.from=aef.com'],
    ['a second word', 'mx.example.com (x) evil; dmarc=fail header.from=aef.com'],
    ['a comment that does not end right after the name', 'mx.example.com ('],
    ['a name in any case', 'MX.Example.COM; ('],
    ['a name in quotes', '"mx.example.com"; ('],
    ['a comment before the name that does not end', '(mx.example.com; dmarc=fail header.from=aef.com'],
    ['a quote before the name that does not end', '"mx.example.com; dmarc=fail header.from=aef.com'],
    ['nothing in it', ''],
    ['a section before the name', '; mx.example.com; dmarc=fail header.from=aef.com'],
  ])('S-04: a field with %s decides, and a forged one below it is not looked at', async (_name, unreadable) => {
    expect(await judged([unreadable, pass])).toBe('none');
  });

  it('S-04: a nameless field that cannot be read decides where such count', async () => {
    const forged = 'dmarc=pass header.from=aef.com';
    expect(await judged(['spf=fail (a(b) smtp.mailfrom=x; dmarc=fail', forged], { servers: ['-'] })).toBe('none');
    expect(await judged(['mx.evil.test; (', pass])).toBe('pass');
  });

  it('counts without a name only where the list says so', async () => {
    const microsoft = 'spf=pass smtp.mailfrom=aef.com; dmarc=pass action=none header.from=aef.com;compauth=pass';
    expect(await judged([microsoft], { servers: ['-'] })).toBe('pass');
    expect(await judged([pass], { servers: ['-'] })).toBe('none');
  });
});
