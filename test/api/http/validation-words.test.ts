import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { explainIssue } from '../../../src/api/http/validation-words.ts';

const messageOf = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: explainIssue }).error?.issues[0]?.message;

describe('the words for a value that breaks a rule', () => {
  it.each([
    ['a missing field', z.object({ a: z.string() }), {}, 'This field is required.'],
    ['null where text is wanted', z.string(), null, 'Write text.'],
    ['text where a number is wanted', z.int(), 'x', 'Write a number.'],
    ['a fraction where a whole number is wanted', z.int(), 1.5, 'Write a whole number.'],
    ['a number where a list is wanted', z.array(z.string()), 1, 'Write a list.'],
    ['an empty text', z.string().min(1), '', 'This field must not be empty.'],
    ['a short text', z.string().min(8), 'x', 'At least 8 characters required.'],
    ['a long text', z.string().max(1), 'xx', 'At most 1 character allowed.'],
    ['an empty list', z.array(z.string()).min(1), [], 'At least 1 entry required.'],
    ['a long list', z.array(z.int()).max(2), [1, 2, 3], 'At most 2 entries allowed.'],
    ['a small number', z.number().min(1), 0, 'Write a number of at least 1.'],
    ['a number at an exclusive bound', z.number().gt(0), 0, 'Write a number greater than 0.'],
    ['a large number', z.number().max(9), 10, 'Write a number of at most 9.'],
    ['another word than the two', z.enum(['on', 'off']), 'x', 'Write on or off.'],
    ['another word than the three', z.enum(['a', 'b', 'c']), 'x', 'Write a, b, c.'],
    ['a wrong time', z.iso.datetime(), 'now', 'Write a date and time in UTC, such as 2026-11-25T10:00:00Z.'],
    ['a wrong pattern', z.string().regex(/^a$/), 'b', 'This value has an invalid format.'],
    ['none of several forms', z.union([z.string(), z.int()]), true, 'This value has none of the allowed forms.'],
  ])('explain %s', (_what, schema, value, message) => {
    expect(messageOf(schema, value)).toBe(message);
  });

  it('leave the words of a schema that has its own', () => {
    expect(messageOf(z.string().min(1, 'Enter a name.'), '')).toBe('Enter a name.');
  });
});
