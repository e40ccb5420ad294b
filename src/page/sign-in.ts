import { html } from 'htm/preact';
import { get, post, type Session } from './api.ts';
import { useDoing, useLoad } from './hooks.ts';
import { formText, Trouble, View, submitting } from './ui.ts';

export const SignIn = ({ onSession }: { readonly onSession: (session: Session) => void }) => {
  const { data, error } = useLoad('sign-in', () => get<{ readonly firstUser: boolean }>('/sign-in'));
  const doing = useDoing();
  const first = data?.firstUser === true;
  const submit = submitting((form) => {
    const credentials = { name: formText(form, 'name'), password: formText(form, 'password') };
    doing.run(async () =>
      onSession(
        first
          ? await post<Session>('/first-user', { token: formText(form, 'token').trim(), ...credentials })
          : await post<Session>('/session', credentials),
      ),
    );
  });
  return html`<main class="sign-in">
    <${View} title=${first ? 'Make the first user' : 'Sign in'}>
      <p class="quiet">Technical Support Agent</p>
      <${Trouble} error=${error ?? doing.error} />
      ${first && html`<p>There is no user yet. Whoever has the admin token, which <code>tsa up</code> told of when it started, makes the first one.</p>`}
      ${
        data !== undefined &&
        html`<form onSubmit=${submit}>
          ${first && html`<label>Admin token<input name="token" type="password" autocomplete="off" required /></label>`}
          <label>Name<input name="name" autocomplete="username" required maxlength="100" /></label>
          <label
            >Password<input
              name="password"
              type="password"
              autocomplete=${first ? 'new-password' : 'current-password'}
              required
              minlength=${first ? 12 : undefined}
              maxlength="256"
              aria-describedby=${first ? 'password-rule' : undefined}
          /></label>
          ${first && html`<small id="password-rule">12 characters or more.</small>`}
          <button type="submit" aria-busy=${doing.busy}>${first ? 'Make the user and sign in' : 'Sign in'}</button>
        </form>`
      }
    </${View}>
  </main>`;
};
