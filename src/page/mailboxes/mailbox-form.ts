import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { z } from 'zod';
import type { MailboxView } from '../../api/mailboxes/mailbox.schema.ts';
import type { TranscriptSchema } from '../../api/mailboxes/transcript.schema.ts';
import type { LogEntry } from '../../db/log/log-list.ts';
import { withMailboxDefaults } from '../../domain/mailboxes/mailbox-defaults.ts';
import type { MailboxForm as Form, StoredMailbox } from '../../domain/mailboxes/mailbox-draft.ts';
import { checkMailbox } from '../../domain/mailboxes/mailbox-rules.ts';
import { get, getAll, patch, post, remove } from '../shared/api.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import { changedFields, formFields, formOf, withType } from './mailbox-fields.ts';
import { MailboxFields } from './mailbox-inputs.ts';
import { stateTone } from './mailbox-state.ts';
import { go } from '../shared/route.ts';
import { Workflow } from '../tickets/workflow.ts';
import {
  Badge,
  type Column,
  Facts,
  Outcome,
  confirmAction,
  Table,
  Time,
  View,
  words,
  submitting,
  LoadingOrError,
} from '../shared/ui.ts';

type Transcript = z.output<typeof TranscriptSchema>;
interface Category {
  readonly code: string;
  readonly path: string;
}
interface Props {
  /** Absent: a new one. */
  readonly id: number | undefined;
  readonly operates: boolean;
  readonly administers: boolean;
  readonly workflowsUrl: string | null;
}

/** The form of one mailbox, with its state and what can be done to it. */
export const MailboxForm = ({ id, ...may }: Props) => {
  const { data, error, reload } = useLoad(`mailbox ${String(id)}`, async () => {
    return {
      mailbox: id === undefined ? undefined : await get<MailboxView>(`/mailboxes/${String(id)}`),
      categories: await getAll<Category>('/categories'),
    };
  });
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  return html`<${Editor} ...${data} ...${may} reload=${reload} />`;
};

interface EditorProps extends Omit<Props, 'id'> {
  readonly mailbox: MailboxView | undefined;
  readonly categories: readonly Category[];
  readonly reload: () => void;
}

const Editor = ({ mailbox, categories, operates, administers, workflowsUrl, reload }: EditorProps) => {
  const [form, setForm] = useState<Form & { defaultCategory?: string }>(() => formOf(mailbox, categories[0]?.code));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const [transcript, setTranscript] = useState<Transcript | undefined>(undefined);
  const mutation = useMutation();
  // As it is stored now: after a save, and after somebody else's.
  useEffect(() => {
    setForm(formOf(mailbox, categories[0]?.code));
    setTouched(new Set());
    setSubmitted(false);
  }, [mailbox?.revision]);

  const stored: StoredMailbox | undefined =
    mailbox === undefined
      ? undefined
      : { ...mailbox, hasPassword: mailbox.password !== null, hasClientSecret: mailbox.clientSecret !== null };
  const violations = new Map(
    checkMailbox(withMailboxDefaults(form), stored).map(({ field, message }) => [field as string, message]),
  );
  for (const { field, message } of mutation.error?.errors ?? [])
    if (!violations.has(field)) violations.set(field, message);
  const errorOf = (field: string): string | undefined =>
    submitted || touched.has(field) ? violations.get(field) : undefined;

  const change = (changes: Partial<Form> & { defaultCategory?: string }): void => {
    setForm((before) => ({
      ...(changes.type === undefined ? before : withType(before, changes.type, stored)),
      ...changes,
    }));
    setTouched((before) => new Set([...before, ...Object.keys(changes)]));
  };
  const path = mailbox === undefined ? '/mailboxes' : `/mailboxes/${String(mailbox.id)}`;
  const save = submitting(() => {
    setSubmitted(true);
    if (violations.size > 0 && mutation.error === undefined) {
      document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
      return;
    }
    mutation.run(async () => {
      const saved =
        mailbox === undefined
          ? await post<MailboxView>(path, formFields(form))
          : await patch<MailboxView>(path, changedFields(form, mailbox), `"${String(mailbox.revision)}"`);
      if (mailbox === undefined) go(`/mailboxes/${String(saved.id)}`);
      else reload();
    }, 'Saved.');
  });
  const test = (): void =>
    mutation.run(
      async () => setTranscript(await post<Transcript>(`${path}/test-connection`, formFields(form))),
      'Tested.',
    );
  const act = (verb: string, successMessage: string): void =>
    mutation.run(async () => {
      await post(`${path}/${verb}`);
      reload();
    }, successMessage);
  const drop = (): void => {
    if (confirmAction('Remove this mailbox? Its messages and tickets stay.'))
      mutation.run(async () => {
        await remove(path);
        go('/');
      });
  };

  return html`<${View}
    title=${mailbox === undefined ? 'New mailbox' : mailbox.name}
    actions=${
      mailbox !== undefined &&
      operates &&
      html`<button onClick=${() => act('read-now', 'It is read now.')} disabled=${mutation.busy}>Read now</button> ${
          mailbox.active
            ? html`<button class="secondary" onClick=${() => act('pause', 'Paused.')} disabled=${mutation.busy}>
                Pause
              </button>`
            : html`<button class="secondary" onClick=${() => act('resume', 'Resumed.')} disabled=${mutation.busy}>
                Resume
              </button>`
        }
        <a role="button" class="secondary" href=${`#/mailboxes/${String(mailbox.id)}/rules`}>Rules</a>
        ${administers && html`<button class="secondary danger" onClick=${drop} disabled=${mutation.busy}>Remove</button>`}`
    }
  >
    ${mailbox !== undefined && html`<${State} mailbox=${mailbox} workflowsUrl=${workflowsUrl} />`}
    <${Outcome} mutation=${mutation} />
    <form onSubmit=${save} novalidate>
      <fieldset disabled=${!administers}>
        <legend class="hidden">Configuration</legend>
        <${MailboxFields} form=${form} stored=${stored} categories=${categories} change=${change} errorOf=${errorOf} />
      </fieldset>
      ${
        administers &&
        html`<p class="actions">
          <button type="submit" aria-busy=${mutation.busy}>Save</button>
          <button type="button" class="secondary" disabled=${mutation.busy} onClick=${test}>Test connection</button>
        </p>`
      }
    </form>
    ${transcript !== undefined && html`<${Steps} transcript=${transcript} />`}
    ${
      mailbox !== undefined &&
      html`<h2>Changes</h2>
        <${List}
          caption="Changes of this mailbox"
          refreshKey=${mailbox.revision}
          path=${`/log?mailbox=${String(mailbox.id)}&audit=true`}
          columns=${changes}
          empty="It was never changed."
        />`
    }
  </${View}>`;
};

