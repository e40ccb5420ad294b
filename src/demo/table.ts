import type { LedgerEntry } from '../db/messages/message-list.ts';
import type { DemoMail } from './mails.ts';

/** A mail that was sent, and its row of the ledger; undefined when it never got there. */
export interface DemoResult {
  readonly mail: DemoMail;
  readonly entry: LedgerEntry | undefined;
}

export const isAsExpected = ({ mail, entry }: DemoResult): boolean =>
  entry?.disposition === mail.expected.disposition && entry.reason === mail.expected.reason;

/** What was sent, what was expected, and what became of it; a line a mail. */
export const resultTable = (results: readonly DemoResult[]): string =>
  aligned([
    ['', 'what was sent', 'expected', 'what became of it', 'ticket'],
    ...results.map((result) => [
      isAsExpected(result) ? '✓' : '✗',
      result.mail.title,
      words(result.mail.expected.disposition, result.mail.expected.reason),
      words(result.entry?.disposition ?? 'not handled', result.entry?.reason ?? null),
      result.entry?.ticketNumber ?? '',
    ]),
  ]);

export const words = (disposition: string, reason: string | null): string =>
  reason === null ? disposition : `${disposition}: ${reason}`;

const aligned = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
