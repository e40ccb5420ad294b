import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import type { MailRuleSchema, RulesSchema, TrialSchema } from '../../api/mailboxes/mailbox-rules.schema.ts';
import { ruleEnds, ruleFields, ruleTargets, ruleTests } from '../../domain/mailboxes/mail-rule.ts';
import { getTagged, post, put } from '../shared/api.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import { Badge, Outcome, submitting, Table, LoadingOrError, View, words } from '../shared/ui.ts';
import { dispositionTone } from '../messages/disposition.ts';

type Rule = z.output<typeof MailRuleSchema>;
type Rules = z.output<typeof RulesSchema>;
type Trial = z.output<typeof TrialSchema>;
type Tried = Trial['items'][number];

const fresh: Rule = {
  name: '',
  active: true,
  conditions: [{ field: 'subject', header: null, test: 'contains', value: '' }],
  set: [],
  end: 'continue',
};

/** The rules of a mailbox, in order; tried on the stored mails before they are saved. */
export const MailboxRules = ({ id, administers }: { readonly id: number; readonly administers: boolean }) => {
  const path = `/mailboxes/${String(id)}/rules`;
  const { data, error, reload } = useLoad(path, () => getTagged<Rules>(path));
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  return html`<${Editor}
    key=${data.tag}
    path=${path}
    id=${id}
    stored=${data.data}
    tag=${data.tag}
    administers=${administers}
    reload=${reload}
  />`;
};

interface EditorProps {
  readonly path: string;
  readonly id: number;
  readonly stored: Rules;
  readonly tag: string | null;
  readonly administers: boolean;
  readonly reload: () => void;
}

