import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import type { MailboxView } from '../../api/mailboxes/mailbox.schema.ts';
import type { MessageSchema } from '../../api/messages/message.schema.ts';
import {
  dispositions,
  quarantineReasons,
  rejectionReasons,
  releasableDispositions,
} from '../../domain/messages/disposition.ts';
import { Bulk } from './bulk.ts';
import { dispositionTone } from './disposition.ts';
import { useLoad, useRefreshKey } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import { go } from '../shared/route.ts';
import { Badge, formText, Time, View, words, submitting } from '../shared/ui.ts';
import { get, query as queryOf } from '../shared/api.ts';

export type Message = z.output<typeof MessageSchema>;

const filters = ['disposition', 'reason', 'mailbox', 'from', 'text', 'since', 'until'] as const;

/** Midnight in the reader's time zone of the day `day`, moved by `days`; null for no day. */
const midnight = (day: string | null, days = 0): string | null => {
  if (day === null || day === '') return null;
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return null;
  date.setDate(date.getDate() + days);
  return date.toISOString();
};

export const Messages = ({ query, operates }: { readonly query: URLSearchParams; readonly operates: boolean }) => {
  const { data: { items: mailboxes } = { items: [] } } = useLoad('mailboxes', () =>
    get<{ readonly items: readonly MailboxView[] }>('/mailboxes'),
  );
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [refreshKey, reload] = useRefreshKey();
  const filter = submitting((form) => {
    go(`/messages${queryOf(Object.fromEntries(filters.map((name) => [name, formText(form, name)])))}`);
  });
  const disposition = query.get('disposition');
  // A list of what a person can still act on: a discarded message is no longer in it.
  const actionable = releasableDispositions.some((one) => one === disposition);
  const path = `/messages${queryOf({
    ...Object.fromEntries(['disposition', 'reason', 'mailbox', 'from', 'text'].map((name) => [name, query.get(name)])),
    discarded: actionable ? 'false' : null,
    arrivedFrom: midnight(query.get('since')),
    arrivedBefore: midnight(query.get('until'), 1),
  })}`;
  return html`<${View} title=${disposition === 'quarantined' ? 'Quarantine' : 'Messages'}>
    <form class="filter" aria-label="Filter" onSubmit=${filter}>
      <label
        >Disposition
        <select name="disposition" value=${disposition ?? ''}>
          <option value="">all</option>
          ${[...dispositions, 'pending'].map((name) => html`<option value=${name}>${words(name)}</option>`)}
        </select></label
      >
      <label
        >Reason
        <select name="reason" value=${query.get('reason') ?? ''}>
          <option value="">all</option>
          ${[...quarantineReasons, ...rejectionReasons].map((name) => html`<option value=${name}>${words(name)}</option>`)}
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
      <label>Sender<input name="from" type="search" value=${query.get('from') ?? ''} /></label>
      <label>Sender, subject or Message-ID<input name="text" type="search" value=${query.get('text') ?? ''} /></label>
      <label>Arrived from<input name="since" type="date" value=${query.get('since') ?? ''} /></label>
      <label>until<input name="until" type="date" value=${query.get('until') ?? ''} /></label>
      <button type="submit">Filter</button>
    </form>
    ${
      actionable &&
      operates &&
      html`<${Bulk}
        ids=${selected}
        onDone=${() => {
          setSelected(new Set());
          reload();
        }}
      />`
    }
    <${List}
      caption="Messages"
      path=${path}
      empty=${actionable ? 'No message is waiting here.' : 'No message matches the filter.'}
      columns=${columns}
      refreshKey=${refreshKey}
      limit=${actionable ? 200 : 50}
      selection=${
        actionable && operates
          ? {
              ids: selected,
              change: setSelected,
              idOf: ({ id }: Message) => id,
              labelOf: ({ subject }: Message) => subject ?? '(no subject)',
            }
          : undefined
      }
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
    cell: ({ disposition, reason, discardedAt }: Message) =>
      html`<${Badge} tone=${dispositionTone(disposition)}>${words(disposition ?? 'pending')}</${Badge}>${
        reason !== null && html` <small>${words(reason)}</small>`
      }${discardedAt !== null && html` <small>discarded</small>`}`,
  },
  {
    head: 'Ticket',
    cell: ({ ticketNumber }: Message) =>
      ticketNumber === null ? '' : html`<a href=${`#/tickets/${ticketNumber}`}>${ticketNumber}</a>`,
  },
  { head: 'Mailbox', cell: ({ mailbox }: Message) => mailbox },
];
