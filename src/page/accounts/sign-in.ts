import { html } from 'htm/preact';
import type { SignInRefusal } from '../../api/accounts/user.schema.ts';
import { get, post, type Session } from '../shared/api.ts';
import { useMutation, useLoad } from '../shared/hooks.ts';
import { formText, ErrorAlert, View, submitting } from '../shared/ui.ts';

const refusals: Readonly<Record<SignInRefusal, string>> = {
  failed: 'The sign-in with OpenID Connect failed: try again; the service log says what happened.',
  no_role: 'You are known, but have no role here: ask who administers the identity provider.',
  name_taken: 'A user with a password has your name: ask an administrator to rename or remove it.',
};

const isRefusal = (code: string): code is SignInRefusal => Object.hasOwn(refusals, code);

export const SignIn = ({
  refused,
  onSession,
}: {
  /** Why one came back from OpenID Connect without being let in. */
  readonly refused: string | null;
  readonly onSession: (session: Session) => void;
}) => {
  const { data, error } = useLoad('sign-in', () =>
    get<{ readonly firstUser: boolean; readonly openIdConnect: boolean }>('/sign-in'),
  );
  const mutation = useMutation();
  const first = data?.firstUser === true;
  const submit = submitting((form) => {
    const credentials = { name: formText(form, 'name'), password: formText(form, 'password') };
    mutation.run(async () =>
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
      <${ErrorAlert} error=${error ?? mutation.error} />
      ${refused !== null && html`<div class="error-alert" role="alert"><p>${isRefusal(refused) ? refusals[refused] : refusals.failed}</p></div>`}
      ${
        data?.openIdConnect === true &&
        html`<p><a role="button" href="/api/v1/sign-in/open-id-connect">Sign in with OpenID Connect</a></p>`
      }
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
          <button type="submit" aria-busy=${mutation.busy}>${first ? 'Make the user and sign in' : 'Sign in'}</button>
        </form>`
      }
    </${View}>
  </main>`;
};
