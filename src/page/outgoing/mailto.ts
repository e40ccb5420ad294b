import { html } from 'htm/preact';
import { useRef, useState } from 'preact/hooks';
import { mailtoPresets, presetMail, type MailtoPreset } from '../../domain/outgoing/mailto-presets.ts';
import { templateTags } from '../../domain/outgoing/template-tags.ts';
import type { Understood } from '../../api/messages/message.schema.ts';
import { post } from '../shared/api.ts';
import { useMutation } from '../shared/hooks.ts';
import { Instruction, type Diagnostic } from '../messages/instruction.ts';
import { Facts, formText, Outcome, View, submitting } from '../shared/ui.ts';

interface Made {
  readonly url: string;
  readonly mail: {
    readonly to: string;
    readonly cc: string;
    readonly bcc: string;
    readonly subject: string;
    readonly body: string;
  };
  readonly understood: Understood | null;
  readonly warnings: readonly Diagnostic[];
  readonly errors: readonly Diagnostic[];
}

/** What the presets are called. */
const presetNames: Readonly<Record<MailtoPreset, string>> = {
  accept: 'Accept',
  refuse: 'Refuse',
  ask: 'Ask for information',
  solve: 'Solve',
  hold: 'Put on hold',
};

/** Offered to be put into the body. */
const offered = [
  "@OPERATION@='SOLVE'",
  "@RFC_NUMBER@='#RFC_NUMBER#'",
  "@ACTION_ID@='#CURRENT_ACTION_ID#'",
  "@CHOICE@='1'",
  "@CODE_CATALOG@=''",
  "@ASSET@=''",
  "@URGENCY@='1'",
  "@COMMENT@=''",
  '@FIELDS_TO_UPDATE@={COMMENT=}',
];

/** Placeholders of templates; those that are whole links themselves are of no use in one. */
const placeholders = Object.keys(templateTags).filter((name) => !name.endsWith('_URL'));

export const Mailto = () => {
  const [made, setMade] = useState<Made | undefined>(undefined);
  const body = useRef<HTMLTextAreaElement>(null);
  const subject = useRef<HTMLInputElement>(null);
  const mutation = useMutation();
  const submit = submitting((form) => {
    const fields = Object.fromEntries(
      ['to', 'cc', 'bcc', 'subject', 'body'].map((name) => [name, formText(form, name)]),
    );
    mutation.run(async () => setMade(await post<Made>('/mailto', fields)), 'The URL is made.');
  });
  const insert = (text: string): void => {
    const area = body.current;
    if (area === null) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    area.focus();
  };
  const choose = (preset: MailtoPreset): void => {
    const mail = presetMail(preset);
    if (subject.current !== null) subject.current.value = mail.subject;
    if (body.current !== null) body.current.value = mail.body;
  };
  return html`<${View} title="Mailto generator">
    <p>Makes a link that writes a mail with instructions, for templates and pages. In a template its placeholders are filled.</p>
    <form onSubmit=${submit}>
      <label>To<input name="to" required placeholder="support@example.com" /></label>
      <div class="grid">
        <label>CC<input name="cc" aria-describedby="commas" /></label>
        <label>BCC<input name="bcc" aria-describedby="commas" /></label>
      </div>
      <small id="commas">Several addresses with commas between.</small>
      <fieldset class="offered">
        <legend>Begin with</legend>
        ${mailtoPresets.map(
          (preset) =>
            html`<button type="button" class="chip" onClick=${() => choose(preset)}>${presetNames[preset]}</button> `,
        )}
      </fieldset>
      <label>Subject<input name="subject" ref=${subject} /></label>
      <label>Body<textarea name="body" rows="6" ref=${body}></textarea></label>
      <fieldset class="offered">
        <legend>Put into the body</legend>
        ${offered.map((text) => html`<button type="button" class="chip" onClick=${() => insert(text)}>${text}</button> `)}
        <label
          >Placeholder
          <select
            aria-label="Placeholder"
            onChange=${(event: Event) => {
              const list = event.currentTarget as HTMLSelectElement;
              if (list.value !== '') insert(`#${list.value}#`);
              list.value = '';
            }}
          >
            <option value="">choose one</option>
            ${placeholders.map((name) => html`<option value=${name}>${name}</option>`)}
          </select></label
        >
      </fieldset>
      <button type="submit" aria-busy=${mutation.busy}>Create URL</button>
    </form>
    <${Outcome} mutation=${mutation} />
    ${
      made !== undefined &&
      html`<section aria-labelledby="made">
        <h2 id="made">URL</h2>
        <pre class="mail" tabindex="0" aria-label="URL">${made.url}</pre>
        <p class="actions">
          <a role="button" href=${made.url}>Test URL</a>
          <button
            class="secondary"
            onClick=${() => mutation.run(() => navigator.clipboard.writeText(made.url), 'Copied.')}
          >
            Copy
          </button>
        </p>
        <h2>What a click would send</h2>
        <${Facts}
          of=${[
            ['To', made.mail.to],
            ['CC', made.mail.cc],
            ['BCC', made.mail.bcc],
            ['Subject', made.mail.subject],
            ['Body', html`<span class="lines">${made.mail.body}</span>`],
          ]}
        />
        <${Instruction} understood=${made.understood} notices=${[...made.errors, ...made.warnings]} />
      </section>`
    }
  </${View}>`;
};
