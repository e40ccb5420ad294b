import { html } from 'htm/preact';
import { getAll } from '../shared/api.ts';
import { useLoad } from '../shared/hooks.ts';

/** The field `category` of a form that releases messages. */
export const CategorySelect = () => {
  const { data = [] } = useLoad('categories', () =>
    getAll<{ readonly code: string; readonly path: string }>('/categories'),
  );
  return html`<label
    >Category of the ticket
    <select name="category">
      <option value="">as the message or its mailbox says</option>
      ${data.map(({ code, path }) => html`<option value=${code}>${path}</option>`)}
    </select></label
  >`;
};
