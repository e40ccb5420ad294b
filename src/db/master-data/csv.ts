import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { storable } from '../schema/storable.ts';

/** A fault in a CSV file. */
export interface CsvProblem {
  /** 1-based; of a record over several lines the last one. The header is line 1. */
  readonly line: number;
  /** As named in the header; null when it is about the whole line. */
  readonly column: string | null;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** Nothing of the file was imported. */
export class CsvImportError extends Error {
  override readonly name = 'CsvImportError';
  readonly problems: readonly CsvProblem[];

  constructor(problems: readonly CsvProblem[]) {
    const [first] = problems;
    const place = first === undefined ? '' : `line ${first.line}${first.column === null ? '' : `, ${first.column}`}: `;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super(`The file was not imported: ${place}${first?.message ?? ''}${more}`);
    this.problems = problems;
  }
}

/** A record by column name, trimmed; the empty text where the file has no such column. */
export interface CsvRow<Column extends string> {
  readonly line: number;
  readonly values: Readonly<Record<Column, string>>;
}

const recordsSchema = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) }));

/** Problems shown at once, at most. */
const maxProblems = 100;

/** What separates the values of a file. */
export const separators = [',', ';', '\t'] as const;
export type Separator = (typeof separators)[number];

/** The separator that the first line holds most often: Excel writes `;` where the comma is the decimal sign. */
export const separatorOf = (text: string): Separator => {
  const header = text.split(/[\r\n]/, 1)[0] ?? '';
  const count = (separator: Separator): number => header.split(separator).length;
  return separators.reduce((best, separator) => (count(separator) > count(best) ? separator : best));
};

/**
 * Reads a CSV file (RFC 4180) with a header line in any order, separated as `separatorOf` says. Throws CsvImportError: not CSV, a
 * column that is missing, unknown or named twice, a record of another length than the header, an empty value in a required column.
 */
export const readCsv = <Required extends string, Optional extends string>(
  text: string,
  columns: { readonly required: readonly Required[]; readonly optional: readonly Optional[] },
): CsvRow<Required | Optional>[] => {
  const known: readonly string[] = [...columns.required, ...columns.optional];
  const [first, ...records] = parseCsv(text);
  const header = first?.record ?? [];
  checkHeader(header, columns.required, known);
  throwIfAny(
    records
      .filter(({ record }) => record.length !== header.length)
      .map(({ info, record }) => ({
        line: info.lines,
        column: null,
        message: `The line has ${record.length} values, but the header names ${header.length} columns: quote a value that holds the separator.`,
      })),
  );
  const rows = records.map(({ info, record }) => ({
    line: info.lines,
    values: Object.fromEntries(
      known.map((name) => [name, storable(record[header.indexOf(name)] ?? '').trim()]),
    ) as Record<Required | Optional, string>,
  }));
  throwIfAny(
    rows.flatMap(({ line, values }) =>
      columns.required
        .filter((column) => values[column] === '')
        .map((column) => ({ line, column, message: `${column} is empty: enter it.` })),
    ),
  );
  return rows;
};

/** The header and the first records of a file, to look at. Throws CsvImportError. */
export const firstRecords = (text: string, count: number): string[][] =>
  parseCsv(text, count + 1).map(({ record }) => record);

const parseCsv = (text: string, to?: number): z.output<typeof recordsSchema> => {
  try {
    const records: unknown = parse(text, {
      bom: true,
      delimiter: separatorOf(text),
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      ...(to === undefined ? {} : { to }),
    });
    return recordsSchema.parse(records);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const lines: unknown = error['lines'];
    throw new CsvImportError([{ line: typeof lines === 'number' ? lines : 1, column: null, message: error.message }]);
  }
};

const checkHeader = (header: readonly string[], required: readonly string[], known: readonly string[]): void => {
  const problem = (column: string, message: string): CsvProblem => ({ line: 1, column, message });
  throwIfAny([
    ...required
      .filter((name) => !header.includes(name))
      .map((name) => problem(name, `The column ${name} is missing: the first line names ${known.join(', ')}.`)),
    ...header
      .filter((name) => !known.includes(name))
      .map((name) => problem(name, `There is no column ${name}: the columns are ${known.join(', ')}.`)),
    ...header
      .filter((name, index) => header.indexOf(name) !== index)
      .map((name) => problem(name, `The column ${name} is there twice: remove one.`)),
  ]);
};

/** In order of their lines. */
export const throwIfAny = (problems: readonly CsvProblem[]): void => {
  if (problems.length > 0)
    throw new CsvImportError([...problems].sort((a, b) => a.line - b.line).slice(0, maxProblems));
};

/** The rows whose value, in any case, an earlier row has already. */
export const repeated = <Column extends string>(rows: readonly CsvRow<Column>[], column: Column): CsvProblem[] => {
  const seen = new Map<string, number>();
  return rows.flatMap(({ line, values }) => {
    const key = values[column].toLowerCase();
    const before = seen.get(key);
    seen.set(key, before ?? line);
    return before === undefined
      ? []
      : [{ line, column, message: `${values[column]} stands in line ${before} already: keep one of the two.` }];
  });
};
