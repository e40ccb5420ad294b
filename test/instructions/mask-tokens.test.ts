import { describe, expect, it } from 'vitest';
import { maskTokens, maskTokensIn } from '../../src/instructions/mask-tokens.ts';

const token = 'Zm9vYmFyLWZvb2Jhci1mb29iYXItZm9vYmFyLWZvb2I';
const cut = `${token.slice(0, 20)}\n${token.slice(20)}`;

describe('S-18: tokens are shown and stored nowhere', () => {
  it.each([
    ['plain', `I accept. @TOKEN@='${token}' and more`],
    ['in any case', `@token@='${token}'`],
    ['with spaces', `@ TOKEN @ = '${token}'`],
    ['wrapped', `@CHOICE@='1'\n@TOKEN@='${cut}'\n@RFC_NUMBER@='S261125_000001'`],
    ['percent-encoded', `%40TOKEN%40%3D%27${token}%27`],
    ['in a link', `<mailto:a@aef.com?body=%40CHOICE%40%3D%271%27%0A%40TOKEN%40%3D%27${token}%27>`],
    ['in a plain link', `mailto:a@aef.com?body=@TOKEN@='${token}'`],
    ['with a zero-width character', `@TO\u200bKEN@='${token}'`],
    ['with a no-break space', `@TOKEN@\u00a0=\u00a0'${token}'`],
    ['quoted', `Yes.\n\n> @RFC_NUMBER@='S261125_000001'\n> @TOKEN@='${token}'`],
    ['quoted and wrapped', `> @TOKEN@='${token.slice(0, 20)}\n> ${token.slice(20)}'`],
    ['in other quotes', `@TOKEN@=‘${token}’`],
    ['without an end', `@TOKEN@='${cut}`],
    ['without quotes', `@TOKEN@=${token}`],
    ['twice', `@TOKEN@='${token}' @TOKEN@='${token}'`],
    ['with CRLF', `a\r\nb\r\n@TOKEN@='${token}'\r\nc`],
  ])('%s', (_name, text) => {
    const masked = maskTokens(text);
    expect(masked).not.toContain(token.slice(0, 20));
    expect(masked).not.toContain(token.slice(20));
    expect(masked).toHaveLength(text.replaceAll('\r\n', '\n').length);
  });

  it('leaves all else as it is', () => {
    const text = "The token is gone.\n@RFC_NUMBER@='S261125_000001' @COMMENT@='it''s @TOKEN'\n> quoted";
    expect(maskTokens(text)).toBe(text);
    expect(maskTokens(`@TOKEN@='${token}'\nRegards`)).toBe(`@TOKEN@='${'*'.repeat(token.length)}'\nRegards`);
  });

  it('S-07: reads 100,000 spaces after a name once, however many names there are', () => {
    expect(maskTokens(`a${' '.repeat(100_000)}b`)).toHaveLength(100_002);
    const many = `@TOKEN@${' '.repeat(50)}`.repeat(2_000);
    expect(maskTokens(many)).toHaveLength(many.length);
  });
});

describe('tokens in octets', () => {
  const inOctets = (text: string): string => Buffer.from(maskTokensIn(Buffer.from(text, 'latin1'))).toString('latin1');

  it.each([
    ["@TOKEN@='abc-_9'", "@TOKEN@='******'"],
    ['%40TOKEN%40%3D%27abc%27', '%40TOKEN%40%3D%27***%27'],
    ["@token@=3D'abc=\r\ndef'", "@token@=3D'***=\r\n***'"],
    ['@TOKEN@%3D%27abc%27 x', '@TOKEN@%3D%27***%27 x'],
    ["@TOKEN@ = 'abc' \xFC", "@TOKEN@ = '***' \xFC"],
    ["@ASSET@='abc'", "@ASSET@='abc'"],
  ])('%j', (text, masked) => {
    expect(inOctets(text)).toBe(masked);
  });
});
