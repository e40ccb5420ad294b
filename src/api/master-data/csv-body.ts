import type { Context } from 'hono';
import { CsvImportError } from '../../db/master-data/csv.ts';
import { invalid, problem } from '../http/problem.ts';

/** The encodings that spreadsheet programs write. */
export const csvEncodings = ['UTF-8', 'UTF-16', 'Windows-1252'] as const;

export interface CsvBody {
  readonly text: string;
  readonly encoding: (typeof csvEncodings)[number];
}

/**
 * The body as text: UTF-16 where a byte order mark says so, UTF-8 where all of it is UTF-8, otherwise Windows-1252, which Excel writes in
 * Western Europe. Throws 415 unless it is text/csv, 422 where it is no text.
 */
export const readCsvBody = async (c: Context): Promise<CsvBody> => {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'text/csv') throw problem(415, 'Send the file as Content-Type: text/csv.');
  const body = decode(new Uint8Array(await c.req.arrayBuffer()));
  if (body.text.includes('\0'))
    throw invalid([
      { field: '', pointer: '', rule: 'encoding', message: 'The file is not text: save it as CSV, in UTF-8.' },
    ]);
  return body;
};

const decode = (bytes: Uint8Array): CsvBody => {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'UTF-16' };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'UTF-16' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' };
  }
};

/** Throws 422 with the line and column of each fault of the file. */
export const refuseCsv = (error: unknown): never => {
  if (!(error instanceof CsvImportError)) throw error;
  throw invalid(
    error.problems.map(({ line, column, message }) => ({
      field: column ?? '',
      pointer: '',
      rule: 'csv',
      message: `Line ${line}${column === null ? '' : `, ${column}`}: ${message}`,
      line,
      ...(column === null ? {} : { column }),
    })),
  );
};
