import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { post } from '../shared/api.ts';
import { useMutation, useRefreshKey } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import { WaysOut } from './ways-out.ts';
import { Badge, type Column, Outcome, Time, View, words } from '../shared/ui.ts';

interface Mail {
  readonly id: number;
  readonly kind: string;
  readonly state: 'pending' | 'sent' | 'bounced' | 'failed';
  readonly to: string;
  readonly subject: string | null;
  readonly ticket: string | null;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly sentAt: string | null;
}

const tones = { pending: 'plain', sent: 'good', bounced: 'bad', failed: 'bad' } as const;

export const Outbox = ({ operates }: { readonly operates: boolean }) => {
  const [state, setState] = useState('');
  const [refreshKey, changed] = useRefreshKey();
  const mutation = useMutation();
  const again = (id: number): void =>
    mutation.run(async () => {
      await post(`/outbox/${String(id)}/resend`);
      changed();
    }, 'It is sent again.');
  const columns: readonly Column<Mail>[] = [
    { head: 'Created', cell: ({ createdAt }) => html`<${Time} at=${createdAt} />` },
    { head: 'Kind', cell: ({ kind }) => words(kind) },
    { head: 'To', cell: ({ to }) => to },
    { head: 'Subject', cell: ({ subject }) => subject ?? '' },
    {
      head: 'State',
      cell: (mail) =>
        html`<${Badge} tone=${tones[mail.state]}>${mail.state}</${Badge}>${
          mail.lastError !== null && html`<div class="detail">${mail.lastError}</div>`
        }`,
    },
    { head: 'Sent', cell: ({ sentAt }) => html`<${Time} at=${sentAt} />` },
    {
      head: 'Ticket',
      cell: ({ ticket }) => (ticket === null ? '' : html`<a href=${`#/tickets/${ticket}`}>${ticket}</a>`),
    },
    ...(operates
      ? [
          {
            head: 'Do',
            cell: ({ id, state: now }: Mail) =>
              now === 'failed' || now === 'bounced'
                ? html`<button class="secondary" onClick=${() => again(id)}>Send again</button>`
                : '',
          },
        ]
      : []),
  ];
  return html`<${View} title="Outgoing mail">
    <${WaysOut} operates=${operates} mutation=${mutation} />
    <form class="filter">
      <label
        >State
        <select value=${state} onChange=${(event: Event) => setState((event.currentTarget as HTMLSelectElement).value)}>
          <option value="">all</option>
          ${Object.keys(tones).map((name) => html`<option value=${name}>${name}</option>`)}
        </select></label
      >
    </form>
    <${Outcome} mutation=${mutation} />
    <${List}
      key=${state}
      refreshKey=${refreshKey}
      caption="Outgoing mail"
      path=${`/outbox${state === '' ? '' : `?state=${state}`}`}
      columns=${columns}
      empty="There is none."
    />
  </${View}>`;
};
