import { html } from 'htm/preact';
import type { z } from 'zod';
import type { MessageSchema } from '../api/schemas/message.ts';
import { dispositions } from '../domain/disposition.ts';
import { dispositionTone } from './disposition.ts';
import { List } from './list.ts';
import { go } from './route.ts';
import { Badge, formText, Time, View, words, submitting } from './ui.ts';
import { query as queryOf } from './api.ts';

export type Message = z.output<typeof MessageSchema>;

export const Messages = ({ query }: { readonly query: URLSearchParams }) => {
  const filter = submitting((form) => {
    go(`/messages${queryOf({ disposition: formText(form, 'disposition'), text: formText(form, 'text') })}`);
  });
  const disposition = query.get('disposition') ?? '';
  return html`<${View} title="Messages">
    <form class="filter" aria-label="Filter" onSubmit=${filter}>
      <label
        >Disposition
        <select name="disposition" value=${disposition}>
          <option value="">all</option>
          ${[...dispositions, 'pending'].map((name) => html`<option value=${name}>${words(name)}</option>`)}
        </select></label
      >
      <label>Sender, subject or Message-ID<input name="text" type="search" value=${query.get('text') ?? ''} /></label>
      <button type="submit">Filter</button>
    </form>
    <${List}
      caption="Messages"
      path=${`/messages${queryOf({ disposition, text: query.get('text') })}`}
      empty="No message is like that."
      columns=${columns}
    />
  </${View}>`;
};

const columns = [
  { head: 'Arrived', cell: ({ arrivedAt }: Message) => html`<${Time} at=${arrivedAt} />` },
  { head: 'From', cell: ({ from }: Message) => from ?? '' },
  {
    head: 'Subject',
    cell: ({ id, subject }: Message) => html`<a href=${`#/messages/${String(id)}`}>${subject ?? '(no subject)'}</a>`,
  },
  {
    head: 'Disposition',
    cell: ({ disposition, reason }: Message) =>
      html`<${Badge} tone=${dispositionTone(disposition)}>${words(disposition ?? 'pending')}</${Badge}>${
        reason !== null && html` <small>${words(reason)}</small>`
      }`,
  },
  {
    head: 'Ticket',
    cell: ({ ticketNumber }: Message) =>
      ticketNumber === null ? '' : html`<a href=${`#/tickets/${ticketNumber}`}>${ticketNumber}</a>`,
  },
  { head: 'Mailbox', cell: ({ mailbox }: Message) => mailbox },
];
