import { html } from 'htm/preact';
import { post } from '../shared/api.ts';
import { useMutation } from '../shared/hooks.ts';
import { FieldError, formText, invalidity, Outcome, submitting, View } from '../shared/ui.ts';

/** Of whoever is signed in. */
export const Password = () => {
  const mutation = useMutation();
  const change = submitting((form) => {
    mutation.run(async () => {
      await post('/session/password', { current: formText(form, 'current'), password: formText(form, 'password') });
      form.reset();
    }, 'Changed. Your other sessions have ended.');
  });
  return html`<${View} title="Your password">
    <${Outcome} mutation=${mutation} />
    <form onSubmit=${change} class="narrow">
      <label
        >Current password<input name="current" type="password" required maxlength="256" autocomplete="current-password"
      /></label>
      <label for="new-password">New password, 12 characters or more</label>
      <input
        id="new-password"
        name="password"
        type="password"
        required
        minlength="12"
        maxlength="256"
        autocomplete="new-password"
        ...${invalidity('new-password', mutation.error?.of('password'))}
      />
      <${FieldError} id="new-password" message=${mutation.error?.of('password')} />
      <button type="submit" aria-busy=${mutation.busy}>Change</button>
    </form>
  </${View}>`;
};
