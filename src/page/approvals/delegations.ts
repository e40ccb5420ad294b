import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { post, remove } from '../shared/api.ts';
import { useDoing, useTurn } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import { type Person, PersonPicker } from '../shared/person-picker.ts';
import { type Column, FieldError, formText, invalidity, Outcome, submitting, sure, Time, View } from '../shared/ui.ts';

interface Delegation {
  readonly id: number;
  readonly employee: string;
  readonly delegate: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Who answers in an approver's place, and when. */
export const Delegations = ({ operates }: { readonly operates: boolean }) => {
  const [turn, changed] = useTurn();
  const [employee, setEmployee] = useState<Person | undefined>(undefined);
  const [delegate, setDelegate] = useState<Person | undefined>(undefined);
  const doing = useDoing();
  const add = submitting((form) => {
    doing.run(async () => {
      await post('/delegations', {
        employeeId: employee?.id,
        delegateId: delegate?.id,
        startsAt: instant(formText(form, 'startsAt')),
        endsAt: instant(formText(form, 'endsAt')),
      });
      form.reset();
      setEmployee(undefined);
      setDelegate(undefined);
      changed();
    }, 'Added.');
  });
  const end = ({ id, employee: of, delegate: by }: Delegation): void => {
    if (sure(`Shall ${by} no longer answer for ${of}?`))
      doing.run(async () => {
        await remove(`/delegations/${String(id)}`);
        changed();
      }, 'Ended.');
  };
  const columns: readonly Column<Delegation>[] = [
    { head: 'Approver', cell: (delegation) => delegation.employee },
    { head: 'Answers for them', cell: (delegation) => delegation.delegate },
    { head: 'From', cell: ({ startsAt }) => html`<${Time} at=${startsAt} />` },
    { head: 'Until', cell: ({ endsAt }) => html`<${Time} at=${endsAt} />` },
    ...(operates
      ? [
          {
            head: 'Do',
            cell: (delegation: Delegation) =>
              html`<button class="secondary" onClick=${() => end(delegation)}>End</button>`,
          },
        ]
      : []),
  ];
  const at = (name: 'startsAt' | 'endsAt', label: string) =>
    html`<div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} name=${name} type="datetime-local" required ...${invalidity(name, doing.error?.of(name))} />
      <${FieldError} id=${name} message=${doing.error?.of(name)} />
    </div>`;
  return html`<${View} title="Delegations">
    <p>Approvers who are away let somebody else answer for a time.</p>
    <${Outcome} doing=${doing} />
    <${List} turn=${turn} caption="Delegations" path="/delegations" columns=${columns} empty="Nobody answers for anybody." />
    ${
      operates &&
      html`<details>
        <summary>Add one</summary>
        <form onSubmit=${add}>
          <div class="fields">
            <div class="field">
              <${PersonPicker} id="employee" label="Approver" onPick=${setEmployee} />
              <p>${employee?.name ?? html`<span class="quiet">nobody yet</span>`}</p>
              <${FieldError} id="employee" message=${doing.error?.of('employeeId')} />
            </div>
            <div class="field">
              <${PersonPicker} id="delegate" label="Answers for them" onPick=${setDelegate} />
              <p>${delegate?.name ?? html`<span class="quiet">nobody yet</span>`}</p>
              <${FieldError} id="delegate" message=${doing.error?.of('delegateId')} />
            </div>
            ${at('startsAt', 'From')} ${at('endsAt', 'Until')}
          </div>
          <button type="submit" aria-busy=${doing.busy} disabled=${employee === undefined || delegate === undefined}>
            Add
          </button>
        </form>
      </details>`
    }
  </${View}>`;
};

/** Of a local time of the browser. */
const instant = (local: string): string => new Date(local).toISOString();
