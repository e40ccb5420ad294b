import { html } from 'htm/preact';
import type { z } from 'zod';
import type { NoticeSchema } from '../api/schemas/common.ts';
import type { MessageDetailSchema, Understood } from '../api/schemas/message.ts';
import { Facts } from './ui.ts';

export type Notice = z.output<typeof NoticeSchema>;
type PlaceRange = z.output<typeof MessageDetailSchema>['places'][number];

/** What was understood of a mail, and what was not. */
export const Instruction = ({
  understood,
  notices,
}: {
  readonly understood: Understood | null;
  readonly notices: readonly Notice[];
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

/** The text of a mail with its variables marked, and the lines that a notice names. */
export const Marked = ({
  text,
  places,
  notices,
}: {
  readonly text: string;
  readonly places: readonly PlaceRange[];
  readonly notices: readonly Notice[];
}) => {
  const faulty = new Set(notices.map(({ line }) => line));
  return html`<pre class="mail" tabindex="0" aria-label="Text of the mail">
${text
      .split('\n')
      .map(
        (line, index) =>
          html`<span class=${faulty.has(index + 1) ? 'faulty' : ''}>${marked(line, index + 1, places)}${'\n'}</span>`,
      )}</pre>`;
};

/** A line in pieces, those of variables marked. */
const marked = (line: string, number: number, places: readonly PlaceRange[]) => {
  const pieces = [];
  let done = 0;
  for (const { from, to } of places) {
    if (from.line > number || to.line < number) continue;
    const begin = from.line < number ? 0 : from.column - 1;
    const end = to.line > number ? line.length : to.column - 1;
    if (end <= begin) continue;
    pieces.push(line.slice(done, begin), html`<mark>${line.slice(begin, end)}</mark>`);
    done = end;
  }
  return [...pieces, line.slice(done)];
};
