import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { Calendar } from '../../domain/processes/service-level.ts';
import { getTagged, patch, post, remove, type Tagged } from '../shared/api.ts';
import { useMutation, useRefreshKey } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import {
  type Column,
  Dialog,
  FieldError,
  formText,
  invalidity,
  Outcome,
  submitting,
  confirmAction,
  ErrorAlert,
  View,
} from '../shared/ui.ts';

type Weekday = keyof Calendar['hours'];
const weekdays: readonly (readonly [Weekday, string])[] = [
  ['1', 'Monday'],
  ['2', 'Tuesday'],
  ['3', 'Wednesday'],
  ['4', 'Thursday'],
  ['5', 'Friday'],
  ['6', 'Saturday'],
  ['7', 'Sunday'],
];

/** `09:00–12:00, 13:00–17:00`. */
const shownHours = (hours: Calendar['hours'][Weekday] = []): string =>
  hours.map(({ from, to }) => `${from}–${to}`).join(', ');

/** What cannot be read stays as it is, for the server to refuse it in its own words. */
const readHours = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [from = '', to = ''] = part.split(/[-–]/).map((time) => time.trim());
      return { from, to };
    });

/** When support groups work. */
export const Calendars = ({ administers }: { readonly administers: boolean }) => {
  const [refreshKey, changed] = useRefreshKey();
  /** Null: a new one. */
  const [edited, setEdited] = useState<Tagged<Calendar> | null | undefined>(undefined);
  const mutation = useMutation();
  const pathOf = ({ id }: Calendar): string => `/calendars/${String(id)}`;
  const drop = (calendar: Calendar): void => {
    if (confirmAction(`Delete ${calendar.name}?`))
      mutation.run(async () => {
        await remove(pathOf(calendar));
        changed();
      }, 'Deleted.');
  };
  const columns: readonly Column<Calendar>[] = [
    { head: 'Name', cell: ({ name }) => name },
    { head: 'Time zone', cell: ({ timeZone }) => timeZone },
    {
      head: 'Hours',
      cell: ({ hours }) =>
        html`<ul class="bare">
          ${weekdays.flatMap(([day, name]) =>
            hours[day] === undefined ? [] : [html`<li>${name} ${shownHours(hours[day])}</li>`],
          )}
        </ul>`,
    },
    { head: 'Holidays', cell: ({ holidays }) => String(holidays.length) },
    ...(administers
      ? [
          {
            head: 'Do',
            cell: (calendar: Calendar) =>
              html`<span class="actions">
                <button
                  class="secondary"
                  onClick=${() => mutation.run(async () => setEdited(await getTagged<Calendar>(pathOf(calendar))))}
                >
                  Edit
                </button>
                <button class="secondary" onClick=${() => drop(calendar)}>Delete</button>
              </span>`,
          },
        ]
      : []),
  ];
  return html`<${View}
    title="Calendars"
    actions=${administers && html`<button onClick=${() => setEdited(null)}>Add</button>`}
  >
    <p>Targets of tickets count only the hours of the calendar that their category names.</p>
    <${Outcome} mutation=${mutation} />
    <${List} refreshKey=${refreshKey} caption="Calendars" path="/calendars" columns=${columns} empty="There is none." />
    ${
      edited !== undefined &&
      html`<${Editor}
        edited=${edited}
        onClose=${() => setEdited(undefined)}
        onSaved=${() => {
          setEdited(undefined);
          changed();
          mutation.setMessage('Saved.');
        }}
      />`
    }
  </${View}>`;
};

interface EditorProps {
  readonly edited: Tagged<Calendar> | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

const Editor = ({ edited, onClose, onSaved }: EditorProps) => {
  const mutation = useMutation();
  const calendar = edited?.data;
  const save = submitting((form) => {
    const body = {
      name: formText(form, 'name'),
      timeZone: formText(form, 'timeZone'),
      hours: Object.fromEntries(
        weekdays.flatMap(([day]) => {
          const hours = readHours(formText(form, `hours-${day}`));
          return hours.length === 0 ? [] : [[day, hours]];
        }),
      ),
      holidays: formText(form, 'holidays')
        .split(/[\s,]+/)
        .filter((date) => date !== ''),
    };
    mutation.run(async () => {
      if (edited === null) await post('/calendars', body);
      else await patch(`/calendars/${String(edited.data.id)}`, body, edited.tag);
      onSaved();
    });
  });
  const errorOf = (field: string): string | undefined => mutation.error?.of(field);
  const text = (id: string, label: string, value: string, field = id, more: object = {}) =>
    html`<div class="field">
      <label for=${id}>${label}</label>
      <input id=${id} name=${id} defaultValue=${value} ...${invalidity(id, errorOf(field))} ...${more} />
      <${FieldError} id=${id} message=${errorOf(field)} />
    </div>`;
  return html`<${Dialog} title=${calendar?.name ?? 'A new calendar'} onClose=${onClose}>
    <${ErrorAlert} error=${mutation.error} />
    <form onSubmit=${save}>
      ${text('name', 'Name', calendar?.name ?? '', 'name', { required: true })}
      ${text('timeZone', 'Time zone', calendar?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)}
      <fieldset>
        <legend>Hours, like 09:00–12:00, 13:00–17:00; empty: free</legend>
        ${weekdays.map(([day, name]) =>
          text(
            `hours-${day}`,
            name,
            calendar === undefined ? (Number(day) < 6 ? '09:00–17:00' : '') : shownHours(calendar.hours[day]),
            `hours.${day}`,
          ),
        )}
      </fieldset>
      <div class="field">
        <label for="holidays">Holidays, a date a line, like 2027-01-01</label>
        <textarea id="holidays" name="holidays" rows="4" ...${invalidity('holidays', errorOf('holidays'))}>
${calendar?.holidays.join('\n') ?? ''}</textarea
        >
        <${FieldError} id="holidays" message=${errorOf('holidays')} />
      </div>
      <button type="submit" aria-busy=${mutation.busy}>${edited === null ? 'Add' : 'Save'}</button>
    </form>
  </${Dialog}>`;
};
