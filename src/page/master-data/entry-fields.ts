import { html } from 'htm/preact';
import { FieldError, formText, invalidity } from '../shared/ui.ts';

/** One field of an entry of master data. */
export interface EntryField {
  readonly name: string;
  readonly label: string;
  readonly required?: boolean;
  /** Several, with commas between. */
  readonly several?: boolean;
  /** Codes with their words. */
  readonly options?: readonly (readonly [code: string, shown: string])[];
}

/** A value as it is shown and typed. */
export const asText = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : '';

const asList = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** What the form says of these fields; an empty one that need not be there is null. */
export const readEntry = (form: HTMLFormElement, fields: readonly EntryField[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    fields.map(({ name, several, required }) => {
      const value = formText(form, name);
      return [name, several === true ? asList(value) : value === '' && required !== true ? null : value];
    }),
  );

/** Inputs for these fields, with the values of `entry` to begin with. */
export const EntryFields = ({
  fields,
  entry = {},
  errorOf,
}: {
  readonly fields: readonly EntryField[];
  readonly entry?: Readonly<Record<string, unknown>>;
  readonly errorOf: (name: string) => string | undefined;
}) =>
  fields.map(({ name, label, required, several, options }) => {
    const id = `entry-${name}`;
    const value = asText(entry[name]);
    return html`<div class="field">
      <label for=${id}>${label}${several === true ? ' (with commas between)' : ''}</label>
      ${
        options === undefined
          ? html`<input
              id=${id}
              name=${name}
              defaultValue=${value}
              required=${required}
              ...${invalidity(id, errorOf(name))}
            />`
          : html`<select id=${id} name=${name} ...${invalidity(id, errorOf(name))}>
              ${options.map(
                ([code, shown]) => html`<option value=${code} selected=${code === value}>${shown}</option>`,
              )}
            </select>`
      }
      <${FieldError} id=${id} message=${errorOf(name)} />
    </div>`;
  });
