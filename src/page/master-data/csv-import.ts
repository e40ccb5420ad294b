import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { importColumns, type ImportedList } from '../../domain/master-data/import-columns.ts';
import { upload } from '../shared/api.ts';
import { useMutation } from '../shared/hooks.ts';
import { Outcome, Table } from '../shared/ui.ts';

interface Imported {
  readonly created: number;
  readonly updated: number;
  readonly encoding: string;
  readonly separator: string;
  readonly preview: readonly (readonly string[])[];
}

const separatorNames: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab' };

/** The header line as a file to fill in. */
const templateOf = (list: ImportedList): string => {
  const { required, optional } = importColumns[list];
  return `data:text/csv;charset=utf-8,${encodeURIComponent(`${[...required, ...optional].join(',')}\r\n`)}`;
};

/** Tries the chosen file first, which shows its errors or what it would change. Then imports it, completely or not at all. */
export const CsvImport = ({ list, onImported }: { readonly list: ImportedList; readonly onImported: () => void }) => {
  const [file, setFile] = useState<File | undefined>(undefined);
  const [tried, setTried] = useState<Imported | undefined>(undefined);
  const [sent, setSent] = useState(0);
  const [result, setResult] = useState('');
  const mutation = useMutation();
  const send = (query: string, csv: File): Promise<Imported> => {
    setSent(0);
    return upload<Imported>(`/${list}/import${query}`, csv, setSent);
  };
  const choose = (event: Event): void => {
    const [chosen] = (event.currentTarget as HTMLInputElement).files ?? [];
    setResult('');
    setTried(undefined);
    setFile(chosen);
    if (chosen === undefined) return;
    mutation.run(async () => setTried(await send('?dryRun=true', chosen)));
  };
  const run = (): void => {
    if (file === undefined) return;
    mutation.run(async () => {
      const { created, updated } = await send('', file);
      setResult(`Imported: ${String(created)} new, ${String(updated)} changed.`);
      setFile(undefined);
      setTried(undefined);
      onImported();
    });
  };
  return html`<details>
    <summary>Import CSV</summary>
    <p><a href=${templateOf(list)} download=${`${list}.csv`}>Download a template</a></p>
    <label>CSV file with a header line<input type="file" accept=".csv,text/csv" onChange=${choose} /></label>
    <${Outcome} mutation=${mutation} />
    ${mutation.busy && html`<${Progress} sent=${sent} />`}
    <p role="status">
      ${
        tried !== undefined &&
        !mutation.busy &&
        `An import would add ${String(tried.created)} and change ${String(tried.updated)}. Read as ${tried.encoding}, separated by ${separatorNames[tried.separator] ?? tried.separator}.`
      }
      ${result}
    </p>
    ${tried !== undefined && html`<${Preview} rows=${tried.preview} />`}
    ${
      file !== undefined &&
      html`<button aria-busy=${mutation.busy} disabled=${tried === undefined} onClick=${run}>
        Import all or none
      </button>`
    }
  </details>`;
};

/** The first records of the file as a table. */
const Preview = ({ rows: [header = [], ...records] }: { readonly rows: readonly (readonly string[])[] }) =>
  html`<${Table}
    caption="First rows of the file"
    rows=${records}
    columns=${header.map((head, index) => ({ head, cell: (record: readonly string[]) => record[index] ?? '' }))}
    empty="The file has no rows."
  />`;

const Progress = ({ sent }: { readonly sent: number }) =>
  sent < 1
    ? html`<label>Sending the file<progress max="1" value=${sent}></progress></label>`
    : html`<label>The agent works on the rows<progress></progress></label>`;
