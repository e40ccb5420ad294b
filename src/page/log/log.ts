import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { LogEntry } from '../../db/log/log-list.ts';
import { query as queryOf } from '../shared/api.ts';
import { List } from '../shared/list.ts';
import { go } from '../shared/route.ts';
import { Badge, type Column, formText, Table, Time, View, words, submitting } from '../shared/ui.ts';

const levels = ['info', 'warning', 'error'] as const;
const filters = ['level', 'text', 'audit', 'mailbox', 'message', 'ticket', 'operation'] as const;

/** Kept while one follows. */
const mostFollowed = 200;

export const LogView = ({ query }: { readonly query: URLSearchParams }) => {
  const [following, setFollowing] = useState(false);
  const given = Object.fromEntries(filters.map((name) => [name, query.get(name)]));
  const chosen = queryOf(given);
  const filter = submitting((form) => {
    const chosenNow = Object.fromEntries(['level', 'audit', 'text'].map((name) => [name, formText(form, name)]));
    go(`/log${queryOf({ ...given, ...chosenNow })}`);
  });
  return html`<${View}
    title="Log"
    actions=${html`<button aria-pressed=${following} class="secondary" onClick=${() => setFollowing(!following)}>
      ${following ? 'Stop following' : 'Follow live'}
    </button>`}
  >
    <form class="filter" aria-label="Filter" onSubmit=${filter}>
      <label
        >Level
        <select name="level" value=${query.get('level') ?? ''}>
          <option value="">all</option>
          ${levels.map((name) => html`<option value=${name}>${name}</option>`)}
        </select></label
      >
      <label
        >What
        <select name="audit" value=${query.get('audit') ?? ''}>
          <option value="">all</option>
          <option value="true">done by users and programs</option>
        </select></label
      >
      <label>Who, result or reason<input name="text" type="search" value=${query.get('text') ?? ''} /></label>
      <button type="submit">Filter</button>
    </form>
    ${
      following
        ? html`<${Followed} path=${`/api/v1/log/stream${chosen}`} />`
        : html`<${List}
            caption="Log"
            path=${`/log${chosen}`}
            columns=${columns}
            empty="Nothing of that kind happened."
          />`
    }
  </${View}>`;
};

const Followed = ({ path }: { readonly path: string }) => {
  const [entries, setEntries] = useState<readonly LogEntry[]>([]);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const source = new EventSource(path);
    source.addEventListener('entry', (event: MessageEvent<string>) => {
      const entry = JSON.parse(event.data) as LogEntry;
      setEntries((before) => [entry, ...before].slice(0, mostFollowed));
    });
    source.addEventListener('open', () => setLost(false));
    source.addEventListener('error', () => setLost(true));
    return () => source.close();
  }, [path]);
  return html`<p role="status">
      ${lost ? 'The connection is lost; it is tried again.' : 'Following: what happens now appears on top.'}
    </p>
    <${Table} caption="Log, live" rows=${entries} columns=${columns} empty="Nothing has happened yet." />`;
};

const authorWords: Readonly<Record<LogEntry['whoKind'], string>> = {
  user: 'user',
  token: 'program, by its token',
  command: 'command on the machine',
  mail: 'sender of a mail',
  system: 'the agent',
  unknown: 'not signed in',
};

const tone = (level: LogEntry['level']) => (level === 'error' ? 'bad' : level === 'warning' ? 'warn' : 'plain');

const columns: readonly Column<LogEntry>[] = [
  { head: 'When', cell: ({ at }) => html`<${Time} at=${at} />` },
  { head: 'Level', cell: ({ level }) => html`<${Badge} tone=${tone(level)}>${level}</${Badge}>` },
  { head: 'Operation', cell: ({ operation }) => words(operation) },
  {
    head: 'Who',
    cell: ({ who, whoKind }) =>
      html`${who}
        <div class="detail">${authorWords[whoKind]}</div>`,
  },
  {
    head: 'Result',
    cell: ({ result, reason }) => html`${result}${reason !== null && html`<div class="detail">${reason}</div>`}`,
  },
  {
    head: 'About',
    cell: ({ mailbox, mailboxId, messageId, ticketNumber }) =>
      html`<ul class="bare">
        ${mailboxId !== null && html`<li><a href=${`#/mailboxes/${String(mailboxId)}`}>${mailbox ?? 'mailbox'}</a></li>`}
        ${messageId !== null && html`<li><a href=${`#/messages/${String(messageId)}`}>message ${messageId}</a></li>`}
        ${ticketNumber !== null && html`<li><a href=${`#/tickets/${ticketNumber}`}>${ticketNumber}</a></li>`}
      </ul>`,
  },
];
