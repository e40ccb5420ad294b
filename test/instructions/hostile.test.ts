import { describe, expect, it } from 'vitest';
import { maxTextLength, maxValueLength, maxVariables } from '../../src/instructions/text/limits.ts';
import { errors, read, understood } from './reading.ts';

const patterns = [
  "@A@='",
  '@@@@',
  '{{{{',
  "'''''",
  "@COMMENT@='",
  "@COMMENT@='a\n",
  '@COMMENT@={{{',
  '@FIELDS_TO_UPDATE@={E_A={',
  '@FIELDS_TO_UPDATE@={E_A=b}{',
  "@ASSET@='a ' b\n",
  '@A',
  '@ ',
  '@\u200B',
  '@DATE@ ',
  '@DATE@)',
  "@CHOICE='1' ",
  '@CHOICE@=‘',
  '%40',
  '%40A%40%3D%27',
  '@A@%3D%27\n',
  '<mailto:a@b?',
  '<mailto:@ ',
  'https://@',
  '@\n>\n',
  "> @RFC_NUMBER@='a'\nx\n",
  'From: @\n',
  'On 1 @\n',
  '-@',
  'Recipient / @',
  'Recipient / Requesting person : a@b.c\n',
  'a: b\n',
  'a: b@c.de\n\n',
  'a 9:00 2022 1:\n',
  '- - -\n',
  '--- a ---\n',
  'a:\n\n',
  '##-',
  '\u{E0020}',
  '@\u200E',
  '＠',
  '@É',
  '@é@',
  "@COMMENT@='a'<",
  '\u2028',
  '\n',
  '\r',
  ' ',
] as const;

const filled = (pattern: string, length: number): string =>
  pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);

/** Characters that string methods look at or copy while `run` runs: what grows when a loop does. */
const workOf = (run: () => void): number => {
  const methods = ['charAt', 'indexOf', 'slice', 'includes'] as const;
  const originals = methods.map((name) => [name, Reflect.get(String.prototype, name) as Method] as const);
  let work = 0;
  for (const [name, original] of originals) {
    const counting = function (this: string, ...given: readonly unknown[]): unknown {
      const result = Reflect.apply(original, this, given);
      work += 1 + charactersOf(name, this, given, result);
      return result;
    };
    Reflect.set(String.prototype, name, counting);
  }
  try {
    run();
  } finally {
    for (const [name, original] of originals) Reflect.set(String.prototype, name, original);
  }
  return work;
};

type Method = (this: string, ...given: readonly unknown[]) => unknown;

const charactersOf = (name: string, text: string, [, from]: readonly unknown[], result: unknown): number => {
  if (name === 'includes') return text.length;
  if (typeof result === 'string') return name === 'slice' ? result.length : 0;
  return Math.max(0, (result === -1 ? text.length : Number(result)) - Number(from ?? 0));
};

describe('hostile text', () => {
  it.each(patterns)('A14: of 1 MiB of %j is read', (pattern) => {
    const { instruction, errors: faults, warnings } = read(filled(pattern, maxTextLength));
    expect(instruction.operation).toBeNull();
    expect(faults.length + warnings.length).toBeLessThanOrEqual(2 * maxVariables + 2);
  });

  it.each(patterns)('A14: of %j takes work in proportion to its length', (pattern) => {
    const work = (length: number, before: string): number => workOf(() => void read(before + filled(pattern, length)));
    for (const before of ['', "@COMMENT@='", '@FIELDS_TO_UPDATE@={E_A=', '@A@%3D%27']) {
      const short = work(8_000, before);
      expect(work(32_000, before)).toBeLessThan(5 * short + 10_000);
      expect(short).toBeLessThan(8_000 * 60);
    }
  });

  it('is refused when it is longer than what is scanned', () => {
    const longest = `@ASSET@='P1'${' '.repeat(maxTextLength - 12)}`;
    expect(understood(longest)).toEqual({ asset: 'P1' });
    expect(read(`${longest} `)).toMatchObject({
      errors: [{ code: 'text_too_long', reason: 'too_large', line: null, column: null, variable: null }],
      instruction: { asset: null },
    });
  });

  it('is refused when a value is too long', () => {
    expect(understood(`@TITLE@='${'x'.repeat(maxValueLength)}'`).title).toHaveLength(maxValueLength);
    expect(errors(`@TITLE@='${'x'.repeat(maxValueLength + 1)}'`)).toEqual(['value_too_long 1:1 TITLE']);
    expect(errors(`@FIELDS_TO_UPDATE@={E_X=${'x'.repeat(maxValueLength + 1)}}`)).toEqual([
      'value_too_long 1:20 FIELDS_TO_UPDATE',
    ]);
  });

  it('is refused when it holds too many variables', () => {
    const variables = "@ASSET@='P1'\n".repeat(maxVariables);
    expect(errors(variables)).toEqual([]);
    expect(errors(`${variables}@CI@='x'`)).toEqual([`too_many_variables ${maxVariables + 1}:1 -`]);
    expect(errors(variables.replaceAll('\n', '\n> x\n').concat("@CI@='x'"))).toHaveLength(1);
  });

  it('shows no more than the beginning of a value in its errors', () => {
    expect(read(`@CHOICE@='${'9'.repeat(10_000)}' @OPERATION@='SOLVE'`).errors[0]?.message.length).toBeLessThan(300);
  });

  it('with the names of object members as fields is read as text', () => {
    const { instruction } = read("@constructor@='x' @__proto__@='y' @FIELDS_TO_UPDATE@={E___PROTO__=1}");
    expect(instruction.customFields).toEqual({ E___PROTO__: '1' });
  });
});
