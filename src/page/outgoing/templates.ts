import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { MailParts } from './mail-parts.ts';
import { get, getTagged, patch, post, remove } from '../shared/api.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import { FieldError, formText, Outcome, View, words, submitting, LoadingOrError } from '../shared/ui.ts';

interface Template {
  readonly name: string;
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly changed: boolean;
}
interface Preview {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mails that go out. */
export const Templates = ({ administers }: { readonly administers: boolean }) => {
  const { data, error, reload } = useLoad('templates', () =>
    get<{ readonly items: readonly Template[] }>('/templates'),
  );
  const [chosen, setChosen] = useState(0);
  if (data === undefined) return html`<${LoadingOrError} error=${error} />`;
  const template = data.items[chosen];
  return html`<${View} title="Templates">
    <form class="filter">
      <label
        >Template
        <select value=${String(chosen)} onChange=${(event: Event) => setChosen(Number((event.currentTarget as HTMLSelectElement).value))}>
          ${data.items.map(
            ({ name, language, changed }, index) =>
              html`<option value=${String(index)}>${words(name)}, ${language}${changed ? ' (changed)' : ''}</option>`,
          )}
        </select></label
      >
    </form>
    ${
      template !== undefined &&
      html`<${Editor}
        key=${`${template.name} ${template.language}`}
        template=${template}
        administers=${administers}
        reload=${reload}
      />`
    }
    <${MailParts} administers=${administers} />
  </${View}>`;
};

const Editor = ({
  template,
  administers,
  reload,
}: {
  readonly template: Template;
  readonly administers: boolean;
  readonly reload: () => void;
}) => {
  const [preview, setPreview] = useState<Preview | undefined>(undefined);
  const mutation = useMutation();
  const path = `/templates/${template.name}/${template.language}`;
  const version = useLoad(path, () => getTagged<Template>(path));
  const read = (form: HTMLFormElement) =>
    ({ subject: formText(form, 'subject'), text: formText(form, 'text'), html: formText(form, 'html') }) as const;
  const save = submitting((form) => {
    mutation.run(async () => {
      await patch(path, read(form), version.data?.tag);
      version.reload();
      reload();
    }, 'Saved.');
  });
  const show = (event: Event): void => {
    const { form } = event.currentTarget as HTMLButtonElement;
    if (form !== null) mutation.run(async () => setPreview(await post<Preview>('/templates/preview', read(form))));
  };
  const reset = (): void =>
    mutation.run(async () => {
      await remove(path, version.data?.tag);
      version.reload();
      reload();
    }, 'It is as shipped again.');
  const errorOf = (name: string): string | undefined => mutation.error?.of(name);
  return html`<form onSubmit=${save}>
      <fieldset key=${JSON.stringify(template)} disabled=${!administers}>
        <legend class="hidden">Template</legend>
        <div class="field">
          <label for="subject">Subject</label
          ><input id="subject" name="subject" defaultValue=${template.subject} /><${FieldError}
            id="subject"
            message=${errorOf('subject')}
          />
        </div>
        <div class="field">
          <label for="text">Text</label
          ><textarea id="text" name="text" rows="12" defaultValue=${template.text}></textarea
          ><${FieldError} id="text" message=${errorOf('text')} />
        </div>
        <div class="field">
          <label for="html">HTML</label
          ><textarea id="html" name="html" rows="12" defaultValue=${template.html}></textarea
          ><${FieldError} id="html" message=${errorOf('html')} />
        </div>
      </fieldset>
      <p class="actions">
        ${administers && html`<button type="submit" aria-busy=${mutation.busy}>Save</button>`}
        <button type="button" class="secondary" onClick=${show}>Preview</button>
        ${administers && template.changed && html`<button type="button" class="secondary" onClick=${reset}>Back to the shipped one</button>`}
      </p>
    </form>
    <${Outcome} mutation=${mutation} />
    ${
      preview !== undefined &&
      html`<section aria-labelledby="preview">
        <h2 id="preview">${preview.subject}</h2>
        <pre class="mail" tabindex="0" aria-label="Text part">${preview.text}</pre>
        <h3>HTML part</h3>
        <iframe class="mail" title="HTML part" sandbox="" srcdoc=${preview.html}></iframe>
        <p class="quiet">Pictures from elsewhere are not shown here.</p>
      </section>`
    }`;
};