const Editor = ({ path, id, stored, tag, administers, reload }: EditorProps) => {
  const [rules, setRules] = useState<readonly Rule[]>(stored.rules);
  const [trial, setTrial] = useState<Trial | undefined>(undefined);
  const mutation = useMutation();
  const change = (index: number, over: Partial<Rule>): void =>
    setRules(rules.map((rule, place) => (place === index ? { ...rule, ...over } : rule)));
  const move = (index: number): void =>
    setRules(
      rules.flatMap((rule, place) =>
        place === index - 1 ? [rules[index] ?? rule, rule] : place === index ? [] : [rule],
      ),
    );
  const offered = stored.shipped.filter(({ name }) => !rules.some((rule) => rule.name === name));
  const save = submitting(() =>
    mutation.run(async () => {
      await put(path, { rules }, tag);
      reload();
    }, 'Saved.'),
  );
  const tryOut = (): void =>
    mutation.run(async () => setTrial(await post<Trial>(`${path}/try`, { rules })), 'Tried: nothing was changed.');
  return html`<${View} title="Rules of the mailbox">
    <p>
      Rules fill in what the variables of a mail leave open, on new tickets alone. All conditions of a rule must hold; the first rule that
      sets a field wins. <a href=${`#/mailboxes/${String(id)}`}>Back to the mailbox</a>
    </p>
    <form onSubmit=${save}>
      <fieldset disabled=${!administers}>
        <legend class="hidden">Rules</legend>
        ${rules.length === 0 && html`<p class="quiet">There is no rule yet.</p>`}
        ${rules.map(
          (rule, index) =>
            html`<${RuleForm}
              key=${String(index)}
              place=${index + 1}
              rule=${rule}
              problem=${mutation.error?.of(`rules.${String(index)}`)}
              onChange=${(over: Partial<Rule>) => change(index, over)}
              onUp=${index === 0 ? undefined : () => move(index)}
              onRemove=${() => setRules(rules.filter((_one, at) => at !== index))}
            />`,
        )}
        <p class="actions">
          <button type="button" class="secondary" onClick=${() => setRules([...rules, fresh])}>Add a rule</button>
          ${offered.map(
            (rule) =>
              html`<button type="button" class="chip" onClick=${() => setRules([...rules, { ...rule, active: true }])}>
                Add ${rule.name}
              </button> `,
          )}
        </p>
      </fieldset>
      <p class="actions">
        ${administers && html`<button type="submit" aria-busy=${mutation.busy}>Save</button>`}
        ${administers && html`<button type="button" class="secondary" onClick=${tryOut}>Try on stored mails</button>`}
      </p>
    </form>
    <${Outcome} mutation=${mutation} />
    ${trial !== undefined && html`<${TrialView} trial=${trial} />`}
  </${View}>`;
};

interface RuleProps {
  readonly place: number;
  readonly rule: Rule;
  readonly problem: string | undefined;
  readonly onChange: (over: Partial<Rule>) => void;
  readonly onUp: (() => void) | undefined;
  readonly onRemove: () => void;
}

const valueOf = (event: Event): string => (event.currentTarget as HTMLInputElement).value;

const Choice = (props: {
  readonly label: string;
  readonly of: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}) =>
  html`<label
    >${props.label}
    <select value=${props.value} onChange=${(event: Event) => props.onChange(valueOf(event))}>
      ${props.of.map((one) => html`<option value=${one} selected=${one === props.value}>${words(one)}</option>`)}
    </select></label
  >`;

const RuleForm = ({ place, rule, problem, onChange, onUp, onRemove }: RuleProps) => {
  const condition = (index: number, over: Partial<Rule['conditions'][number]>): void =>
    onChange({ conditions: rule.conditions.map((one, at) => (at === index ? { ...one, ...over } : one)) });
  const effect = (index: number, over: Partial<Rule['set'][number]>): void =>
    onChange({ set: rule.set.map((one, at) => (at === index ? { ...one, ...over } : one)) });
  const free = ruleTargets.find((target) => !rule.set.some((one) => one.target === target));
  return html`<article aria-label=${`Rule ${String(place)}`}>
    <div class="grid">
      <label
        >Name<input value=${rule.name} required onInput=${(event: Event) => onChange({ name: valueOf(event) })}
      /></label>
      <label
        ><input
          type="checkbox"
          checked=${rule.active}
          onChange=${(event: Event) => onChange({ active: (event.currentTarget as HTMLInputElement).checked })}
        />
        On</label
      >
      <${Choice} label="Then" of=${ruleEnds} value=${rule.end} onChange=${(end: Rule['end']) => onChange({ end })} />
    </div>
    ${problem !== undefined && html`<p role="alert" class="error">${problem}</p>`}
    <h2>Where all of these hold</h2>
    ${rule.conditions.map(
      (one, index) =>
        html`<div class="grid">
          <${Choice}
            label="Look at"
            of=${ruleFields}
            value=${one.field}
            onChange=${(field: Rule['conditions'][number]['field']) => condition(index, { field, header: field === 'header' ? '' : null })}
          />
          ${
            one.field === 'header' &&
            html`<label
              >Header field<input
                value=${one.header ?? ''}
                required
                onInput=${(event: Event) => condition(index, { header: valueOf(event) })}
            /></label>`
          }
          <${Choice}
            label="Test"
            of=${ruleTests}
            value=${one.test}
            onChange=${(test: Rule['conditions'][number]['test']) => condition(index, { test })}
          />
          <label
            >Value<input
              value=${one.value}
              required
              onInput=${(event: Event) => condition(index, { value: valueOf(event) })}
          /></label>
        </div>`,
    )}
    <h2>Fill in</h2>
    ${rule.set.map(
      (one, index) =>
        html`<div class="grid">
          <${Choice}
            label="Field"
            of=${ruleTargets}
            value=${one.target}
            onChange=${(target: Rule['set'][number]['target']) => effect(index, { target })}
          />
          <${Choice}
            label="From"
            of=${['text', 'group']}
            value=${one.from}
            onChange=${(from: Rule['set'][number]['from']) => effect(index, { from })}
          />
          <label
            >Filled with<input
              value=${one.value}
              required
              onInput=${(event: Event) => effect(index, { value: valueOf(event) })}
          /></label>
        </div>`,
    )}
    <p class="actions">
      <button
        type="button"
        class="secondary"
        onClick=${() => onChange({ conditions: [...rule.conditions, ...fresh.conditions] })}
      >
        Add a condition
      </button>
      ${
        free !== undefined &&
        html`<button
          type="button"
          class="secondary"
          onClick=${() => onChange({ set: [...rule.set, { target: free, from: 'text', value: '' }] })}
        >
          Add a field
        </button>`
      }
      ${onUp !== undefined && html`<button type="button" class="secondary" onClick=${onUp}>Up</button>`}
      <button type="button" class="secondary" onClick=${onRemove}>Remove the rule</button>
    </p>
  </article>`;
};

const fate = ({
  disposition,
  reason,
  category,
}: {
  disposition: Tried['became']['disposition'];
  reason: string | null;
  category?: string | null;
}) =>
  html`<${Badge} tone=${dispositionTone(disposition)}>${words(disposition)}</${Badge}> ${category ?? (reason === null ? '' : words(reason))}`;

const TrialView = ({ trial }: { readonly trial: Trial }) =>
  html`<section aria-labelledby="trial">
    <h2 id="trial">What the rules would do</h2>
    <p>
      ${trial.read} stored mails of the last 30 days were read, and ${trial.items.length} match.
      ${trial.skipped > 0 && `${String(trial.skipped)} could not be read.`}
    </p>
    <${Table}
      caption="Mails that match"
      rows=${trial.items}
      columns=${[
        {
          head: 'Mail',
          cell: ({ id, subject }: Tried) => html`<a href=${`#/messages/${String(id)}`}>${subject ?? 'no subject'}</a>`,
        },
        { head: 'Rules', cell: ({ matched }: Tried) => matched.join(', ') },
        {
          head: 'Fill in',
          cell: ({ filled }: Tried) =>
            Object.entries(filled)
              .map(([name, value]) => `${words(name)}: ${value}`)
              .join(', '),
        },
        { head: 'Became', cell: ({ became }: Tried) => fate(became) },
        { head: 'Would be, without', cell: ({ without }: Tried) => fate(without) },
        { head: 'Would be, with', cell: (tried: Tried) => fate(tried.with) },
      ]}
      empty="No stored mail matches."
    />
  </section>`;
