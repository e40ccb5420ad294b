import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { languages } from '../../domain/outgoing/outgoing.ts';
import { get, put, remove } from '../shared/api.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import { FieldError, formText, Outcome, confirmAction, submitting, LoadingOrError } from '../shared/ui.ts';

interface MailPart {
  readonly name: string;
  readonly language: string;
  readonly text: string;
  readonly html: string;
}

const pathOf = (name: string, language: string): string => `/mail-parts/${encodeURIComponent(name)}/${language}`;

/** Texts that templates share, such as a signature. */
export const MailParts = ({ administers }: { readonly administers: boolean }) => {
  const { data, error, reload } = useLoad('mail-parts', () =>
    get<{ readonly items: readonly MailPart[] }>('/mail-parts'),
  );
  const [chosen, setChosen] = useState(-1);
  const mutation = useMutation();
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  const part = data.items[chosen];
  const errorOf = (name: string): string | undefined => mutation.error?.of(name);
  const save = submitting((form) =>
    mutation.run(async () => {
      const path = pathOf(formText(form, 'part-name'), formText(form, 'part-language'));
      await put(path, { text: formText(form, 'part-text') });
      reload();
    }, 'Saved.'),
  );
  const drop = ({ name, language }: MailPart): void => {
    if (confirmAction(`Delete ${name} (${language})?`))
      mutation.run(async () => {
        await remove(pathOf(name, language));
        setChosen(-1);
        reload();
      }, 'Deleted.');
  };
  return html`<section aria-labelledby="mail-parts">
    <h2 id="mail-parts">Mail parts</h2>
    <p>Texts that templates share. A template names one as <code>#[MAIL_PART.signature]#</code>.</p>
    <label
      >Mail part
      <select
        value=${String(chosen)}
        onChange=${(event: Event) => setChosen(Number((event.currentTarget as HTMLSelectElement).value))}
      >
        <option value="-1">a new one</option>
        ${data.items.map(({ name, language }, index) => html`<option value=${String(index)}>${name}, ${language}</option>`)}
      </select></label
    >
    <form onSubmit=${save} key=${part === undefined ? 'new' : JSON.stringify(part)}>
      <fieldset disabled=${!administers}>
        <legend class="hidden">Mail part</legend>
        <div class="grid">
          <label
            >Name<input name="part-name" required readonly=${part !== undefined} defaultValue=${part?.name ?? ''}
          /></label>
          <label
            >Language
            <select name="part-language">
              ${(part === undefined ? languages : [part.language]).map((one) => html`<option value=${one}>${one}</option>`)}
            </select></label
          >
        </div>
        <div class="field">
          <label for="part-text">Text of the part</label
          ><textarea id="part-text" name="part-text" rows="5" required defaultValue=${part?.text ?? ''}></textarea
          ><${FieldError} id="part-text" message=${errorOf('text') ?? errorOf('name')} />
        </div>
      </fieldset>
      ${
        administers &&
        html`<p class="actions">
          <button type="submit" aria-busy=${mutation.busy}>Keep the part</button>
          ${part !== undefined && html`<button type="button" class="secondary" onClick=${() => drop(part)}>Delete the part</button>`}
        </p>`
      }
    </form>
    <${Outcome} mutation=${mutation} />
  </section>`;
};
