import { html } from 'htm/preact';
import type { z } from 'zod';
import type { BulkResultSchema } from '../../api/messages/message.schema.ts';
import { post } from '../shared/api.ts';
import { CategorySelect } from './category-select.ts';
import { useMutation } from '../shared/hooks.ts';
import { formText, Outcome, submitting, confirmAction } from '../shared/ui.ts';

type Result = z.output<typeof BulkResultSchema>;

const messages = (count: number): string => (count === 1 ? '1 message' : `${String(count)} messages`);

/** What was done, and for each message that failed why. */
const report = (verb: string, { done, failed }: Result): string =>
  [`${messages(done.length)} ${verb}.`, ...failed.map(({ detail }) => detail)].join(' ');

/** Releases or discards the selected messages in one request. `onDone`: the list has changed. */
export const Bulk = ({ ids, onDone }: { readonly ids: ReadonlySet<number>; readonly onDone: () => void }) => {
  const mutation = useMutation();
  const none = ids.size === 0;
  const act = (body: Readonly<Record<string, unknown>>, verb: string): void => {
    let result: Result = { done: [], failed: [] };
    mutation.run(
      async () => {
        result = await post<Result>('/messages/bulk', { ...body, ids: [...ids] });
        onDone();
      },
      () => report(verb, result),
    );
  };
  const release = submitting((form) => {
    const category = formText(form, 'category');
    act({ action: 'release', ...(category === '' ? {} : { category }) }, 'released');
  });
  return html`<form class="filter bulk" aria-label="Selected messages" onSubmit=${release}>
      <p>${none ? 'Select messages to release or discard them.' : `${messages(ids.size)} selected`}</p>
      <${CategorySelect} />
      <button type="submit" disabled=${none || mutation.busy}>Release</button>
      <button
        type="button"
        class="secondary"
        disabled=${none || mutation.busy}
        onClick=${() => {
          if (confirmAction(`Discard ${messages(ids.size)}? The originals are deleted.`))
            act({ action: 'discard' }, 'discarded');
        }}
      >
        Discard
      </button>
    </form>
    <${Outcome} mutation=${mutation} />`;
};
