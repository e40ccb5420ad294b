import { html } from 'htm/preact';
import type { EventEscalation } from '../domain/service-level.ts';
import { FieldError, numberTyped, typed } from './ui.ts';

interface Category {
  readonly id: number;
  readonly path: string;
}

/** When an open event is made an incident; null: never. */
export const EscalationFields = ({
  escalation,
  incidents,
  error,
  change,
}: {
  readonly escalation: EventEscalation | null;
  readonly incidents: readonly Category[];
  readonly error: string | undefined;
  readonly change: (escalation: EventEscalation | null) => void;
}) => {
  const [first] = incidents;
  const toggle = (): void => {
    if (escalation !== null) change(null);
    else if (first !== undefined) change({ afterOccurrences: 5, afterMinutes: null, categoryId: first.id });
  };
  return html`<label>
      <input
        type="checkbox"
        role="switch"
        checked=${escalation !== null}
        disabled=${first === undefined}
        onChange=${toggle}
      />
      An open event is made an incident
    </label>
    ${
      escalation !== null &&
      html`<div class="grid">
        <label
          >after so many occurrences
          <input
            type="number"
            min="2"
            value=${escalation.afterOccurrences ?? ''}
            onInput=${(event: Event) => change({ ...escalation, afterOccurrences: numberTyped(event) })}
        /></label>
        <label
          >after so many minutes
          <input
            type="number"
            min="1"
            value=${escalation.afterMinutes ?? ''}
            onInput=${(event: Event) => change({ ...escalation, afterMinutes: numberTyped(event) })}
        /></label>
        <label
          >of this category
          <select
            value=${String(escalation.categoryId)}
            onChange=${(event: Event) => change({ ...escalation, categoryId: Number(typed(event)) })}
          >
            ${incidents.map(({ id, path }) => html`<option value=${String(id)}>${path}</option>`)}
          </select></label
        >
      </div>`
    }
    <${FieldError} id="escalation" message=${error} />`;
};
