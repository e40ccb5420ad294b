import { html } from 'htm/preact';
import type { OutgoingView } from '../../api/outgoing/outgoing.schema.ts';
import type { MailboxView } from '../../api/mailboxes/mailbox.schema.ts';
import { get, type Page, put } from '../shared/api.ts';
import { Bar } from '../messages/bar.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import { stateTone } from './mailbox-state.ts';
import { Badge, Outcome, confirmAction, Table, Time, ErrorAlert, View, LoadingIndicator, words } from '../shared/ui.ts';

interface Whole {
  readonly enabled: boolean;
  /** Of the agent itself. */
  readonly warnings: readonly { readonly code: string; readonly message: string; readonly remedy: string }[];
  readonly mailboxes: readonly MailboxView[];
  readonly quarantined: Page<unknown>;
  readonly unsent: Page<unknown>;
  readonly outgoing: OutgoingView;
  /** Tickets with an approval that nobody could be asked for. */
  readonly unasked: Page<{ readonly number: string; readonly title: string }>;
}

const load = async (): Promise<Whole> => {
  const [{ enabled, warnings }, { items }, quarantined, unsent, outgoing, unasked] = await Promise.all([
    get<Pick<Whole, 'enabled' | 'warnings'>>('/agent'),
    get<{ readonly items: readonly MailboxView[] }>('/mailboxes'),
    get<Page<unknown>>('/messages?disposition=quarantined&limit=100'),
    get<Page<unknown>>('/outbox?state=failed&limit=100'),
    get<OutgoingView>('/outgoing'),
    get<Whole['unasked']>('/tickets?nobodyToAsk=true&limit=20'),
  ]);
  return { enabled, warnings, mailboxes: items, quarantined, unsent, outgoing, unasked };
};

export const Overview = ({ operates, administers }: { readonly operates: boolean; readonly administers: boolean }) => {
  const { data, error, reload } = useLoad('overview', load, 10_000);
  const mutation = useMutation();
  const toggle = (enabled: boolean): void => {
    if (!enabled && !confirmAction('Switch the agent off? No mailbox is read then.')) return;
    mutation.run(
      async () => {
        await put('/agent', { enabled });
        reload();
      },
      enabled ? 'The agent is on.' : 'The agent is off.',
    );
  };
  return html`<${View}
    title="Overview"
    actions=${administers && html`<a role="button" href="#/mailboxes/new">Add a mailbox</a>`}
  >
    <${ErrorAlert} error=${error} />
    <${Outcome} mutation=${mutation} />
    ${
      data === undefined
        ? html`<${LoadingIndicator} />`
        : html`<p class="switch">
              <label>
                <input
                  type="checkbox"
                  role="switch"
                  checked=${data.enabled}
                  disabled=${!operates || mutation.busy}
                  onClick=${(event: Event) => {
                    event.preventDefault();
                    toggle(!data.enabled);
                  }}
                />
                ${data.enabled ? 'The agent is on' : 'The agent is off: no mailbox is read'}
              </label>
            </p>
            <${Attention} whole=${data} />
            <h2>Mailboxes</h2>
            <${Table}
              caption="Mailboxes"
              empty="There is no mailbox yet: add one."
              rows=${data.mailboxes}
              columns=${columns}
            />`
    }
  </${View}>`;
};

const columns = [
  { head: 'Mailbox', cell: ({ id, name }: MailboxView) => html`<a href=${`#/mailboxes/${String(id)}`}>${name}</a>` },
  {
    head: 'State',
    cell: ({ state, stateSince, detail }: MailboxView) =>
      html`<${Badge} tone=${stateTone(state)}>${words(state)}</${Badge}> <small>since <${Time} at=${stateSince} /></small>
        ${detail !== '' && html`<div class="detail">${detail}</div>`}`,
  },
  { head: 'Last read', cell: ({ lastReadAt }: MailboxView) => html`<${Time} at=${lastReadAt} />` },
  { head: 'Next read', cell: ({ nextReadAt }: MailboxView) => html`<${Time} at=${nextReadAt} />` },
  { head: 'Today', cell: ({ countsToday }: MailboxView) => html`<${Bar} counts=${countsToday} />` },
];

const several = ({ items, nextCursor }: Page<unknown>): string =>
  `${String(items.length)}${nextCursor === null ? '' : ' and more'}`;

/** What waits for a person. */
const Attention = ({
  whole: { warnings, mailboxes, quarantined, unsent, outgoing, unasked },
}: {
  readonly whole: Whole;
}) => {
  const items = [
    ...warnings.map(({ message, remedy }) => html`<li>${message} <small>${remedy}</small></li>`),
    ...mailboxes
      .filter(({ state }) => stateTone(state) === 'bad')
      .map(({ id, name, state }) => html`<li><a href=${`#/mailboxes/${String(id)}`}>${name}</a>: ${words(state)}</li>`),
    ...mailboxes.flatMap(({ id, name, warnings }) =>
      warnings.map(({ message }) => html`<li><a href=${`#/mailboxes/${String(id)}`}>${name}</a>: ${message}</li>`),
    ),
    ...(quarantined.items.length === 0
      ? []
      : [
          html`<li>
            <a href="#/messages?disposition=quarantined">Messages in quarantine</a>: ${several(quarantined)}
          </li>`,
        ]),
    ...(unsent.items.length === 0
      ? []
      : [html`<li><a href="#/outbox">Mails that could not be sent</a>: ${several(unsent)}</li>`]),
    ...outgoing.warnings.map(
      ({ message, remedy }) => html`<li><a href="#/outbox">Outgoing mail</a>: ${message} ${remedy}</li>`,
    ),
    ...unasked.items.map(
      ({ number, title }) =>
        html`<li>
          <a href=${`#/tickets/${number}`}>${number}</a> ${title}: nobody may approve it; change the steps of its
          category
        </li>`,
    ),
  ];
  return items.length === 0
    ? html`<p class="quiet">Nothing needs attention.</p>`
    : html`<section class="attention" aria-labelledby="attention">
        <h2 id="attention">Needs attention</h2>
        <ul>
          ${items}
        </ul>
      </section>`;
};
