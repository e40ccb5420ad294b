import { html } from 'htm/preact';
import type { z } from 'zod';
import type { NoticeSchema } from '../api/schemas/common.ts';
import type { Understood } from '../api/schemas/message.ts';
import { Facts } from './ui.ts';

export type Notice = z.output<typeof NoticeSchema>;

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

/** A name, and its value as far as it stands on the same line. */
const variable = /@[A-Za-z_]+@(?:\s*=\s*(?:['‘’“”"´][^\n]*?['‘’“”"´](?=\s|$|@)|(?:\{[^}\n]*\}\s?)+))?/g;

/** The text of a mail with its variables marked, and the lines that a notice names. */
export const Marked = ({ text, notices }: { readonly text: string; readonly notices: readonly Notice[] }) => {
  const faulty = new Set(notices.map(({ line }) => line));
  return html`<pre class="mail" tabindex="0" aria-label="Text of the mail">
${text
      .split('\n')
      .map(
        (line, index) => html`<span class=${faulty.has(index + 1) ? 'faulty' : ''}>${marked(line)}${'\n'}</span>`,
      )}</pre>`;
};

const marked = (line: string) => {
  const pieces = [];
  let from = 0;
  for (const match of line.matchAll(variable)) {
    pieces.push(line.slice(from, match.index), html`<mark>${match[0]}</mark>`);
    from = match.index + match[0].length;
  }
  return [...pieces, line.slice(from)];
};
