import { describe, expect, it } from 'vitest';
import { leaks, textsIn } from './secret-search.ts';

const secret = 'Zq7+ "pa55/w0rd\\" of <this> & that~é?';
const surrounded = ['', 'a', 'ab', 'abc', 'abcd'].flatMap((before) => ['', 'z', 'yz'].map((after) => [before, after]));
const encodings: Readonly<Record<string, (text: string) => string>> = {
  'plain text': (text) => text,
  JSON: (text) => JSON.stringify({ message: text }),
  'JSON in JSON': (text) => JSON.stringify(Object.fromEntries([[text, 1]])),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'percent-encoding of a component': encodeURIComponent,
  'percent-encoding of a URL': encodeURI,
  'form encoding': (text) => new URLSearchParams({ field: text }).toString(),
  'percent-encoding of all': (text) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'upper case hex': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

describe('the search for secrets', () => {
  it.each(Object.entries(encodings))('finds one in %s, whatever stands around it', (_name, encode) => {
    for (const [before = '', after = ''] of surrounded) {
      const place = { name: 'here', text: `… ${encode(`${before}${secret}${after}`)} …` };
      expect(leaks([place], new Map([['the password', secret]])), `${before}…${after}`).not.toEqual([]);
    }
  });

  it('finds the beginning of one that was cut off', () => {
    expect(leaks([{ name: 'here', text: secret.slice(0, 20) }], new Map([['it', secret]]))).toHaveLength(1);
  });

  it('names the place and the secret, without the secret', () => {
    const [found] = leaks([{ name: 'the log', text: `login ${secret}` }], new Map([['the password', secret]]));
    expect(found).toBe('the password in the log, after "login "');
  });

  it('finds nothing where nothing is', () => {
    const text = Object.values(encodings)
      .map((encode) => encode('Another sentence of about the same length'))
      .join('\n');
    expect(leaks([{ name: 'here', text }], new Map([['the password', secret]]))).toEqual([]);
  });

  it('looks into values as deep as they are', () => {
    const value = { list: [{ payload: { data: Buffer.from('octets') } }, new Map([['key', ['value']]]), null, 7] };
    expect(textsIn(value)).toEqual(expect.arrayContaining(['octets', 'key', 'value', 'payload']));
  });
});
