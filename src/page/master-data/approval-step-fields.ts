import { html } from 'htm/preact';
import { type ApprovalStep, approvalRules } from '../../domain/approvals/approval.ts';
import { type Person, PersonPicker } from '../shared/person-picker.ts';
import { FieldError, NumberField, inputValue } from '../shared/ui.ts';

const ruleWords: Readonly<Record<(typeof approvalRules)[number], string>> = {
  one: 'the first answer decides',
  all: 'all must accept',
  majority: 'more than half must accept',
};

/** One step of a category's approval. */
export const ApprovalStepFields = ({
  index,
  step,
  names,
  error,
  change,
  remove,
  learn,
}: {
  readonly index: number;
  readonly step: ApprovalStep;
  /** Of employees, by id. */
  readonly names: ReadonlyMap<number, string>;
  readonly error: string | undefined;
  readonly change: (step: ApprovalStep) => void;
  readonly remove: () => void;
  /** Tells of a person who was chosen, whose name is needed from now on. */
  readonly learn: (person: Person) => void;
}) => {
  const id = `step-${String(index)}`;
  const nameOf = (person: number): string => names.get(person) ?? `employee ${String(person)}`;
  const ask = (person: Person): void => {
    learn(person);
    if (!step.approvers.includes(person.id)) change({ ...step, approvers: [...step.approvers, person.id] });
  };
  const hours = (field: 'remindAfterHours' | 'escalateAfterHours' | 'expireAfterHours', label: string) =>
    html`<${NumberField}
      label=${label}
      min="0"
      step="any"
      value=${step[field]}
      change=${(value: number | null) => change({ ...step, [field]: value })}
    />`;
  return html`<fieldset class="step">
    <legend>Step ${index + 1}</legend>
    <ul class="bare">
      ${step.approvers.map(
        (person) =>
          html`<li>
            ${nameOf(person)}
            <button
              type="button"
              class="plain"
              aria-label=${`remove ${nameOf(person)}`}
              onClick=${() => change({ ...step, approvers: step.approvers.filter((other) => other !== person) })}
            >
              remove
            </button>
          </li>`,
      )}
    </ul>
    <div class="fields">
      <div class="field"><${PersonPicker} id=${`${id}-approver`} label="Ask also" onPick=${ask} /></div>
      <label
        >Rule
        <select
          value=${step.rule}
          onChange=${(event: Event) =>
            change({ ...step, rule: approvalRules.find((rule) => rule === inputValue(event)) ?? step.rule })}
        >
          ${approvalRules.map((rule) => html`<option value=${rule}>${ruleWords[rule]}</option>`)}
        </select></label
      >
      ${hours('remindAfterHours', 'Hours between reminders (empty: none)')}
      ${hours('expireAfterHours', 'Hours until it expires')}
      <label
        >Silence means
        <select
          value=${step.onExpiry}
          onChange=${(event: Event) =>
            change({ ...step, onExpiry: inputValue(event) === 'accepted' ? 'accepted' : 'refused' })}
        >
          <option value="refused">refused</option>
          <option value="accepted">accepted</option>
        </select></label
      >
      ${hours('escalateAfterHours', 'Hours until somebody else is asked (empty: never)')}
      <div class="field">
        <${PersonPicker}
          id=${`${id}-escalate`}
          label="Who is asked then"
          onPick=${(person: Person) => {
            learn(person);
            change({ ...step, escalateTo: person.id });
          }}
        />
        ${
          step.escalateTo === null
            ? html`<span class="quiet">nobody</span>`
            : html`${nameOf(step.escalateTo)}
                <button type="button" class="plain" onClick=${() => change({ ...step, escalateTo: null })}>
                  remove
                </button>`
        }
      </div>
    </div>
    <${FieldError} id=${id} message=${error} />
    <button type="button" class="secondary" onClick=${remove}>Remove step ${index + 1}</button>
  </fieldset>`;
};
