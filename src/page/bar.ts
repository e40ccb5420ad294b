import { html } from 'htm/preact';
import { words } from './ui.ts';

/** Of a bar, from left to right; the rest is work done. */
const shades: Readonly<Record<string, string>> = {
  quarantined: 'bad',
  rejected: 'warn',
  redirected: 'plain',
  duplicate: 'plain',
  pending: 'plain',
};

/** Messages by disposition as one bar, and in words. */
export const Bar = ({ counts }: { readonly counts: Readonly<Record<string, number>> }) => {
  const entries = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return html`<span class="quiet">none</span>`;
  const parts = entries.map(([name, count], index) => {
    const before = entries.slice(0, index).reduce((sum, [, other]) => sum + other, 0);
    return html`<rect
      class=${shades[name] ?? 'good'}
      x=${(before / total) * 100}
      y="0"
      width=${(count / total) * 100}
      height="6"
    />`;
  });
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>
    <small>${entries.map(([name, count]) => `${words(name)} ${String(count)}`).join(', ')}</small>`;
};
