import { html } from 'htm/preact';
import { post } from '../shared/api.ts';
import { useDoing } from '../shared/hooks.ts';
import { FieldError, formText, invalidity, Outcome, submitting, View } from '../shared/ui.ts';

/** Of whoever is signed in. */
export const Password = () => {
  const doing = useDoing();
  const change = submitting((form) => {
    doing.run(async () => {
      await post('/session/password', { current: formText(form, 'current'), password: formText(form, 'password') });
      form.reset();
    }, 'Changed. Your other sessions have ended.');
  });
  return html`<${View} title="Your password">
    <${Outcome} doing=${doing} />
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
        ...${invalidity('new-password', doing.error?.of('password'))}
      />
      <${FieldError} id="new-password" message=${doing.error?.of('password')} />
      <button type="submit" aria-busy=${doing.busy}>Change</button>
    </form>
  </${View}>`;
};
