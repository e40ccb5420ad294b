import { html } from 'htm/preact';
import type { EventEscalation } from '../../domain/processes/service-level.ts';
import { FieldError, NumberField, inputValue } from '../shared/ui.ts';

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
        <${NumberField}
          label="after so many occurrences"
          min="2"
          value=${escalation.afterOccurrences}
          change=${(afterOccurrences: number | null) => change({ ...escalation, afterOccurrences })}
        />
        <${NumberField}
          label="after so many minutes"
          min="1"
          value=${escalation.afterMinutes}
          change=${(afterMinutes: number | null) => change({ ...escalation, afterMinutes })}
        />
        <label
          >of this category
          <select
            value=${String(escalation.categoryId)}
            onChange=${(event: Event) => change({ ...escalation, categoryId: Number(inputValue(event)) })}
          >
            ${incidents.map(({ id, path }) => html`<option value=${String(id)}>${path}</option>`)}
          </select></label
        >
      </div>`
    }
    <${FieldError} id="escalation" message=${error} />`;
};
