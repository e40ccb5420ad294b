import type { Instruction } from '../../src/domain/messages/instruction.ts';
import { defaultReadOptions, readInstruction, type ReadOptions } from '../../src/instructions/read-instruction.ts';

export const read = (mail: string, options: Partial<ReadOptions> = {}) =>
  readInstruction(mail, { ...defaultReadOptions, ...options });

/** What was understood, without what is absent and without what is only for show. */
export const understood = (mail: string, options: Partial<ReadOptions> = {}): Partial<Instruction> => {
  const isGiven = ([name, value]: readonly [string, unknown]): boolean =>
    !['variables', 'fields'].includes(name) &&
    value !== null &&
    (typeof value !== 'object' || Object.keys(value).length > 0);
  return Object.fromEntries(Object.entries(read(mail, options).instruction).filter(isGiven));
};

/** `code line:column variable` of each error. */
export const errors = (mail: string, options: Partial<ReadOptions> = {}): readonly string[] =>
  read(mail, options).errors.map(
    ({ code, line, column, variable }) => `${code} ${line ?? '-'}:${column ?? '-'} ${variable ?? '-'}`,
  );

export const warnings = (mail: string, options: Partial<ReadOptions> = {}): readonly string[] =>
  read(mail, options).warnings.map(
    ({ code, line, column, variable }) => `${code} ${line ?? '-'}:${column ?? '-'} ${variable ?? '-'}`,
  );
