import { html } from 'htm/preact';
import type { z } from 'zod';
import type { MessageDetailSchema } from '../../api/messages/message.schema.ts';
import { get, post } from '../shared/api.ts';
import { CategorySelect } from './category-select.ts';
import { dispositionTone } from './disposition.ts';
import { isReleasable } from '../../domain/messages/disposition.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import { Instruction, Marked } from './instruction.ts';
import {
  Badge,
  Facts,
  formText,
  Outcome,
  submitting,
  confirmAction,
  Time,
  View,
  words,
  LoadingOrError,
} from '../shared/ui.ts';

type Detail = z.output<typeof MessageDetailSchema>;

export const MessageView = ({ id, operates }: { readonly id: number; readonly operates: boolean }) => {
  const path = `/messages/${String(id)}`;
  const { data, error, reload } = useLoad(path, () => get<Detail>(path));
  const mutation = useMutation();
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  const act = (verb: 'release' | 'discard', successMessage: string, body?: unknown): void =>
    mutation.run(async () => {
      await post(`${path}/${verb}`, body);
      reload();
    }, successMessage);
  const release = (category: string): void =>
    act('release', 'Released: it is handled again with the next read.', category === '' ? undefined : { category });
  const releasable = operates && data.rawAvailable && isReleasable(data.disposition);
  return html`<${View}
    title=${data.subject ?? '(no subject)'}
    actions=${html`${
      releasable &&
      html`<button
        class="secondary"
        disabled=${mutation.busy}
        onClick=${() => {
          if (confirmAction('Discard the original? It cannot be read or released afterwards.'))
            act('discard', 'Discarded.');
        }}
      >
        Discard
      </button>`
    }
    ${operates && data.rawAvailable && html`<a role="button" class="secondary" href=${`/api/v1${path}/raw`} download>Download</a>`}`}
  >
    <${Outcome} mutation=${mutation} />
    ${releasable && html`<${Release} busy=${mutation.busy} release=${release} />`}
    <p>
      <${Badge} tone=${dispositionTone(data.disposition)}>${words(data.disposition ?? 'pending')}</${Badge}>
      ${data.reason !== null && html` ${words(data.reason)}`}
    </p>
    ${data.explanation !== null && html`<p>${data.explanation}</p>`}
    <${Facts}
      of=${[
        ['From', data.from],
        ['Arrived', html`<${Time} at=${data.arrivedAt} />`],
        ['Mailbox', html`<a href=${`#/mailboxes/${String(data.mailboxId)}`}>${data.mailbox}</a>`],
        [
          'Ticket',
          data.ticketNumber === null
            ? null
            : html`<a href=${`#/tickets/${data.ticketNumber}`}>${data.ticketNumber}</a>`,
        ],
        ['Rules that matched', data.rules.length === 0 ? null : data.rules.join(', ')],
        ['Handled', data.handledAt === null ? null : html`<${Time} at=${data.handledAt} />`],
        ['Left the inbox', data.removedAt === null ? 'not yet' : html`<${Time} at=${data.removedAt} />`],
        ['Not removed', data.removalError],
        ['Released', data.releasedAt === null ? null : html`<${Time} at=${data.releasedAt} />`],
        ['Discarded', data.discardedAt === null ? null : html`<${Time} at=${data.discardedAt} />`],
        ['Sender authentication', data.senderAuthentication],
        ['Failed attempts', data.attempts === 0 ? null : String(data.attempts)],
        ['Last error', data.lastError],
        ['Message-ID', data.messageId],
        ['Octets', String(data.size)],
      ]}
    />
    <${Instruction} understood=${data.understood} notices=${[...data.errors, ...data.notices]} />
    <h2>Text</h2>
    ${
      data.text === null
        ? html`<p class="quiet">The original is gone, or cannot be read as a mail.</p>`
        : html`<${Marked} text=${data.text} places=${data.places} errors=${data.errors} notices=${data.notices} />`
    }
    ${
      data.others.length > 0 &&
      html`<h3>Taken for other mails</h3>
        <ul class="plain">
          ${data.others.map(({ from, to, because }) => html`<li>Lines ${from} to ${to}: ${because}.</li>`)}
        </ul>`
    }
    <p><a href=${`#/log?message=${String(id)}`}>What the log says of it</a></p>
  </${View}>`;
};

/** Handles the message again, with another category for the ticket if one is chosen. */
const Release = ({ busy, release }: { readonly busy: boolean; readonly release: (category: string) => void }) =>
  html`<form class="filter" aria-label="Release" onSubmit=${submitting((form) => release(formText(form, 'category')))}>
    <${CategorySelect} />
    <button type="submit" disabled=${busy}>Release</button>
  </form>`;
