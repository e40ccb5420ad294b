import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { languages } from '../../domain/outgoing/outgoing.ts';
import { processNames } from '../../domain/processes/process.ts';
import { getTagged, patch, post, remove, type Tagged } from '../shared/api.ts';
import { CsvImport } from './csv-import.ts';
import { asText, type EntryField, EntryFields, readEntry } from './entry-fields.ts';
import { useMutation, useRefreshKey } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import { type Column, Dialog, formText, Outcome, confirmAction, View, submitting, ErrorAlert } from '../shared/ui.ts';

type Item = Readonly<Record<string, unknown>> & { readonly id: number };

interface Kind {
  readonly title: string;
  readonly fields: readonly EntryField[];
}

const same = (codes: readonly string[]) => codes.map((code) => [code, code] as const);

const kinds = {
  categories: {
    title: 'Categories',
    fields: [
      { name: 'path', label: 'Path', required: true },
      { name: 'code', label: 'Code', required: true },
      {
        name: 'ticketType',
        label: 'Ticket type',
        required: true,
        options: [
          ['I', 'I, incident'],
          ['S', 'S, service request'],
          ['R', 'R, change request'],
          ['E', 'E, event'],
        ],
      },
      {
        name: 'process',
        label: 'Process',
        required: true,
        options: same(processNames),
      },
      { name: 'supportGroup', label: 'Support group' },
      { name: 'guid', label: 'GUID' },
    ],
  },
  employees: {
    title: 'Employees',
    fields: [
      { name: 'name', label: 'Name', required: true },
      { name: 'address', label: 'Address', required: true },
      { name: 'employeeNumber', label: 'Employee number' },
      { name: 'aliases', label: 'Other addresses', several: true },
      { name: 'supportGroups', label: 'Support groups', several: true },
      { name: 'language', label: 'Language', options: [['', 'as in the settings'], ...same(languages)] },
    ],
  },
  assets: {
    title: 'Assets',
    fields: [
      { name: 'tag', label: 'Tag', required: true },
      { name: 'name', label: 'Name', required: true },
    ],
  },
  'configuration-items': {
    title: 'Configuration items',
    fields: [{ name: 'name', label: 'Name', required: true }],
  },
} as const satisfies Record<string, Kind>;
export type CatalogueName = keyof typeof kinds;

export const isCatalogue = (name: string): name is CatalogueName => Object.hasOwn(kinds, name);

/** A list of master data: searched, added to, changed, removed from, imported into. */
export const Catalogue = ({ list, administers }: { readonly list: CatalogueName; readonly administers: boolean }) => {
  const { title, fields }: Kind = kinds[list];
  const [text, setText] = useState('');
  const [refreshKey, changed] = useRefreshKey();
  /** Null: a new one. */
  const [edited, setEdited] = useState<Tagged<Item> | null | undefined>(undefined);
  const mutation = useMutation();
  const pathOf = (item: Item): string => `/${list}/${String(item.id)}`;
  const nameOf = (item: Item): string => asText(item['path'] ?? item['name']);
  const edit = (item: Item): void => mutation.run(async () => setEdited(await getTagged<Item>(pathOf(item))));
  const drop = (item: Item): void => {
    if (confirmAction(`Delete ${nameOf(item)}?`))
      mutation.run(async () => {
        await remove(pathOf(item));
        changed();
      }, 'Deleted.');
  };
  const columns: readonly Column<Item>[] = [
    ...fields.map(({ name, label }) => ({ head: label, cell: (item: Item) => asText(item[name]) })),
    {
      head: 'Do',
      cell: (item: Item) =>
        html`<span class="actions">
          ${list === 'categories' && html`<a href=${`#${pathOf(item)}/process`} aria-label=${`Approvals, targets of ${nameOf(item)}`}>Approvals, targets</a>`}
          ${
            administers &&
            html`<button class="secondary" aria-label=${`Edit ${nameOf(item)}`} onClick=${() => edit(item)}>
                Edit
              </button>
              <button class="secondary" aria-label=${`Delete ${nameOf(item)}`} onClick=${() => drop(item)}>
                Delete
              </button>`
          }
        </span>`,
    },
  ];
  return html`<${View}
    title=${title}
    actions=${administers && html`<button onClick=${() => setEdited(null)}>Add</button>`}
  >
    <form
      class="filter"
      aria-label="Filter"
      onSubmit=${submitting((form) => setText(formText(form, 'text')))}
    >
      <label>Search<input name="text" type="search" /></label>
      <button type="submit">Search</button>
    </form>
    <${Outcome} mutation=${mutation} />
    <${List}
      key=${text}
      refreshKey=${refreshKey}
      caption=${title}
      path=${`/${list}${text === '' ? '' : `?text=${encodeURIComponent(text)}`}`}
      columns=${administers || list === 'categories' ? columns : columns.slice(0, -1)}
      empty="There is none."
    />
    ${
      edited !== undefined &&
      html`<${Editor}
        path=${edited === null ? `/${list}` : pathOf(edited.data)}
        title=${edited === null ? `${title}: a new one` : nameOf(edited.data)}
        fields=${fields}
        edited=${edited}
        onClose=${() => setEdited(undefined)}
        onSaved=${() => {
          setEdited(undefined);
          changed();
          mutation.setMessage(edited === null ? 'Added.' : 'Saved.');
        }}
      />`
    }
    ${administers && html`<${CsvImport} key=${list} list=${list} onImported=${changed} />`}
  </${View}>`;
};

interface EditorProps extends Kind {
  readonly path: string;
  readonly edited: Tagged<Item> | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

const Editor = ({ path, title, fields, edited, onClose, onSaved }: EditorProps) => {
  const mutation = useMutation();
  const save = submitting((form) => {
    const entry = readEntry(form, fields);
    mutation.run(async () => {
      if (edited === null) await post(path, entry);
      else await patch(path, entry, edited.tag);
      onSaved();
    });
  });
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <${ErrorAlert} error=${mutation.error} />
    <form onSubmit=${save}>
      <${EntryFields} fields=${fields} entry=${edited?.data} errorOf=${(name: string) => mutation.error?.of(name)} />
      <button type="submit" aria-busy=${mutation.busy}>${edited === null ? 'Add' : 'Save'}</button>
    </form>
  </${Dialog}>`;
};
