import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { SettingsView } from '../../api/settings/settings.schema.ts';
import { withoutTokenPolicies } from '../../domain/approvals/approval.ts';
import { unprovenPolicies } from '../../domain/handling/sender-rights.ts';
import { languages } from '../../domain/outgoing/outgoing.ts';
import { getTagged, put } from '../shared/api.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import { FieldError, invalidity, Outcome, View, submitting, LoadingOrError } from '../shared/ui.ts';

const labels: Readonly<Record<keyof SettingsView, string>> = {
  supportReturnEmailAddress: '{TSA} Support return email address',
  language: 'Language of mails to people without one of their own',
  acknowledgeTickets: 'Acknowledge new tickets',
  answerErrors: 'Answer instructions with errors',
  answersPerHour: 'Answers to one address in an hour',
  unprovenOperation: 'What needs a proved sender, from one who was not proved',
  approvalWithoutToken: 'A choice without a token',
  closeSolvedAfterHours: 'Hours after which a solved ticket is closed',
  loopLimit: 'Messages of one sender in ten minutes; more are a loop (0: no limit)',
  stormLimit: 'Messages of a Trusted Sender in ten minutes; the alarms of more are counted on one event (0: no limit)',
  strangersPerHour: 'Unknown senders in an hour who are created or redirected (0: no limit)',
  rejectNullReturnPath: 'Reject messages with an empty Return-Path',
  rejectAutoResponders: 'Reject automatic answers by the marks of responders',
  rawRetentionDays: 'Days that original messages are kept',
  logRetentionDays: 'Days that the log is kept',
  batchMaxMessages: 'Messages that one read takes',
  batchMaxBytes: 'Bytes that one read takes',
};
const choices: Readonly<Partial<Record<keyof SettingsView, readonly string[]>>> = {
  language: languages,
  unprovenOperation: unprovenPolicies,
  approvalWithoutToken: withoutTokenPolicies,
};

export const SettingsForm = ({ administers }: { readonly administers: boolean }) => {
  const { data, error, reload } = useLoad('settings', () => getTagged<SettingsView>('/settings'));
  const [changes, setChanges] = useState<Readonly<Record<string, unknown>>>({});
  const mutation = useMutation();
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  const values: Readonly<Record<string, unknown>> = { ...data.data, ...changes };
  const save = submitting(() => {
    mutation.run(async () => {
      await put('/settings', changes, data.tag);
      setChanges({});
      reload();
    }, 'Saved.');
  });
  const errorOf = (name: string): string | undefined => mutation.error?.of(name);
  const input = (name: keyof SettingsView) => {
    const value = values[name];
    const set = (next: unknown): void => setChanges({ ...changes, [name]: next });
    const invalid = invalidity(name, errorOf(name));
    const target = (event: Event): HTMLInputElement => event.currentTarget as HTMLInputElement;
    const options = choices[name];
    if (typeof value === 'boolean')
      return html`<div class="field check">
        <label
          ><input
            type="checkbox"
            role="switch"
            checked=${value}
            onChange=${(event: Event) => set(target(event).checked)}
          />
          ${labels[name]}</label
        >
      </div>`;
    const control =
      options !== undefined
        ? html`<select id=${name} value=${value} onChange=${(event: Event) => set(target(event).value)} ...${invalid}>
            ${options.map((option) => html`<option value=${option}>${option}</option>`)}
          </select>`
        : typeof value === 'number'
          ? html`<input
              id=${name}
              type="number"
              step="any"
              value=${value}
              onInput=${(event: Event) => set(Number(target(event).value))}
              ...${invalid}
            />`
          : html`<input
              id=${name}
              type="email"
              value=${value ?? ''}
              onInput=${(event: Event) => set(target(event).value === '' ? null : target(event).value)}
              ...${invalid}
            />`;
    return html`<div class="field">
      <label for=${name}>${labels[name]}</label>${control}<${FieldError} id=${name} message=${errorOf(name)} />
    </div>`;
  };
  return html`<${View} title="Settings">
    <${Outcome} mutation=${mutation} />
    <form onSubmit=${save} novalidate>
      <fieldset disabled=${!administers}>
        <legend class="hidden">Settings</legend>
        <div class="fields">${(Object.keys(labels) as (keyof SettingsView)[]).map(input)}</div>
      </fieldset>
      ${administers && html`<button type="submit" aria-busy=${mutation.busy} disabled=${Object.keys(changes).length === 0}>Save</button>`}
    </form>
  </${View}>`;
};