const changes: readonly Column<LogEntry>[] = [
  { head: 'When', cell: ({ at }) => html`<${Time} at=${at} />` },
  { head: 'Who', cell: ({ who }) => who },
  { head: 'What', cell: ({ operation, result }) => html`${words(operation)}: ${result}` },
];

const State = ({
  mailbox,
  workflowsUrl,
}: {
  readonly mailbox: MailboxView;
  readonly workflowsUrl: string | null;
}) => html`<section aria-label="State">
  <p>
    <${Badge} tone=${stateTone(mailbox.state)}>${words(mailbox.state)}</${Badge}> since <${Time} at=${mailbox.stateSince} />
  </p>
  ${mailbox.detail !== '' && html`<p class="detail">${mailbox.detail}</p>`}
  ${mailbox.warnings.map(({ message, remedy }) => html`<p class="warning">${message} ${remedy}</p>`)}
  <${Facts}
    of=${[
      ['Last read', html`<${Time} at=${mailbox.lastReadAt} />`],
      ['Next read', html`<${Time} at=${mailbox.nextReadAt} />`],
      ['Compared with the ledger', html`<${Time} at=${mailbox.lastComparedAt} />`],
      [
        'Messages',
        Object.entries(mailbox.counts)
          .map(([name, count]) => `${words(name)} ${String(count)}`)
          .join(', '),
      ],
      ['Workflow', html`<${Workflow} id=${mailbox.workflowId} url=${workflowsUrl} />`],
    ]}
  />
</section>`;

const Steps = ({ transcript: { ok, steps } }: { readonly transcript: Transcript }) =>
  html`<section aria-labelledby="transcript">
    <h2 id="transcript">Connection: ${ok ? 'works' : 'does not work'}</h2>
    <${Table}
      caption="Steps of the test"
      rows=${steps}
      columns=${[
        { head: 'Step', cell: ({ name }: Transcript['steps'][number]) => name },
        {
          head: 'Result',
          cell: ({ status }: Transcript['steps'][number]) =>
            html`<${Badge} tone=${status === 'ok' ? 'good' : status === 'failed' ? 'bad' : 'plain'}>${status}</${Badge}>`,
        },
        {
          head: 'Detail',
          cell: ({ detail, remedy }: Transcript['steps'][number]) =>
            html`${detail}${remedy !== null && html`<div class="detail">${remedy}</div>`}`,
        },
      ]}
    />
  </section>`;
