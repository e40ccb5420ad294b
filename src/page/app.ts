import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { mayActAs } from '../domain/accounts/role.ts';
import { get, remove, type Session, useSession } from './shared/api.ts';
import { Calendars } from './master-data/calendars.ts';
import { Catalogue, isCatalogue } from './master-data/catalogue.ts';
import { CategoryProcess } from './master-data/category-process.ts';
import { Delegations } from './approvals/delegations.ts';
import { LogView } from './log/log.ts';
import { MailboxRules } from './mailboxes/mailbox-rules.ts';
import { MailboxForm } from './mailboxes/mailbox-form.ts';
import { Mailto } from './outgoing/mailto.ts';
import { MessageView } from './messages/message.ts';
import { Messages } from './messages/messages.ts';
import { Outbox } from './outgoing/outbox.ts';
import { Overview } from './mailboxes/overview.ts';
import { Password } from './accounts/password.ts';
import { type Route, useRoute } from './shared/route.ts';
import { SettingsForm } from './settings/settings.ts';
import { SignIn } from './accounts/sign-in.ts';
import { Templates } from './outgoing/templates.ts';
import { TicketPage } from './tickets/ticket.ts';
import { Tickets } from './tickets/tickets.ts';
import { Users } from './accounts/users.ts';

const quarantine = 'messages?disposition=quarantined';

const pages: readonly (readonly [path: string, name: string])[] = [
  ['', 'Overview'],
  ['messages', 'Messages'],
  [quarantine, 'Quarantine'],
  ['tickets', 'Tickets'],
  ['outbox', 'Outgoing mail'],
  ['log', 'Log'],
  ['mailto', 'Mailto'],
  ['categories', 'Categories'],
  ['employees', 'Employees'],
  ['assets', 'Assets'],
  ['configuration-items', 'Configuration items'],
  ['calendars', 'Calendars'],
  ['delegations', 'Delegations'],
  ['templates', 'Templates'],
  ['settings', 'Settings'],
];

export const App = () => {
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const route = useRoute();
  useSession(session ?? null, () => setSession(null));
  useEffect(() => {
    // On a phone the places are a row that scrolls.
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [route.path[0], session]);
  useEffect(() => {
    get<Session>('/session').then(setSession, () => setSession(null));
  }, []);
  if (session === undefined) return html`<main class="container"><p aria-busy="true">Loading…</p></main>`;
  if (session === null) return html`<${SignIn} refused=${route.query.get('refused')} onSession=${setSession} />`;
  const shown = session.role === 'administrator' ? [...pages, ['users', 'Users'] as const] : pages;
  const leave = (): void => {
    const left = (): void => setSession(null);
    remove('/session').then(left, left);
  };
  return html`<a class="skip" href="#content" onClick=${toContent}>Skip to the content</a>
    <header class="top">
      <strong>Technical Support Agent</strong>
      <span class="who"
        >${session.name}, ${session.role} <a href="#/password">Password</a>
        <button class="plain" onClick=${leave}>Sign out</button></span
      >
    </header>
    <nav aria-label="Main">
      <ul>
        ${shown.map(
          ([path, name]) =>
            html`<li>
              <a href=${`#/${path}`} aria-current=${isAt(route, path) ? 'page' : undefined}>${name}</a>
            </li>`,
        )}
      </ul>
    </nav>
    <main id="content" tabindex="-1">${draw(route, session)}</main>`;
};

/** Whether the entry `path` of the navigation is the current one. */
const isAt = ({ path: [place = ''], query }: Route, path: string): boolean => {
  if (place === 'messages') return path === (query.get('disposition') === 'quarantined' ? quarantine : 'messages');
  return place === path || (path === '' && place === 'mailboxes');
};

/** The hash is where one is, so the link cannot be one to it. */
const toContent = (event: Event): void => {
  event.preventDefault();
  document.getElementById('content')?.focus();
};

function draw({ path, query }: Route, session: Session): ComponentChildren {
  const [place = '', id, part] = path;
  const { workflowsUrl } = session;
  const operates = mayActAs(session.role, 'operator');
  const administers = mayActAs(session.role, 'administrator');
  if (place === 'categories' && part === 'process')
    return html`<${CategoryProcess} key=${id} id=${Number(id)} administers=${administers} />`;
  if (isCatalogue(place)) return html`<${Catalogue} key=${place} list=${place} administers=${administers} />`;
  switch (place) {
    case '':
      return html`<${Overview} operates=${operates} administers=${administers} />`;
    case 'mailboxes':
      if (part === 'rules') return html`<${MailboxRules} key=${id} id=${Number(id)} administers=${administers} />`;
      return html`<${MailboxForm}
        key=${id}
        workflowsUrl=${workflowsUrl}
        id=${id === 'new' ? undefined : Number(id)}
        operates=${operates}
        administers=${administers}
      />`;
    case 'messages':
      return id === undefined
        ? html`<${Messages} key=${query.toString()} query=${query} operates=${operates} />`
        : html`<${MessageView} key=${id} id=${Number(id)} operates=${operates} />`;
    case 'tickets':
      return id === undefined
        ? html`<${Tickets} />`
        : html`<${TicketPage} key=${id} number=${id} workflowsUrl=${workflowsUrl} />`;
    case 'outbox':
      return html`<${Outbox} operates=${operates} />`;
    case 'log':
      return html`<${LogView} key=${query.toString()} query=${query} />`;
    case 'mailto':
      return html`<${Mailto} />`;
    case 'calendars':
      return html`<${Calendars} administers=${administers} />`;
    case 'delegations':
      return html`<${Delegations} operates=${operates} />`;
    case 'password':
      return html`<${Password} />`;
    case 'templates':
      return html`<${Templates} administers=${administers} />`;
    case 'settings':
      return html`<${SettingsForm} administers=${administers} />`;
    case 'users':
      return html`<${Users} />`;
    default:
      return html`<h1>There is no such page</h1>
        <p><a href="#/">Overview</a></p>`;
  }
}
