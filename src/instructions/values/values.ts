import { operationNames, type Choice, type Level, type OperationName } from '../../domain/messages/instruction.ts';
import { withPlainSpaces } from '../text/characters.ts';
import { readAddress } from './addresses.ts';
import { fullDateFormat, readDate, type DateOptions } from './dates.ts';
import type { ValueKind } from '../scan/vocabulary.ts';

const levels: ReadonlyMap<string, Level> = new Map([
  ['1', 1],
  ['high', 1],
  ['haute', 1],
  ['2', 2],
  ['medium', 2],
  ['moyenne', 2],
  ['3', 3],
  ['low', 3],
  ['basse', 3],
]);

const longestToken = 512;
const word = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u;
const token = /^[\w.~+/=-]+$/u;

/** One word with a digit in it: a name alone is no number. */
const readEmployeeNumber = (text: string): string | null => (word.test(text) && /\p{N}/u.test(text) ? text : null);

const readGuid = (text: string): string | null => {
  const [, inside = null] = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/iu.exec(text) ?? [];
  return inside?.toLowerCase() ?? null;
};

export const readLevel = (text: string | undefined): Level | null => levels.get(text?.toLowerCase() ?? '') ?? null;

export const readOperation = (text: string | undefined): OperationName | null =>
  operationNames.find((name) => name === text?.toUpperCase()) ?? null;

export const readChoice = (text: string | undefined): Choice | null =>
  text === '0' || text === '1' || text === '2' ? text : null;

/** A value in the one form in which two that mean the same are equal, or what should have been written. */
export type ReadValue =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly expected: string };

const orElse = (value: string | number | null, expected: string): ReadValue =>
  value === null ? { ok: false, expected } : { ok: true, value: String(value) };

/** `text` as `foldLines` or `keepLines` left it. */
export const readValue = (kind: ValueKind, text: string, options: DateOptions): ReadValue => {
  switch (kind) {
    case 'word': {
      // As subjects write a ticket's number.
      const [, bare = text] = /^\[(.+)\]$/u.exec(text) ?? [];
      return orElse(
        word.test(bare) ? bare.toUpperCase() : null,
        `write one word of letters, digits, _ and -${unfilled(text)}`,
      );
    }
    case 'token':
      return orElse(text.length <= longestToken && token.test(text) ? text : null, 'use the link of the mail as it is');
    case 'operation':
      return orElse(readOperation(text), `write ${operationNames.join(', ')}`);
    case 'choice':
      return orElse(readChoice(text), 'write 1 to accept, 0 to refuse or 2 to ask for information');
    case 'level':
      return orElse(readLevel(text), 'write 1 (high), 2 (medium) or 3 (low)');
    case 'date':
      return orElse(
        readDate(withPlainSpaces(text), options),
        `write ${fullDateFormat(options.dateFormat)} or ISO 8601`,
      );
    case 'person':
      return orElse(
        readAddress(text) ?? readEmployeeNumber(text),
        'write one mail address, or the number of an employee',
      );
    case 'guid':
      return orElse(readGuid(text), 'write it like 44D88612-FEA8-A8F3-6DE8-2E1278ABB02F');
    case 'text':
    case 'long_text':
      return { ok: true, value: text };
    default:
      return kind satisfies never;
  }
};

const unfilled = (text: string): string =>
  text.startsWith('#') && text.endsWith('#') ? '; a placeholder such as this is filled in when the mail is sent' : '';
