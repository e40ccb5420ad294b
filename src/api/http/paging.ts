import { z } from '@hono/zod-openapi';
import { invalid } from './problem.ts';

/** Query parameters of every list that is read page by page. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Maximum number of items in the response.'),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the previous page.'),
};

/** `{ items, nextCursor }`; `nextCursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Keys are opaque to clients, so that the order behind them can change. */
const encodeCursor = (key: number): string => Buffer.from(String(key)).toString('base64url');

/** Throws 422 for a cursor that this API did not give out. */
export const decodeCursor = (cursor: string | undefined): number | undefined => {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,15}$/.test(text)) {
    throw invalid([
      {
        field: 'cursor',
        pointer: '?cursor',
        rule: 'cursor',
        message: 'cursor: give the nextCursor of the page before.',
      },
    ]);
  }
  return Number(text);
};

/** One page's bounds, with a row too many to see whether there is a next one. */
export const pageAfter = ({ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined }) => ({
  after: decodeCursor(cursor),
  limit: limit + 1,
});

/** One page out of `limit + 1` rows in the order of their ids: the row too many proves that there is a next page. */
export const toPage = <Row extends { readonly id: number }>(
  rows: readonly Row[],
  limit: number,
): { items: Row[]; nextCursor: string | null } => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last.id) : null };
};
