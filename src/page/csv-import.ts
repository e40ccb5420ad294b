import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { post } from './api.ts';
import { useDoing } from './hooks.ts';
import { Outcome } from './ui.ts';

const previewed = 10;

/** A file is looked at first, and imported whole or not at all. */
export const CsvImport = ({ path, onImported }: { readonly path: string; readonly onImported: () => void }) => {
  const [text, setText] = useState('');
  const [result, setResult] = useState('');
  const doing = useDoing();
  const choose = (event: Event): void => {
    const [file] = (event.currentTarget as HTMLInputElement).files ?? [];
    setResult('');
    doing.run(async () => setText((await file?.text()) ?? ''));
  };
  const run = (): void =>
    doing.run(async () => {
      const { created, updated } = await post<{ readonly created: number; readonly updated: number }>(path, text);
      setResult(`Imported: ${String(created)} new, ${String(updated)} changed.`);
      setText('');
      onImported();
    });
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  return html`<details>
    <summary>Import CSV</summary>
    <label>File, UTF-8, with a header line<input type="file" accept=".csv,text/csv" onChange=${choose} /></label>
    <${Outcome} doing=${doing} />
    <p role="status">${result}</p>
    ${
      lines.length > 0 &&
      html`<p>${lines.length - 1} rows. The first of them:</p>
        <pre class="mail" tabindex="0" aria-label="Preview">${lines.slice(0, previewed + 1).join('\n')}</pre>
        <button aria-busy=${doing.busy} onClick=${run}>Import all or none</button>`
    }
  </details>`;
};
