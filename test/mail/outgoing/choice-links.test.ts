import { describe, expect, it } from 'vitest';
import { defaultReadOptions, readInstruction } from '../../../src/instructions/read-instruction.ts';
import { maxUrlLength, readMailto } from '../../../src/instructions/mailto.ts';
import { choiceLinks } from '../../../src/mail/outgoing/choice-links.ts';

const token = 'abcDEF_-'.repeat(5) + 'xyz';
const links = (language: 'en' | 'fr') =>
  choiceLinks({ to: 'support@aef.com', number: 'S261124_000001', actionId: 42, token, language });

const cases = (['en', 'fr'] as const).flatMap((language) =>
  (
    [
      ['accept', '1'],
      ['refuse', '0'],
      ['ask', '2'],
    ] as const
  ).map(([link, choice]) => ({ language, link, choice })),
);

describe.each(cases)('the link $link ($language)', ({ language, link, choice }) => {
  const url = links(language)[link];
  const body = readMailto(url)?.body ?? '';
  const read = (text: string) => readInstruction(text, defaultReadOptions);

  it('is short enough for every mail program, and without quotes or line ends of its own', () => {
    expect(url.length).toBeLessThanOrEqual(maxUrlLength);
    expect(url).not.toMatch(/['"\n\r]/);
  });

  it('writes a mail that orders just this choice', () => {
    const { instruction, errors } = read(body);
    expect(errors).toEqual([]);
    expect(instruction).toMatchObject({
      operation: 'SOLVE',
      rfcNumber: 'S261124_000001',
      actionId: '42',
      choice,
      token,
    });
    expect(readMailto(url)?.to).toBe('support@aef.com');
    expect(readMailto(url)?.subject).toContain('[S261124_000001]');
  });

  it.each([
    ['a comment above and a signature below', `Fine for me.\n\n${body}\n--\nAmira Haddad\nService Desk\n`],
    ['no-break spaces', body.replaceAll(' ', '\u00a0')],
    ['CRLF', body.replaceAll('\n', '\r\n')],
    ['the lines run together', body.replaceAll('\n', ' ')],
    ['the asking mail quoted below', `${body}\n> Refuse: @CHOICE@='9'\n> @OPERATION@='STOP'\n`],
    ['Outlook’s quoted mail below', `${body}\n-----Original Message-----\nFrom: Support\n@CHOICE@='9'\n`],
  ])('survives %s', (_name, text) => {
    const { instruction, errors } = read(text);
    expect(errors).toEqual([]);
    expect(instruction).toMatchObject({ operation: 'SOLVE', choice, token });
  });
});

it('curly quotes, as phones write them, are an error that says so, or are taken where the mailbox takes them', () => {
  const body = (readMailto(links('en').accept)?.body ?? '').replaceAll(/'([^']*)'/g, '‘$1’');
  expect(readInstruction(body, defaultReadOptions).errors[0]).toMatchObject({ code: 'wrong_quote' });
  const { instruction, errors } = readInstruction(body, { ...defaultReadOptions, acceptCurlyQuotes: true });
  expect(errors).toEqual([]);
  expect(instruction).toMatchObject({ choice: '1', token });
});
