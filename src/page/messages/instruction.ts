import { html } from 'htm/preact';
import type { z } from 'zod';
import type { DiagnosticSchema } from '../../api/http/common.ts';
import type { MessageDetailSchema, Understood } from '../../api/messages/message.schema.ts';
import { Facts } from '../shared/ui.ts';

export type Diagnostic = z.output<typeof DiagnosticSchema>;
type PlaceRange = z.output<typeof MessageDetailSchema>['places'][number];

/** What was understood of a mail, and what was not. */
export const Instruction = ({
  understood,
  notices,
}: {
  readonly understood: Understood | null;
  readonly notices: readonly Diagnostic[];
}) =>
  html`<h2>What was understood</h2>
    ${
      understood === null
        ? html`<p class="quiet">Nothing: the original cannot be read.</p>`
        : html`<${Facts}
            of=${[
              ['Operation', understood.operation ?? 'none'],
              ['Ticket', understood.rfcNumber],
              ['Action', understood.actionId],
              ['Choice', understood.choice],
              ...Object.entries(understood.variables).map(([name, value]) => [`@${name}@`, value] as const),
              ...Object.entries(understood.fields).map(([name, value]) => [name, value] as const),
            ]}
          />`
    }
    ${
      notices.length > 0 &&
      html`<ul class="notices">
        ${notices.map(
          ({ message, line, column, variable }) =>
            html`<li>
              ${variable !== null && html`<strong>@${variable}@</strong> `}${
                line !== null && `line ${String(line)}${column === null ? '' : `, column ${String(column)}`}: `
              }${message}
            </li>`,
        )}
      </ul>`
    }`;

/** The text of a mail with its variables marked, and what is wrong at its place; of a warning the line. */
export const Marked = ({
  text,
  places,
  errors,
  notices,
}: {
  readonly text: string;
  readonly places: readonly PlaceRange[];
  readonly errors: readonly Diagnostic[];
  readonly notices: readonly Diagnostic[];
}) => {
  const doubtful = new Set(notices.map(({ line }) => line));
  return html`<pre class="mail" tabindex="0" aria-label="Text of the mail">
${text
      .split('\n')
      .map(
        (line, index) =>
          html`<span class=${doubtful.has(index + 1) ? 'faulty' : ''}
            >${marked(line, [...ofPlaces(line, index + 1, places), ...ofErrors(line, index + 1, errors)])}${'\n'}</span
          >`,
      )}</pre>`;
};

/** A piece of a line, from `begin` to just before `end`. */
interface Piece {
  readonly begin: number;
  readonly end: number;
  /** What is wrong there; absent: a variable that was read. */
  readonly message?: string;
}

const ofPlaces = (line: string, number: number, places: readonly PlaceRange[]): readonly Piece[] =>
  places
    .filter(({ from, to }) => from.line <= number && number <= to.line)
    .map(({ from, to }) => ({
      begin: from.line < number ? 0 : from.column - 1,
      end: to.line > number ? line.length : to.column - 1,
    }));

/** Up to the next white space. */
const ofErrors = (line: string, number: number, errors: readonly Diagnostic[]): readonly Piece[] =>
  errors.flatMap(({ line: at, column, message }) => {
    if (at !== number || column === null) return [];
    const begin = column - 1;
    const length = line.slice(begin).search(/\s|$/);
    return [{ begin, end: begin + length, message }];
  });

/** The line in pieces; of two that overlap, the first. */
const marked = (line: string, pieces: readonly Piece[]) => {
  const shown = [];
  let done = 0;
  for (const { begin, end, message } of pieces.toSorted((a, b) => a.begin - b.begin)) {
    if (begin < done || end <= begin) continue;
    const piece = line.slice(begin, end);
    shown.push(
      line.slice(done, begin),
      message === undefined ? html`<mark>${piece}</mark>` : html`<span class="fault" title=${message}>${piece}</span>`,
    );
    done = end;
  }
  return [...shown, line.slice(done)];
};
