import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Everything that a browser complained about. */
export function listenToComplaints(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refusal is told as an error by the browser itself; the page says it in words.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return complaints;
}

/** WCAG 2.2 AA as far as axe-core can tell, in light and in dark; and nothing to scroll to the side at 320 pixels (1.4.10). */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe: injected } = globalThis as unknown as { axe: typeof axe };
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations: found } = await injected.run({ runOnly: tags });
      return found.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
      );
    });
    expect([page.url(), colorScheme, violations]).toEqual([page.url(), colorScheme, []]);
  }
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  expect([page.url(), await page.evaluate('document.documentElement.scrollWidth')]).toEqual([page.url(), 320]);
  if (before !== null) await page.setViewportSize(before);
}
