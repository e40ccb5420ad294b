import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { post, remove } from '../shared/api.ts';
import { useMutation, useRefreshKey } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import { type Person, PersonPicker } from '../shared/person-picker.ts';
import {
  type Column,
  FieldError,
  formText,
  invalidity,
  Outcome,
  submitting,
  confirmAction,
  Time,
  View,
} from '../shared/ui.ts';

interface Delegation {
  readonly id: number;
  readonly employee: string;
  readonly delegate: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Who answers in an approver's place, and when. */
export const Delegations = ({ operates }: { readonly operates: boolean }) => {
  const [refreshKey, changed] = useRefreshKey();
  const [employee, setEmployee] = useState<Person | undefined>(undefined);
  const [delegate, setDelegate] = useState<Person | undefined>(undefined);
  const mutation = useMutation();
  const add = submitting((form) => {
    mutation.run(async () => {
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
    if (confirmAction(`Shall ${by} no longer answer for ${of}?`))
      mutation.run(async () => {
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
      <input id=${name} name=${name} type="datetime-local" required ...${invalidity(name, mutation.error?.of(name))} />
      <${FieldError} id=${name} message=${mutation.error?.of(name)} />
    </div>`;
  return html`<${View} title="Delegations">
    <p>Approvers who are away let somebody else answer for a time.</p>
    <${Outcome} mutation=${mutation} />
    <${List} refreshKey=${refreshKey} caption="Delegations" path="/delegations" columns=${columns} empty="Nobody answers for anybody." />
    ${
      operates &&
      html`<details>
        <summary>Add one</summary>
        <form onSubmit=${add}>
          <div class="fields">
            <div class="field">
              <${PersonPicker} id="employee" label="Approver" onPick=${setEmployee} />
              <p>${employee?.name ?? html`<span class="quiet">nobody yet</span>`}</p>
              <${FieldError} id="employee" message=${mutation.error?.of('employeeId')} />
            </div>
            <div class="field">
              <${PersonPicker} id="delegate" label="Answers for them" onPick=${setDelegate} />
              <p>${delegate?.name ?? html`<span class="quiet">nobody yet</span>`}</p>
              <${FieldError} id="delegate" message=${mutation.error?.of('delegateId')} />
            </div>
            ${at('startsAt', 'From')} ${at('endsAt', 'Until')}
          </div>
          <button type="submit" aria-busy=${mutation.busy} disabled=${employee === undefined || delegate === undefined}>
            Add
          </button>
        </form>
      </details>`
    }
  </${View}>`;
};

/** Of a local time of the browser. */
const instant = (local: string): string => new Date(local).toISOString();
