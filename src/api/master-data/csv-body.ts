import type { Context } from 'hono';
import { CsvImportError } from '../../db/master-data/csv.ts';
import { invalid, problem } from '../http/problem.ts';

/** The body as text. Throws 415 unless it is text/csv, 422 unless it is UTF-8. */
export const readCsvBody = async (c: Context): Promise<string> => {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'text/csv') throw problem(415, 'Send the file as Content-Type: text/csv.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await c.req.arrayBuffer());
  } catch {
    throw invalid([{ field: '', pointer: '', rule: 'encoding', message: 'The file is not UTF-8: save it as UTF-8.' }]);
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
