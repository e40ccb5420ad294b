import { html } from 'htm/preact';
import type { z } from 'zod';
import type { TranscriptSchema } from '../../api/mailboxes/transcript.schema.ts';
import type { OutgoingView } from '../../api/outgoing/outgoing.schema.ts';
import { get, post } from '../shared/api.ts';
import { type Mutation, useLoad } from '../shared/hooks.ts';

type Transcript = z.output<typeof TranscriptSchema>;

/** How mails leave, and what keeps them from it. */
export const WaysOut = ({ operates, mutation }: { readonly operates: boolean; readonly mutation: Mutation }) => {
  const { data, reload } = useLoad('outgoing', () => get<OutgoingView>('/outgoing'), 10_000);
  if (data === undefined) return null;
  const test = (): void =>
    mutation.run(async () => {
      const { steps } = await post<Transcript>('/outgoing/test');
      const failed = steps.find(({ status }) => status === 'failed');
      if (failed !== undefined) throw new Error(`${failed.detail} ${failed.remedy ?? ''}`);
      reload();
    }, 'The SMTP server accepts the sign-in. No email was sent.');
  const { smtp, warnings } = data;
  return html`<section aria-label="How emails leave">
    ${warnings.map(({ message, remedy }) => html`<p class="warning">${message} ${remedy}</p>`)}
    ${
      smtp !== null &&
      html`<p>
        SMTP server: ${smtp.host}:${String(smtp.port)}
        ${operates && html`<button class="secondary" disabled=${mutation.busy} onClick=${test}>Test sending</button>`}
      </p>`
    }
  </section>`;
};
