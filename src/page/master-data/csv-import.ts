import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { upload } from '../shared/api.ts';
import { useDoing } from '../shared/hooks.ts';
import { Outcome } from '../shared/ui.ts';

const previewed = 10;

interface Counts {
  readonly created: number;
  readonly updated: number;
}

/** A file is tried first, which tells its faults and what it would change, and then imported whole or not at all. */
export const CsvImport = ({ path, onImported }: { readonly path: string; readonly onImported: () => void }) => {
  const [text, setText] = useState('');
  const [tried, setTried] = useState<Counts | undefined>(undefined);
  const [sent, setSent] = useState(0);
  const [result, setResult] = useState('');
  const doing = useDoing();
  const send = (query: string, csv: string): Promise<Counts> => {
    setSent(0);
    return upload<Counts>(`${path}${query}`, csv, setSent);
  };
  const choose = (event: Event): void => {
    const [file] = (event.currentTarget as HTMLInputElement).files ?? [];
    setResult('');
    setTried(undefined);
    setText('');
    if (file === undefined) return;
    doing.run(async () => {
      const csv = await file.text();
      setText(csv);
      setTried(await send('?dryRun=true', csv));
    });
  };
  const run = (): void =>
    doing.run(async () => {
      const { created, updated } = await send('', text);
      setResult(`Imported: ${String(created)} new, ${String(updated)} changed.`);
      setText('');
      setTried(undefined);
      onImported();
    });
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  return html`<details>
    <summary>Import CSV</summary>
    <label>File, UTF-8, with a header line<input type="file" accept=".csv,text/csv" onChange=${choose} /></label>
    <${Outcome} doing=${doing} />
    ${doing.busy && html`<${Progress} sent=${sent} />`}
    <p role="status">
      ${
        tried !== undefined &&
        !doing.busy &&
        `An import would add ${String(tried.created)} and change ${String(tried.updated)}.`
      }
      ${result}
    </p>
    ${
      lines.length > 0 &&
      html`<p>The first rows:</p>
        <pre class="mail" tabindex="0" aria-label="Preview">${lines.slice(0, previewed + 1).join('\n')}</pre>
        <button aria-busy=${doing.busy} disabled=${tried === undefined} onClick=${run}>Import all or none</button>`
    }
  </details>`;
};

const Progress = ({ sent }: { readonly sent: number }) =>
  sent < 1
    ? html`<label>Sending the file<progress max="1" value=${sent}></progress></label>`
    : html`<label>The agent works on the rows<progress></progress></label>`;
