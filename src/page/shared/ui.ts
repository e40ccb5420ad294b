import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ApiError } from './api.ts';
import type { Mutation } from './hooks.ts';

/** A view with its heading, which gets the focus when one comes here, so that a screen reader says where one is. */
export const View = ({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
}) => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Technical Support Agent`;
    heading.current?.focus();
  }, [title]);
  return html`<header class="view-head">
      <h1 tabindex="-1" ref=${heading}>${title}</h1>
      <div class="actions">${actions}</div>
    </header>
    ${children}`;
};

/** Shows an error. For an imported file, lists each error with its line. */
export const ErrorAlert = ({ error }: { readonly error: ApiError | undefined }) => {
  if (error === undefined) return null;
  const ofLines = error.errors.filter(({ line }) => line !== undefined);
  return html`<div class="error-alert" role="alert">
    ${
      ofLines.length === 0
        ? html`<p>${error.message}</p>`
        : html`<p>The file has errors. Nothing was imported.</p>
            <ul>
              ${ofLines.map(({ message }) => html`<li>${message}</li>`)}
            </ul>`
    }
  </div>`;
};

/** Shows the error or the success message of a mutation. */
export const Outcome = ({ mutation }: { readonly mutation: Mutation }) =>
  html`<${ErrorAlert} error=${mutation.error} />
    <p role="status" class="done">${mutation.message}</p>`;

/** Opens over the page, with the focus on its first field, and closes by its buttons or Escape. */
export const Dialog = ({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('form input, form select')?.focus();
  }, []);
  return html`<dialog ref=${dialog} onClose=${onClose} aria-labelledby="dialog-title">
    <article>
      <header>
        <h2 id="dialog-title">${title}</h2>
        <button type="button" class="secondary" onClick=${() => dialog.current?.close()}>Cancel</button>
      </header>
      ${children}
    </article>
  </dialog>`;
};

export const LoadingIndicator = () => html`<p aria-busy="true">Loading…</p>`;

/** Shows the error if loading failed, else a loading indicator. */
export const LoadingOrError = ({ error }: { readonly error: ApiError | undefined }) =>
  error === undefined ? html`<${LoadingIndicator} />` : html`<${ErrorAlert} error=${error} />`;

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
}

/** Rows that can be selected by check boxes. */
export interface Selection<Row> {
  readonly ids: ReadonlySet<number>;
  readonly change: (ids: ReadonlySet<number>) => void;
  readonly idOf: (row: Row) => number;
  /** Names the row for a screen reader. */
  readonly labelOf: (row: Row) => string;
}

const selectionColumn = <Row>(
  { ids, change, idOf, labelOf }: Selection<Row>,
  rows: readonly Row[],
): Column<Row> & { readonly top: ComponentChildren } => {
  const all = rows.every((row) => ids.has(idOf(row)));
  return {
    head: 'Select',
    top: html`<input
      type="checkbox"
      aria-label="Select all on this page"
      checked=${all}
      onChange=${() => change(new Set(all ? [] : rows.map(idOf)))}
    />`,
    cell: (row) => {
      const id = idOf(row);
      const toggled = (): void =>
        change(ids.has(id) ? new Set([...ids].filter((each) => each !== id)) : new Set([...ids, id]));
      return html`<input
        type="checkbox"
        aria-label=${`Select ${labelOf(row)}`}
        checked=${ids.has(id)}
        onChange=${toggled}
      />`;
    },
  };
};

/** A table in a region of its own; on a phone each row is a card, whose roles keep it a table for a screen reader. */
export const Table = <Row>({
  caption,
  columns,
  rows,
  empty = 'Nothing is here.',
  selection,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly empty?: string;
  readonly selection?: Selection<Row> | undefined;
}) => {
  const shownColumns: readonly (Column<Row> & { readonly top?: ComponentChildren })[] =
    selection === undefined ? columns : [selectionColumn(selection, rows), ...columns];
  return rows.length === 0
    ? html`<p class="quiet">${empty}</p>`
    : html`<div class="scroll" role="region" aria-label=${caption} tabindex="0">
        <table role="table">
          <caption class="hidden">
            ${caption}
          </caption>
          <thead role="rowgroup">
            <tr role="row">
              ${shownColumns.map(({ head, top }) => html`<th scope="col" role="columnheader">${top ?? head}</th>`)}
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${rows.map(
              (row) =>
                html`<tr role="row">
                  ${shownColumns.map(({ head, cell }) => html`<td role="cell" data-head=${head}>${cell(row)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
};

/** A number with its label; null: the field is empty. */
export const NumberField = ({
  label,
  value,
  change,
  ...bounds
}: {
  readonly label: string;
  readonly value: number | null | undefined;
  readonly change: (value: number | null) => void;
  readonly min: string;
  readonly step?: string;
}) =>
  html`<label
    >${label}
    <input type="number" value=${value ?? ''} onInput=${(event: Event) => change(inputNumber(event))} ...${bounds}
  /></label>`;

/** Names and values. */
export const Facts = ({ of }: { readonly of: readonly (readonly [string, ComponentChildren])[] }) =>
  html`<dl class="facts">
    ${of
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;

export const Badge = ({ tone, children }: { readonly tone: Tone; readonly children?: ComponentChildren }) =>
  html`<span class=${`badge ${tone}`}>${children}</span>`;

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

const shown = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** In the reader's own time zone and language. */
export const Time = ({ at }: { readonly at: string | null }) =>
  at === null ? html`<span class="quiet">–</span>` : html`<time datetime=${at}>${shown.format(new Date(at))}</time>`;

export const words = (code: string): string => code.replaceAll('_', ' ');

/** Returns the ARIA attributes that link an invalid input to its FieldError. */
export const invalidity = (id: string, message: string | undefined) =>
  message === undefined ? {} : { 'aria-invalid': 'true', 'aria-describedby': `${id}-error` };

/** Of a form's field, for what is wrong with it. */
export const FieldError = ({ id, message }: { readonly id: string; readonly message: string | undefined }) =>
  message === undefined ? null : html`<small id=${`${id}-error`} class="field-error">${message}</small>`;

/** Asks for confirmation before an irreversible action. */
export const confirmAction = (question: string): boolean => globalThis.confirm(question);

/** Of a form's submission: the page stays, `act` does the rest. */
export const submitting =
  (act: (form: HTMLFormElement) => void) =>
  (event: SubmitEvent): void => {
    event.preventDefault();
    act(event.currentTarget as HTMLFormElement);
  };

export const formText = (form: HTMLFormElement, name: string): string => {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value : '';
};

/** Returns the current value of the event's input. */
export const inputValue = (event: Event): string => (event.currentTarget as HTMLInputElement).value;

/** Returns the number in the event's input. Null if the input is empty. */
export const inputNumber = (event: Event): number | null =>
  inputValue(event) === '' ? null : Number(inputValue(event));
