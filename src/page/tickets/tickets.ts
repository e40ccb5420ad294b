import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import type { TicketDetailSchema } from '../../api/tickets/ticket.schema.ts';
import { ticketStates } from '../../domain/tickets/ticket.ts';
import { query } from '../shared/api.ts';
import { List } from '../shared/list.ts';
import { Badge, formText, Time, View, words, submitting } from '../shared/ui.ts';

export type Ticket = z.output<typeof TicketDetailSchema>;

export const ticketTone = (state: Ticket['state']) =>
  state === 'registered' ? 'good' : state === 'on_hold' ? 'warn' : 'plain';

export const Tickets = () => {
  const [filter, setFilter] = useState('');
  const submit = submitting((form) => {
    setFilter(query({ state: formText(form, 'state'), text: formText(form, 'text') }));
  });
  return html`<${View} title="Tickets">
    <form class="filter" aria-label="Filter" onSubmit=${submit}>
      <label
        >State
        <select name="state">
          <option value="">all</option>
          ${ticketStates.map((name) => html`<option value=${name}>${words(name)}</option>`)}
        </select></label
      >
      <label>Number, title or reference<input name="text" type="search" /></label>
      <button type="submit">Filter</button>
    </form>
    <${List} key=${filter} caption="Tickets" path=${`/tickets${filter}`} empty="No ticket is like that." columns=${columns} />
  </${View}>`;
};

const columns = [
  { head: 'Number', cell: ({ number }: Ticket) => html`<a href=${`#/tickets/${number}`}>${number}</a>` },
  { head: 'Title', cell: ({ title }: Ticket) => title },
  { head: 'State', cell: ({ state }: Ticket) => html`<${Badge} tone=${ticketTone(state)}>${words(state)}</${Badge}>` },
  { head: 'Priority', cell: ({ priority }: Ticket) => priority },
  { head: 'Requestor', cell: ({ requestor }: Ticket) => requestor.name },
  { head: 'Category', cell: ({ category }: Ticket) => category.path },
  { head: 'Created', cell: ({ createdAt }: Ticket) => html`<${Time} at=${createdAt} />` },
];
