import type { z } from 'zod';

const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  datetime: 'Write a date and time in UTC, such as 2026-11-25T10:00:00Z.',
  date: 'Write a date, such as 2026-11-25.',
  email: 'Write an email address, such as anna@example.com.',
  url: 'Write an address, such as https://example.com.',
};

const counted = (count: number | bigint, one: string): string =>
  `${String(count)} ${one}${Number(count) === 1 ? '' : 's'}`;

/** What a limit counts, by the kind of the value. */
const units: Readonly<Record<string, string>> = { string: 'character', array: 'entry', set: 'entry', map: 'entry' };
const sized = (origin: string, count: number | bigint): string => {
  const unit = units[origin];
  if (unit === undefined) return String(count);
  return unit === 'entry' ? `${String(count)} ${Number(count) === 1 ? 'entry' : 'entries'}` : counted(count, unit);
};

/**
 * Says in words what a value lacks and what to write instead, where its schema has no words of its own.
 * Undefined leaves zod's own message.
 */
export const explainIssue = (issue: z.core.$ZodRawIssue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'This field is required.';
      return `Write ${types[issue.expected] ?? issue.expected}.`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'This field must not be empty.';
      if (units[issue.origin] !== undefined) return `At least ${sized(issue.origin, issue.minimum)} required.`;
      return `Write a number ${issue.inclusive === false ? 'greater than' : 'of at least'} ${String(issue.minimum)}.`;
    case 'too_big':
      if (units[issue.origin] !== undefined) return `At most ${sized(issue.origin, issue.maximum)} allowed.`;
      return `Write a number ${issue.inclusive === false ? 'less than' : 'of at most'} ${String(issue.maximum)}.`;
    case 'invalid_value':
      return `Write ${issue.values.map(String).join(issue.values.length === 2 ? ' or ' : ', ')}.`;
    case 'invalid_format':
      return formats[issue.format] ?? 'This value has an invalid format.';
    case 'not_multiple_of':
      return `Write a multiple of ${String(issue.divisor)}.`;
    case 'invalid_union':
      return 'This value has none of the allowed forms.';
    default:
      return undefined;
  }
};
