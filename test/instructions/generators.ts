import fc from 'fast-check';
import { fieldNames } from '../../src/domain/messages/fields.ts';
import { operationNames, variableNames, type VariableName } from '../../src/domain/messages/instruction.ts';
import { kindOf } from '../../src/instructions/scan/vocabulary.ts';

const digit = (count: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 10 ** count - 1 }).map((number) => String(number).padStart(count, '0'));

const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/);

/** One line that people might write, with apostrophes wherever they like; no `@`, and no blanks at its ends. */
const line = fc
  .array(
    fc.oneof(word, fc.constantFrom("l'imprimante", "users'", "'90s", 'é', '日本', '=', '{', '%27', '>', 'a/b', '“x”')),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((words) => words.join(' '));

/** Several lines, the first of which has no apostrophe that could close it, and none of which ends with one. */
const paragraph = fc
  .array(fc.array(fc.oneof(word, fc.constantFrom("l'imprimante", 'é')), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
  })
  .map((lines) => lines.map((words) => words.join(' ')).join('\n'));

const address = fc
  .tuple(word, word)
  .map(([local, domain]) => `${local}@x${domain.replaceAll(/[_-]/g, '')}.example`.toLowerCase());

const date = fc
  .tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1970, max: 2100 }))
  .map(([day, month, year]) => `${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')}/${year}`);

const valueOf = (name: VariableName): fc.Arbitrary<string> => {
  switch (kindOf[name]) {
    case 'word':
      return fc
        .tuple(fc.constantFrom('I', 'S', 'R', 'E'), digit(6), digit(6))
        .map(([type, day, count]) => `${type}${day}_${count}`);
    case 'token':
      return word;
    case 'operation':
      return fc.constantFrom(...operationNames);
    case 'choice':
      return fc.constantFrom('0', '1', '2');
    case 'level':
      return fc.constantFrom('1', '2', '3');
    case 'date':
      return date;
    case 'person':
      return address;
    case 'guid':
      return fc.uuid();
    case 'text':
      return line;
    case 'long_text':
      return fc.oneof(line, paragraph);
  }
};

/** Between braces: braces in pairs. */
const fieldValue = line.map((value) => value.replaceAll('{', '{}'));

const otherCase = (text: string, lower: boolean): string => (lower ? text.toLowerCase() : text);

const variables = fc
  .uniqueArray(fc.constantFrom(...variableNames), { maxLength: 8 })
  .chain((names) => fc.tuple(...names.map((name) => valueOf(name).map((value) => [name, value] as const))));

const customFields = fc.dictionary(fc.stringMatching(/^E_[A-Z0-9_]{1,12}$/), fieldValue, { maxKeys: 4 });

/** Texts written from values, some on one line and some with spaces between the tokens. */
export const instructionTexts = fc
  .record({
    variables,
    customFields,
    lower: fc.boolean(),
    space: fc.constantFrom('', ' ', '\u00A0', '\u200B'),
    separator: fc.constantFrom('\n', '\n\n', ' ', '\nand then ', '\r\n'),
  })
  .map(({ variables: values, customFields: fields, lower, space, separator }) => {
    const written = values.map(([name, value]) => `@${otherCase(name, lower)}@${space}=${space}'${value}'`);
    const braces = Object.entries(fields).map(([key, value]) => `{${otherCase(key, lower)}=${value}}`);
    const last = braces.length === 0 ? [] : [`@${otherCase('FIELDS_TO_UPDATE', lower)}@${space}=${braces.join(space)}`];
    return { text: [...written, ...last].join(separator), variables: new Map(values), customFields: fields };
  });

/** Anything at all, with the signs of the grammar more often than chance would have them. */
export const roughTexts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@',
        "'",
        '=',
        '{',
        '}',
        '\n',
        ' ',
        '>',
        '%27',
        '%3D',
        '%40',
        '%0A',
        '’',
        '‘',
        '\u00A0',
        '\u200B',
        '\r',
      ),
      fc.constantFrom(...variableNames, ...fieldNames, 'FIELDS_TO_UPDATE', 'E_X', '1', 'SOLVE', '02/07/2022'),
      fc.constantFrom(
        'mailto:a@b?body=',
        '<mailto:',
        'https://',
        '\nFrom: a\nSent: b\nTo: c\n',
        '\nOn 1 a wrote:\n',
        '-----Original Message-----\n',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));
