import { html } from 'htm/preact';
import type { z } from 'zod';
import type { MailboxView } from '../../api/mailboxes/mailbox.schema.ts';
import type { MessageSchema } from '../../api/messages/message.schema.ts';
import { dispositions } from '../../domain/messages/disposition.ts';
import { dispositionTone } from './disposition.ts';
import { useLoad } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import { go } from '../shared/route.ts';
import { Badge, formText, Time, View, words, submitting } from '../shared/ui.ts';
import { get, query as queryOf } from '../shared/api.ts';

export type Message = z.output<typeof MessageSchema>;

const filters = ['disposition', 'mailbox', 'text'] as const;

export const Messages = ({ query }: { readonly query: URLSearchParams }) => {
  const { data: { items: mailboxes } = { items: [] } } = useLoad('mailboxes', () =>
    get<{ readonly items: readonly MailboxView[] }>('/mailboxes'),
  );
  const filter = submitting((form) => {
    go(`/messages${queryOf(Object.fromEntries(filters.map((name) => [name, formText(form, name)])))}`);
  });
  return html`<${View} title="Messages">
    <form class="filter" aria-label="Filter" onSubmit=${filter}>
      <label
        >Disposition
        <select name="disposition" value=${query.get('disposition') ?? ''}>
          <option value="">all</option>
          ${[...dispositions, 'pending'].map((name) => html`<option value=${name}>${words(name)}</option>`)}
        </select></label
      >
      <label
        >Mailbox
        <select name="mailbox">
          <option value="">all</option>
          ${mailboxes.map(
            ({ id, name }) =>
              html`<option value=${String(id)} selected=${String(id) === query.get('mailbox')}>${name}</option>`,
          )}
        </select></label
      >
      <label>Sender, subject or Message-ID<input name="text" type="search" value=${query.get('text') ?? ''} /></label>
      <button type="submit">Filter</button>
    </form>
    <${List}
      caption="Messages"
      path=${`/messages${queryOf(Object.fromEntries(filters.map((name) => [name, query.get(name)])))}`}
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
