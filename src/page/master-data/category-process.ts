import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApprovalStep } from '../../domain/approvals/approval.ts';
import {
  type Calendar,
  closedReplyPolicies,
  type EventEscalation,
  type Targets,
} from '../../domain/processes/service-level.ts';
import { get, getAll, getTagged, type Page, put } from '../shared/api.ts';
import { ApprovalStepFields } from './approval-step-fields.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import type { Person } from '../shared/person-picker.ts';
import { EscalationFields } from './escalation-fields.ts';
import { TargetFields } from './target-fields.ts';
import { FieldError, inputNumber, Outcome, submitting, inputValue, LoadingOrError, View, words } from '../shared/ui.ts';

interface Process {
  readonly approvalSteps: readonly ApprovalStep[];
  readonly closedReplyPolicy: (typeof closedReplyPolicies)[number];
  readonly calendarId: number | null;
  readonly targets: Targets | null;
  readonly escalation: EventEscalation | null;
}
interface Category {
  readonly id: number;
  readonly path: string;
  readonly ticketType: string;
}
interface Whole {
  readonly process: Process;
  readonly tag: string | null;
  readonly category: Category;
  readonly calendars: readonly Calendar[];
  /** Those of incidents, which an event may become. */
  readonly incidents: readonly Category[];
  readonly people: readonly Person[];
  /** Numbers of tickets with an approval that nobody could be asked for. */
  readonly unasked: readonly string[];
}

const load = async (id: number): Promise<Whole> => {
  const path = `/categories/${String(id)}`;
  const [category, { data: process, tag }, calendars, categories, unasked] = await Promise.all([
    get<Category>(path),
    getTagged<Process>(`${path}/process`),
    getAll<Calendar>('/calendars'),
    getAll<Category>('/categories'),
    get<Page<{ readonly number: string }>>(`/tickets?nobodyToAsk=true&limit=20&category=${String(id)}`),
  ]);
  const ids = process.approvalSteps.flatMap(({ approvers, escalateTo }) => [
    ...approvers,
    ...(escalateTo === null ? [] : [escalateTo]),
  ]);
  const people = await Promise.all([...new Set(ids)].map((person) => get<Person>(`/employees/${String(person)}`)));
  return {
    process,
    tag,
    category,
    calendars,
    incidents: categories.filter(({ ticketType }) => ticketType === 'I'),
    people,
    unasked: unasked.items.map(({ number }) => number),
  };
};

/** Who is asked about a category's tickets, how long they may take, and what a late reply does. */
export const CategoryProcess = ({ id, administers }: { readonly id: number; readonly administers: boolean }) => {
  const { data, error, reload } = useLoad(`process ${String(id)}`, () => load(id));
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  return html`<${Editor} whole=${data} administers=${administers} reload=${reload} />`;
};

const newStep: ApprovalStep = {
  approvers: [],
  rule: 'one',
  remindAfterHours: 24,
  escalateAfterHours: null,
  escalateTo: null,
  expireAfterHours: 72,
  onExpiry: 'refused',
};

interface EditorProps {
  readonly whole: Whole;
  readonly administers: boolean;
  readonly reload: () => void;
}

const Editor = ({
  whole: { process: stored, tag, category, calendars, incidents, people, unasked },
  administers,
  reload,
}: EditorProps) => {
  const [process, setProcess] = useState(stored);
  const [known, setKnown] = useState<ReadonlyMap<number, string>>(new Map());
  const mutation = useMutation();
  useEffect(() => {
    setProcess(stored);
    setKnown(new Map(people.map(({ id, name }) => [id, name])));
  }, [tag]);
  const change = (changes: Partial<Process>): void => setProcess({ ...process, ...changes });
  const steps = process.approvalSteps;
  const save = submitting(() => {
    mutation.run(async () => {
      await put(`/categories/${String(category.id)}/process`, process, tag);
      reload();
    }, 'Saved. Where steps changed, what still waits is asked anew.');
  });
  const errorOf = (field: string): string | undefined => mutation.error?.of(field);
  return html`<${View} title=${`Approvals and targets: ${category.path}`}>
    <p><a href="#/categories">All categories</a></p>
    <${Outcome} mutation=${mutation} />
    <form onSubmit=${save} novalidate>
      <fieldset disabled=${!administers}>
        <legend class="hidden">Approvals and targets</legend>
        <h2>Approval steps, in order</h2>
        ${steps.length === 0 && html`<p class="quiet">Nobody is asked.</p>`}
        ${
          unasked.length > 0 &&
          html`<p role="status">
            Nobody of these steps may approve ${unasked.join(', ')}: it waits until a step names somebody else.
          </p>`
        }
        ${steps.map(
          (step, index) =>
            html`<${ApprovalStepFields}
              key=${index}
              index=${index}
              step=${step}
              names=${known}
              error=${errorOf(`approvalSteps.${String(index)}`)}
              change=${(changed: ApprovalStep) => change({ approvalSteps: steps.with(index, changed) })}
              remove=${() => change({ approvalSteps: steps.toSpliced(index, 1) })}
              learn=${(person: Person) => setKnown(new Map([...known, [person.id, person.name]]))}
            />`,
        )}
        <${FieldError} id="steps" message=${steps.length === 0 ? errorOf('approvalSteps') : undefined} />
        <p class="actions">
          <button type="button" class="secondary" onClick=${() => change({ approvalSteps: [...steps, newStep] })}>
            Add a step
          </button>
        </p>
        <h2>Targets</h2>
        <div class="field">
          <label for="calendar">Calendar whose hours count</label>
          <select
            id="calendar"
            value=${String(process.calendarId ?? '')}
            onChange=${(event: Event) => change({ calendarId: inputNumber(event) })}
          >
            <option value="">every hour counts</option>
            ${calendars.map(({ id, name }) => html`<option value=${String(id)}>${name}</option>`)}
          </select>
          <${FieldError} id="calendar" message=${errorOf('calendarId')} />
        </div>
        <${TargetFields} targets=${process.targets} error=${errorOf('targets')} change=${(targets: Targets | null) => change({ targets })} />
        <h2>Replies and events</h2>
        <div class="field">
          <label for="closed">A reply to a closed ticket</label>
          <select
            id="closed"
            value=${process.closedReplyPolicy}
            onChange=${(event: Event) =>
              change({
                closedReplyPolicy: closedReplyPolicies.find((policy) => policy === inputValue(event)) ?? 'reopen',
              })}
          >
            ${closedReplyPolicies.map((policy) => html`<option value=${policy}>${words(policy)}</option>`)}
          </select>
        </div>
        ${
          category.ticketType === 'E' &&
          html`<${EscalationFields}
            escalation=${process.escalation}
            incidents=${incidents}
            error=${errorOf('escalation')}
            change=${(escalation: EventEscalation | null) => change({ escalation })}
          />`
        }
      </fieldset>
      ${administers && html`<button type="submit" aria-busy=${mutation.busy}>Save</button>`}
    </form>
  </${View}>`;
};
