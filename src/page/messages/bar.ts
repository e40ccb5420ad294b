import { html } from 'htm/preact';
import type { MailboxView } from '../../api/mailboxes/mailbox.schema.ts';
import type { Disposition } from '../../domain/messages/disposition.ts';
import { dispositionTone } from './disposition.ts';
import { words } from '../shared/ui.ts';

/** Messages by disposition as one bar, and in words. */
export const Bar = ({ counts }: { readonly counts: MailboxView['countsToday'] }) => {
  const entries = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return html`<span class="quiet">none</span>`;
  const parts = entries.map(([name, count], index) => {
    const before = entries.slice(0, index).reduce((sum, [, other]) => sum + other, 0);
    return html`<rect
      class=${dispositionTone(name as Disposition | 'pending')}
      x=${(before / total) * 100}
      y="0"
      width=${(count / total) * 100}
      height="6"
    />`;
  });
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>
    <small>${entries.map(([name, count]) => `${words(name)} ${String(count)}`).join(', ')}</small>`;
};
