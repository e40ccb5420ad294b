import { html } from 'htm/preact';
import { get } from '../shared/api.ts';
import { useLoad } from '../shared/hooks.ts';
import type { Ticket } from './tickets.ts';
import { ticketTone } from './tickets.ts';
import { Badge, Facts, Table, Time, ErrorAlert, View, words, LoadingOrError } from '../shared/ui.ts';
import { Workflow } from './workflow.ts';

const levels: Readonly<Record<number, string>> = { 1: 'high', 2: 'medium', 3: 'low' };
const level = (value: number | null): string | null => (value === null ? null : (levels[value] ?? String(value)));

export const TicketPage = ({
  number,
  workflowsUrl,
}: {
  readonly number: string;
  readonly workflowsUrl: string | null;
}) => {
  const path = `/tickets/${encodeURIComponent(number)}`;
  const { data, error } = useLoad(path, () => get<Ticket>(path), 10_000);
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  return html`<${View} title=${`${data.number}: ${data.title}`}>
    <${ErrorAlert} error=${error} />
    <p><${Badge} tone=${ticketTone(data.state)}>${words(data.state)}</${Badge}> ${data.process}</p>
    <${Facts}
      of=${[
        ['Requestor', `${data.requestor.name} ${data.requestor.address ?? ''}`],
        ['Recipient', data.recipient?.name],
        ['Category', data.category.path],
        ['Urgency', level(data.urgency)],
        ['Impact', level(data.impact)],
        ['Severity', level(data.severity)],
        ['Priority', String(data.priority)],
        ['Equipment', data.asset === null ? null : `${data.asset.name} ${data.asset.tag ?? '(not known)'}`],
        ['Configuration item', data.configurationItem],
        ['Origin', data.origin],
        ['Phase', data.phase],
        ['Waits for', data.waitsFor === null ? null : waitingWords[data.waitsFor]],
        ['Occurrences', data.occurrences === 1 ? null : String(data.occurrences)],
        ['Location', data.location],
        ['Department', data.department],
        ['Phone', data.phone],
        ['External reference', data.externalReference],
        ['Happened', html`<${Time} at=${data.occurredAt} />`],
        ['Created', html`<${Time} at=${data.createdAt} />`],
        ['On hold until', data.holdUntil === null ? null : html`<${Time} at=${data.holdUntil} />`],
        ['Closes', data.closeAt === null ? null : html`<${Time} at=${data.closeAt} />`],
        [
          'Related to',
          data.relatedTo === null ? null : html`<a href=${`#/tickets/${data.relatedTo}`}>${data.relatedTo}</a>`,
        ],
        ['Parent', data.parent === null ? null : html`<a href=${`#/tickets/${data.parent}`}>${data.parent}</a>`],
        ...Object.entries(data.customFields),
        ['Workflow', html`<${Workflow} id=${data.workflowId} url=${workflowsUrl} />`],
      ]}
    />
    ${data.undelivered.map(
      ({ kind, to, state, problem }) =>
        html`<p class="warning">${words(kind)} to ${to}: ${words(state)}. ${problem ?? ''}</p>`,
    )}
    <h2>Description</h2>
    <pre class="mail" tabindex="0" aria-label="Description">${data.description}</pre>
    ${
      data.approvals.length > 0 &&
      html`<h2>Approvals</h2>
        <${Table} caption="Approvals" rows=${data.approvals} columns=${approvals(workflowsUrl)} />`
    }
    <h2>Actions</h2>
    <${Table} caption="Actions" rows=${data.actions} columns=${actions} />
    <h2>Documents</h2>
    <${Table} caption="Documents" rows=${data.documents} columns=${documents(data.number)} empty="No document is stored." />
  </${View}>`;
};

const waitingWords: Readonly<Record<NonNullable<Ticket['waitsFor']>, string>> = {
  approval: 'its approvers',
  approver: 'somebody who may approve: there is nobody to ask',
  window: 'the start of its window',
  hold: 'the end of its hold',
  confirmation: 'the word of the requestor',
};

const choiceWords = { '0': 'refusal', '1': 'acceptance', '2': 'question' } as const;

const approvals = (workflowsUrl: string | null) => [
  { head: 'Kind', cell: ({ kind }: Ticket['approvals'][number]) => words(kind) },
  { head: 'State', cell: ({ state }: Ticket['approvals'][number]) => words(state) },
  {
    head: 'Asked',
    cell: ({ asked }: Ticket['approvals'][number]) =>
      html`<ul class="bare">
        ${asked.map(
          ({ employee, state, comment, pending, mail }) =>
            html`<li>
              ${employee.name}:
              ${words(state)}${comment === '' ? '' : ` (${comment})`}${
                pending !== null &&
                html`, ${choiceWords[pending.choice]} not confirmed since <${Time} at=${pending.since} />`
              }${mail !== null && mail.state !== 'sent' && html`, email ${words(mail.state)}`}
            </li>`,
        )}
      </ul>`,
  },
  { head: 'Until', cell: ({ expiresAt }: Ticket['approvals'][number]) => html`<${Time} at=${expiresAt} />` },
  {
    head: 'Workflow',
    cell: ({ workflowId }: Ticket['approvals'][number]) =>
      workflowId === null ? '' : html`<${Workflow} id=${workflowId} url=${workflowsUrl} />`,
  },
];

const actions = [
  { head: 'When', cell: ({ at }: Ticket['actions'][number]) => html`<${Time} at=${at} />` },
  {
    head: 'What',
    cell: ({ kind, text }: Ticket['actions'][number]) =>
      html`${words(kind)}${text !== '' && html`<div class="detail">${text}</div>`}`,
  },
  { head: 'Who', cell: ({ by }: Ticket['actions'][number]) => by?.name ?? 'the agent' },
  {
    head: 'Mail',
    cell: ({ messageId }: Ticket['actions'][number]) =>
      messageId === null ? '' : html`<a href=${`#/messages/${String(messageId)}`}>message ${messageId}</a>`,
  },
];

const documents = (number: string) => [
  {
    head: 'Name',
    cell: ({ id, name }: Ticket['documents'][number]) =>
      html`<a href=${`/api/v1/tickets/${number}/documents/${String(id)}`} download>${name}</a>`,
  },
  { head: 'Type', cell: ({ contentType }: Ticket['documents'][number]) => contentType },
  { head: 'Octets', cell: ({ size }: Ticket['documents'][number]) => size },
];
