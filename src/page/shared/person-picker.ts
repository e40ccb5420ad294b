import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { get, type Page, query } from './api.ts';

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly address: string | null;
}

const labelOf = ({ name, address }: Person): string => (address === null ? name : `${name} <${address}>`);

/** Finds an employee by a part of the name or address; the one chosen is told, and the field is empty again. */
export const PersonPicker = ({
  id,
  label,
  onPick,
}: {
  readonly id: string;
  readonly label: string;
  readonly onPick: (person: Person) => void;
}) => {
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Person[]>([]);
  const onTyped = (event: Event): void => {
    const value = (event.currentTarget as HTMLInputElement).value;
    const chosen = found.find((person) => labelOf(person) === value);
    setText(chosen === undefined ? value : '');
    if (chosen !== undefined) {
      onPick(chosen);
      return;
    }
    // Not being found is no reason to stop typing.
    if (value.trim() !== '')
      void get<Page<Person>>(`/employees${query({ limit: 20, text: value.trim() })}`).then(
        ({ items }) => setFound(items),
        () => setFound([]),
      );
  };
  return html`<label for=${id}>${label}</label>
    <input
      id=${id}
      list=${`${id}-found`}
      value=${text}
      onInput=${onTyped}
      autocomplete="off"
      placeholder="a part of the name or address"
    />
    <datalist id=${`${id}-found`}>
      ${found.map((person) => html`<option value=${labelOf(person)}></option>`)}
    </datalist>`;
};
