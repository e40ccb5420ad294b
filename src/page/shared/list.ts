import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { get, type Page } from './api.ts';
import { useLoad } from './hooks.ts';
import { type Column, type Selection, Table, ErrorAlert, LoadingOrError } from './ui.ts';

/** A list of the API, read page by page. */
export const List = <Row>({
  caption,
  path,
  columns,
  empty,
  refreshKey = 0,
  limit = 50,
  selection,
}: {
  readonly caption: string;
  /** With its filters. */
  readonly path: string;
  readonly columns: readonly Column<Row>[];
  readonly empty?: string;
  /** Another number: it is read again. */
  readonly refreshKey?: number;
  /** Rows on a page, at most 200. */
  readonly limit?: number;
  readonly selection?: Selection<Row>;
}) => {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const url = `${path}${path.includes('?') ? '&' : '?'}limit=${String(limit)}${
    cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
  }`;
  const { data, error } = useLoad(`${url} ${String(refreshKey)}`, () => get<Page<Row>>(url));
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  const { items, nextCursor } = data;
  return html`<${ErrorAlert} error=${error} />
    <${Table} caption=${caption} rows=${items} columns=${columns} empty=${empty} selection=${selection} />
    ${
      (cursors.length > 0 || nextCursor !== null) &&
      html`<p class="pages">
        <button class="secondary" disabled=${cursors.length === 0} onClick=${() => setCursors(cursors.slice(0, -1))}>
          Newer
        </button>
        <button
          class="secondary"
          disabled=${nextCursor === null}
          onClick=${() => setCursors([...cursors, nextCursor ?? ''])}
        >
          More
        </button>
      </p>`
    }`;
};
