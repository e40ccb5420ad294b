import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { languages } from '../domain/outgoing.ts';
import { ticketTypes } from '../domain/ticket.ts';
import { post, remove } from './api.ts';
import { CsvImport } from './csv-import.ts';
import { useDoing } from './hooks.ts';
import { List } from './list.ts';
import { type Column, FieldError, formText, Outcome, sure, View, submitting } from './ui.ts';

type Item = Readonly<Record<string, unknown>> & { readonly id: number };
interface Field {
  readonly name: string;
  readonly label: string;
  readonly required?: boolean;
  /** Several, with commas between. */
  readonly several?: boolean;
  readonly options?: readonly string[];
}

const processes = [
  'Incident: Standard Process',
  'Service Request: Approval and Fulfilment',
  'Change Request: Approval Board',
  'Event: Standard Process',
];
const kinds: Readonly<Record<Kind, { readonly title: string; readonly fields: readonly Field[] }>> = {
  categories: {
    title: 'Categories',
    fields: [
      { name: 'path', label: 'Path', required: true },
      { name: 'code', label: 'Code', required: true },
      { name: 'ticketType', label: 'Ticket type', required: true, options: ticketTypes },
      { name: 'process', label: 'Process', required: true, options: processes },
      { name: 'supportGroup', label: 'Support group' },
    ],
  },
  employees: {
    title: 'Employees',
    fields: [
      { name: 'name', label: 'Name', required: true },
      { name: 'address', label: 'Address', required: true },
      { name: 'aliases', label: 'Other addresses', several: true },
      { name: 'supportGroups', label: 'Support groups', several: true },
      { name: 'language', label: 'Language', options: ['', ...languages] },
    ],
  },
  assets: {
    title: 'Assets',
    fields: [
      { name: 'tag', label: 'Tag', required: true },
      { name: 'name', label: 'Name', required: true },
    ],
  },
};
type Kind = 'categories' | 'employees' | 'assets';

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : '';
const list = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** A list of master data: searched, added to, removed from, imported into. */
export const Catalogue = ({ list: kind, administers }: { readonly list: Kind; readonly administers: boolean }) => {
  const { title, fields } = kinds[kind];
  const [text, setText] = useState('');
  const [turn, setTurn] = useState(0);
  const doing = useDoing();
  const changed = (): void => setTurn((before) => before + 1);
  const add = submitting((form) => {
    const body = Object.fromEntries(
      fields.flatMap(({ name, several, required }) => {
        const value = formText(form, name);
        if (value === '' && required !== true) return [];
        return [[name, several === true ? list(value) : value]];
      }),
    );
    doing.run(async () => {
      await post(`/${kind}`, body);
      form.reset();
      changed();
    }, 'Added.');
  });
  const drop = (item: Item): void => {
    if (sure(`Delete ${shown(item['path'] ?? item['name'])}?`))
      doing.run(async () => {
        await remove(`/${kind}/${String(item.id)}`);
        changed();
      }, 'Deleted.');
  };
  const columns: readonly Column<Item>[] = [
    ...fields.map(({ name, label }) => ({ head: label, cell: (item: Item) => shown(item[name]) })),
    ...(administers
      ? [
          {
            head: 'Do',
            cell: (item: Item) => html`<button class="secondary" onClick=${() => drop(item)}>Delete</button>`,
          },
        ]
      : []),
  ];
  const errorOf = (name: string): string | undefined => doing.error?.of(name);
  return html`<${View} title=${title}>
    <form
      class="filter"
      aria-label="Filter"
      onSubmit=${(event: SubmitEvent) => {
        event.preventDefault();
        setText(formText(event.currentTarget as HTMLFormElement, 'text'));
      }}
    >
      <label>Search<input name="text" type="search" /></label>
      <button type="submit">Search</button>
    </form>
    <${Outcome} doing=${doing} />
    <${List}
      key=${text}
      turn=${turn}
      caption=${title}
      path=${`/${kind}${text === '' ? '' : `?text=${encodeURIComponent(text)}`}`}
      columns=${columns}
      empty="There is none."
    />
    ${
      administers &&
      html`<details>
          <summary>Add one</summary>
          <form onSubmit=${add}>
            <div class="fields">
              ${fields.map(
                ({ name, label, required, several, options }) =>
                  html`<div class="field">
                    <label for=${`new-${name}`}>${label}${several === true ? ' (with commas between)' : ''}</label>
                    ${
                      options === undefined
                        ? html`<input id=${`new-${name}`} name=${name} required=${required} />`
                        : html`<select id=${`new-${name}`} name=${name}>
                            ${options.map((option) => html`<option value=${option}>${option}</option>`)}
                          </select>`
                    }
                    <${FieldError} id=${`new-${name}`} message=${errorOf(name)} />
                  </div>`,
              )}
            </div>
            <button type="submit" aria-busy=${doing.busy}>Add</button>
          </form>
        </details>
        <${CsvImport} path=${`/${kind}/import`} onImported=${changed} />`
    }
  </${View}>`;
};
