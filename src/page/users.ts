import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { roles } from '../domain/role.ts';
import { post, remove } from './api.ts';
import { useDoing } from './hooks.ts';
import { List } from './list.ts';
import { type Column, formText, Outcome, sure, Time, View, submitting } from './ui.ts';

interface User {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  readonly createdAt: string;
}
interface Token extends User {
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

/** Who signs in, and the tokens of programs. */
export const Users = () => {
  const [turn, setTurn] = useState(0);
  const [token, setToken] = useState('');
  const doing = useDoing();
  const changed = (): void => setTurn((before) => before + 1);
  const drop = (path: string, question: string): void => {
    if (sure(question))
      doing.run(async () => {
        await remove(path);
        changed();
      }, 'Removed.');
  };
  const addUser = submitting((form) => {
    doing.run(async () => {
      await post('/users', {
        name: formText(form, 'name'),
        role: formText(form, 'role'),
        password: formText(form, 'password'),
      });
      form.reset();
      changed();
    }, 'Added.');
  });
  const addToken = submitting((form) => {
    const day = formText(form, 'expires');
    doing.run(async () => {
      const made = await post<{ readonly token: string }>('/tokens', {
        name: formText(form, 'name'),
        role: formText(form, 'role'),
        expiresAt: day === '' ? null : new Date(day).toISOString(),
      });
      setToken(made.token);
      form.reset();
      changed();
    }, 'Made. It is shown this once: copy it now.');
  });
  const role = html`<label
    >Role
    <select name="role">
      ${roles.map((name) => html`<option value=${name}>${name}</option>`)}
    </select></label
  >`;
  const columns: readonly Column<User>[] = [
    { head: 'Name', cell: ({ name }) => name },
    { head: 'Role', cell: (user) => user.role },
    { head: 'Since', cell: ({ createdAt }) => html`<${Time} at=${createdAt} />` },
  ];
  const userColumns: readonly Column<User>[] = [
    ...columns,
    {
      head: 'Do',
      cell: ({ id, name }) =>
        html`<button class="secondary" onClick=${() => drop(`/users/${String(id)}`, `Remove the user ${name}?`)}>
          Remove
        </button>`,
    },
  ];
  const tokenColumns: readonly Column<Token>[] = [
    ...(columns as readonly Column<Token>[]),
    { head: 'Expires', cell: ({ expiresAt }) => (expiresAt === null ? 'never' : html`<${Time} at=${expiresAt} />`) },
    { head: 'Last used', cell: ({ lastUsedAt }) => html`<${Time} at=${lastUsedAt} />` },
    {
      head: 'Do',
      cell: ({ id, name }) =>
        html`<button class="secondary" onClick=${() => drop(`/tokens/${String(id)}`, `Revoke the token ${name}?`)}>
          Revoke
        </button>`,
    },
  ];
  return html`<${View} title="Users">
    <${Outcome} doing=${doing} />
    ${token !== '' && html`<pre class="mail" tabindex="0" aria-label="The new token">${token}</pre>`}
    <${List} turn=${turn} caption="Users" path="/users" columns=${userColumns} />
    <details>
      <summary>Add a user</summary>
      <form class="filter" onSubmit=${addUser}>
        <label>Name<input name="name" required maxlength="100" autocomplete="off" /></label>
        <label
          >Password, 12 characters or more<input name="password" type="password" required minlength="12" maxlength="256" autocomplete="new-password"
        /></label>
        ${role}
        <button type="submit" aria-busy=${doing.busy}>Add</button>
      </form>
    </details>
    <h2>Tokens of programs</h2>
    <${List} turn=${turn} caption="Tokens" path="/tokens" columns=${tokenColumns} empty="There is none." />
    <details>
      <summary>Make a token</summary>
      <form class="filter" onSubmit=${addToken}>
        <label>Name<input name="name" required maxlength="100" autocomplete="off" /></label>
        ${role}
        <label>Expires<input name="expires" type="date" /></label>
        <button type="submit" aria-busy=${doing.busy}>Make</button>
      </form>
    </details>
  </${View}>`;
};
