import { html } from 'htm/preact';
import { defaultTargets, type Targets } from '../../domain/processes/service-level.ts';
import { FieldError, NumberField } from '../shared/ui.ts';

const priorities = ['1', '2', '3', '4', '5'] as const;

/** Minutes to respond and to solve, by priority; null: the shipped ones. */
export const TargetFields = ({
  targets,
  error,
  change,
}: {
  readonly targets: Targets | null;
  readonly error: string | undefined;
  readonly change: (targets: Targets | null) => void;
}) => {
  const set = (
    priority: (typeof priorities)[number],
    field: 'responseMinutes' | 'solutionMinutes',
    minutes: number | null,
  ): void => {
    const before = targets?.[priority] ?? defaultTargets[priority] ?? { responseMinutes: 60, solutionMinutes: 480 };
    change({ ...targets, [priority]: { ...before, [field]: minutes ?? 0 } });
  };
  return html`<label>
      <input
        type="checkbox"
        role="switch"
        checked=${targets !== null}
        onChange=${() => change(targets === null ? defaultTargets : null)}
      />
      Targets of its own
    </label>
    ${
      targets !== null &&
      priorities.map((priority) => {
        const target = targets[priority] ?? defaultTargets[priority];
        return html`<div class="grid">
          <${NumberField}
            label=${`Priority ${priority}: minutes to respond`}
            min="1"
            value=${target?.responseMinutes}
            change=${(minutes: number | null) => set(priority, 'responseMinutes', minutes)}
          />
          <${NumberField}
            label=${`Priority ${priority}: minutes to solve`}
            min="1"
            value=${target?.solutionMinutes}
            change=${(minutes: number | null) => set(priority, 'solutionMinutes', minutes)}
          />
        </div>`;
      })
    }
    <${FieldError} id="targets" message=${error} />`;
};
