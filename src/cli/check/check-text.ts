import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import type { CheckedMessage } from './check-message.ts';

/** The result for a person at a terminal; ends with a line end. Control characters of the mail are shown, not sent there. */
export const checkText = ({ result, explanation, text }: CheckedMessage): string => {
  const { instruction } = result;
  const lines = text.split('\n');
  const reason = result.reason === null ? '' : ` (${result.reason})`;
  return [
    `${result.file}: ${result.disposition}${reason}\n`,
    row('Why', explanation),
    row('From', result.from ?? ''),
    row('Subject', result.subject ?? ''),
    row('Message-ID', result.messageId ?? ''),
    row('Operation', instruction.operation ?? ''),
    row('Variables', assignments(instruction.variables)),
    row('Fields', assignments(instruction.fields)),
    row(
      'Attachments',
      result.attachments.map(({ name, contentType, size }) => `${name} (${contentType}, ${size} bytes)`).join('\n'),
    ),
    row('Description', result.description ?? ''),
    row('Warnings', result.warnings.map((notice) => noticeLines(notice, lines)).join('\n')),
    row('Errors', result.errors.map((notice) => noticeLines(notice, lines)).join('\n')),
  ].join('');
};

const labelWidth = 14;

const row = (label: string, value: string): string =>
  value === ''
    ? ''
    : visible(value)
        .split('\n')
        .map((line, index) => `  ${(index === 0 ? label : '').padEnd(labelWidth)}${line}`.trimEnd() + '\n')
        .join('');

const assignments = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} = ${value}`)
    .join('\n');

/** Characters of a line that are shown on each side of the place. */
const around = 60;

/** The sentence, and below it the line that it is about with a caret under the place. */
const noticeLines = ({ line, column, message }: Diagnostic, lines: readonly string[]): string => {
  if (line === null) return message;
  const place = (column ?? 1) - 1;
  const from = Math.max(0, place - around);
  const shown = (lines[line - 1] ?? '').slice(from, place + around).replaceAll('\t', ' ');
  // As wide as what stands before it is when it is shown.
  const caret = `${' '.repeat(visible(shown.slice(0, place - from)).length)}^`;
  return `line ${line}, column ${column ?? 1}: ${message}\n  ${shown}\n  ${caret}`;
};

/** A mail must not write escape sequences to the terminal, nor turn its direction. */
const visible = (text: string): string =>
  text.replace(/[^\P{C}\n]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
