import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { type Role, roles } from '../../domain/accounts/role.ts';
import { getTagged, patch, post, remove, type Tagged } from '../shared/api.ts';
import { useMutation, useRefreshKey } from '../shared/hooks.ts';
import { List } from '../shared/list.ts';
import {
  type Column,
  Dialog,
  formText,
  Outcome,
  confirmAction,
  Time,
  ErrorAlert,
  View,
  submitting,
} from '../shared/ui.ts';

interface Entry {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
}
interface User extends Entry {
  readonly signsInBy: 'password' | 'open_id_connect';
}
interface Token extends Entry {
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

/** Who signs in, and the tokens of programs. */
export const Users = () => {
  const [refreshKey, changed] = useRefreshKey();
  const [token, setToken] = useState('');
  const [edited, setEdited] = useState<Tagged<User> | undefined>(undefined);
  const mutation = useMutation();
  const drop = (path: string, question: string): void => {
    if (confirmAction(question))
      mutation.run(async () => {
        await remove(path);
        changed();
      }, 'Removed.');
  };
  const addUser = submitting((form) => {
    mutation.run(async () => {
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
    mutation.run(async () => {
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
  const columns: readonly Column<Entry>[] = [
    { head: 'Name', cell: ({ name }) => name },
    { head: 'Role', cell: (user) => user.role },
    { head: 'Since', cell: ({ createdAt }) => html`<${Time} at=${createdAt} />` },
  ];
  const userColumns: readonly Column<User>[] = [
    ...columns,
    { head: 'Signs in by', cell: ({ signsInBy }) => (signsInBy === 'password' ? 'password' : 'OpenID Connect') },
    {
      head: 'Do',
      cell: ({ id, name }) =>
        html`<span class="actions">
          <button
            class="secondary"
            aria-label=${`Edit ${name}`}
            onClick=${() => mutation.run(async () => setEdited(await getTagged<User>(`/users/${String(id)}`)))}
          >
            Edit
          </button>
          <button
            class="secondary"
            aria-label=${`Remove ${name}`}
            onClick=${() => drop(`/users/${String(id)}`, `Remove the user ${name}?`)}
          >
            Remove
          </button>
        </span>`,
    },
  ];
  const tokenColumns: readonly Column<Token>[] = [
    ...columns,
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
    <${Outcome} mutation=${mutation} />
    ${token !== '' && html`<pre class="mail" tabindex="0" aria-label="The new token">${token}</pre>`}
    <${List} refreshKey=${refreshKey} caption="Users" path="/users" columns=${userColumns} />
    <details>
      <summary>Add a user</summary>
      <form class="filter" onSubmit=${addUser}>
        <label>Name<input name="name" required maxlength="100" autocomplete="off" /></label>
        <label
          >Password, 12 characters or more<input name="password" type="password" required minlength="12" maxlength="256" autocomplete="new-password"
        /></label>
        ${role}
        <button type="submit" aria-busy=${mutation.busy}>Add</button>
      </form>
    </details>
    ${
      edited !== undefined &&
      html`<${Editor}
        edited=${edited}
        onClose=${() => setEdited(undefined)}
        onSaved=${() => {
          setEdited(undefined);
          changed();
          mutation.setMessage('Saved. The user’s sessions have ended.');
        }}
      />`
    }
    <h2>Tokens of programs</h2>
    <${List} refreshKey=${refreshKey} caption="Tokens" path="/tokens" columns=${tokenColumns} empty="There is none." />
    <details>
      <summary>Make a token</summary>
      <form class="filter" onSubmit=${addToken}>
        <label>Name<input name="name" required maxlength="100" autocomplete="off" /></label>
        ${role}
        <label>Expires<input name="expires" type="date" /></label>
        <button type="submit" aria-busy=${mutation.busy}>Make</button>
      </form>
    </details>
  </${View}>`;
};

interface EditorProps {
  readonly edited: Tagged<User>;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** Another name or role, and a new password for who has one. */
const Editor = ({ edited: { data: user, tag }, onClose, onSaved }: EditorProps) => {
  const mutation = useMutation();
  const save = submitting((form) => {
    const password = formText(form, 'password');
    const changes = {
      ...(formText(form, 'name') === user.name ? {} : { name: formText(form, 'name') }),
      ...(formText(form, 'role') === user.role ? {} : { role: formText(form, 'role') }),
      ...(password === '' ? {} : { password }),
    };
    mutation.run(async () => {
      await patch(`/users/${String(user.id)}`, changes, tag);
      onSaved();
    });
  });
  return html`<${Dialog} title=${user.name} onClose=${onClose}>
    <${ErrorAlert} error=${mutation.error} />
    <form onSubmit=${save}>
      <label>Name<input name="name" defaultValue=${user.name} required maxlength="100" autocomplete="off" /></label>
      <label
        >Role
        <select name="role">
          ${roles.map((name) => html`<option value=${name} selected=${name === user.role}>${name}</option>`)}
        </select></label
      >
      ${
        user.signsInBy === 'password'
          ? html`<label
              >New password, 12 characters or more; empty: the one there is<input
                name="password"
                type="password"
                minlength="12"
                maxlength="256"
                autocomplete="new-password"
            /></label>`
          : html`<p>The identity provider gives the role anew with each sign-in.</p>`
      }
      <button type="submit" aria-busy=${mutation.busy}>Save</button>
    </form>
  </${Dialog}>`;
};
