import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectPatterns, keyOf, type Pattern } from './patterns.ts';

interface Verdict {
  readonly growth: 'linear' | 'polynomial' | 'exponential' | 'unknown';
  readonly worst?: { readonly prefix: string; readonly pump: string; readonly suffix: string };
}

const verdicts = JSON.parse(readFileSync(new URL('verdicts.json', import.meta.url), 'utf8')) as Record<string, Verdict>;

/** Where the work grows faster than the text for recheck, and why it does not matter. `atMost` characters are looked at. */
const bounded: readonly { readonly begins: string; readonly atMost: number; readonly why: string }[] = [
  { begins: '/"((?:[^"\\\\]|\\\\.)*)"/gs', atMost: 2_000, why: 'the phrase of a From field: maxFromLength' },
  { begins: '/"(?:[^"\\\\]|\\\\.)*"/gsu', atMost: 2_000, why: 'the phrase of a From field: maxFromLength' },
  { begins: '/PRIVACYREQUIRED|', atMost: 500, why: 'the words of a server: longestWords' },
  { begins: '/[^\\s@<>()[\\]=]@', atMost: 600, why: 'a line as its form is told: longestForm' },
  { begins: '/(?:[@\\uFE6B\\uFF20]|%40)(?=', atMost: 100_000, why: 'looks at most 200 characters ahead of each sign' },
  { begins: '/data:(image', atMost: 100_000, why: 'looks at most 300 characters ahead of each `data:`' },
  { begins: '/[[\\p{Cf}', atMost: 100_000, why: 'one character, of which recheck does not know the set notation' },
];

const patterns = await collectPatterns();
const labelOf = (pattern: Pattern): string => `${keyOf(pattern).slice(0, 90)} of ${pattern.file}`;

describe('S-07: the work of a regular expression', () => {
  it('is known for each of src', () => {
    expect(patterns.length).toBeGreaterThan(300);
    const unknown = patterns.filter((pattern) => verdicts[keyOf(pattern)] === undefined).map(labelOf);
    expect(unknown, 'new ones: npm run hostile:write').toEqual([]);
    const keys = new Set(patterns.map(keyOf));
    expect(
      Object.keys(verdicts).filter((key) => !keys.has(key)),
      'gone: npm run hostile:write',
    ).toEqual([]);
  });

  it('grows no faster than the text, or the text is short', () => {
    const fast = patterns.filter(
      (pattern) =>
        verdicts[keyOf(pattern)]?.growth !== 'linear' &&
        !bounded.some(({ begins }) => keyOf(pattern).startsWith(begins)),
    );
    expect(fast.map(labelOf)).toEqual([]);
  });

  it.each(bounded)('of $begins is small at the longest text that it sees: $why', ({ begins, atMost }) => {
    const found = patterns.filter((pattern) => keyOf(pattern).startsWith(begins));
    expect(found.length).toBeGreaterThan(0);
    for (const { source, flags } of found) {
      const { prefix, pump, suffix } = verdicts[keyOf({ source, flags })]?.worst ?? {
        prefix: '',
        pump: ' ',
        suffix: '',
      };
      const text = prefix + pump.repeat(Math.ceil(atMost / pump.length)) + suffix;
      // It ends: the time-out of the test is the guard.
      expect(text.replace(new RegExp(source, flags), '').length).toBeLessThanOrEqual(text.length);
    }
  });

  it('is spent on no look-behind', () => {
    expect(patterns.filter(({ source }) => /\(\?<[=!]/.test(source)).map(labelOf)).toEqual([]);
  });
});
