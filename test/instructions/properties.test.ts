import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VariableName } from '../../src/domain/messages/instruction.ts';
import { hiddenToken } from '../../src/instructions/values/settle.ts';
import { foldLines } from '../../src/instructions/text/fold.ts';
import { kindOf } from '../../src/instructions/scan/vocabulary.ts';
import { instructionTexts, roughTexts } from './generators.ts';
import { read, understood } from './reading.ts';

const runs = { numRuns: 1000 };

const shown = (variables: ReadonlyMap<VariableName, string>): Record<string, string> =>
  Object.fromEntries(
    [...variables].map(([name, value]) => {
      if (name === 'TOKEN') return [name, hiddenToken];
      return [name, kindOf[name] === 'long_text' ? value : foldLines(value)];
    }),
  );

/** Errors about what the values mean together; whatever is generated has no other. */
const isAboutMeaning = (code: string): boolean => code === 'choice_without_solve';

describe('the grammar', () => {
  it('reads back what is written from values', () => {
    fc.assert(
      fc.property(instructionTexts, ({ text, variables, customFields }) => {
        const { instruction, errors } = read(text);
        expect(errors.filter(({ code }) => !isAboutMeaning(code))).toEqual([]);
        expect(instruction.variables).toEqual(shown(variables));
        expect(instruction.customFields).toEqual(customFields);
      }),
      runs,
    );
  });

  it('reads back what is written from values and percent-encoded whole', () => {
    fc.assert(
      fc.property(instructionTexts, ({ text, variables, customFields }) => {
        const encoded = encodeURIComponent(text).replaceAll("'", '%27');
        const { instruction } = read(encoded);
        expect(instruction.variables).toEqual(shown(variables));
        expect(instruction.customFields).toEqual(customFields);
      }),
      runs,
    );
  });

  it('takes no order from any text once it is quoted', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          instructionTexts.map(({ text }) => text),
          roughTexts,
        ),
        (text) => {
          const quoted = text.replace(/\r\n?/g, '\n').replace(/^/gm, '> ');
          const understoodNames = Object.keys(understood(quoted));
          expect(understoodNames.filter((name) => name !== 'rfcNumber' && name !== 'actionId')).toEqual([]);
          expect(read(quoted).warnings.length).toBeLessThanOrEqual(1);
        },
      ),
      runs,
    );
  });

  it('ends with a reading for any text, with every place inside it', () => {
    fc.assert(
      fc.property(roughTexts, fc.boolean(), (text, acceptCurlyQuotes) => {
        const { errors, warnings, bodyWithoutInstructions } = read(text, { acceptCurlyQuotes });
        const lines = text.replace(/\r\n?/g, '\n').split('\n');
        for (const { line, column, message } of [...errors, ...warnings]) {
          expect(message).not.toBe('');
          expect(column ?? 0).toBeGreaterThan(0);
          expect(column ?? 0).toBeLessThanOrEqual((lines[(line ?? 0) - 1] ?? '').length + 1);
        }
        expect(bodyWithoutInstructions.length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 3000 },
    );
  });
});
