import { html } from 'htm/preact';

/** A workflow by its id, as a link to the Temporal Web UI where its address is known. */
export const Workflow = ({ id, url }: { readonly id: string; readonly url: string | null }) =>
  url === null
    ? html`<code>${id}</code> in the Temporal Web UI`
    : html`<a href=${url + encodeURIComponent(id)} target="_blank" rel="noreferrer">${id}</a>`;
