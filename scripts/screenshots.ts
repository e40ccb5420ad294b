import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium } from '../test/support/chromium.ts';

/**
 * Pictures of the admin page of a running agent, for the documentation: `tsa demo` in one terminal, then
 * `node scripts/screenshots.ts --url http://127.0.0.1:8080 --token <admin token>`.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string' },
    into: { type: 'string', default: 'docs/screenshots' },
  },
});
const { url, token, into } = values;
const executablePath = findChromium();
if (url === undefined || token === undefined || executablePath === undefined)
  throw new Error('Give --url and --token, and install Chromium.');

const user = { name: 'anna', password: 'a password for pictures' };
const views = [
  ['overview', ''],
  ['messages', 'messages'],
  ['tickets', 'tickets'],
  ['log', 'log'],
  ['mailto', 'mailto'],
  ['mailbox', 'mailboxes/1'],
  ['categories', 'categories'],
  ['approvals-and-targets', 'categories/8/process'],
  ['employees', 'employees'],
  ['calendars', 'calendars'],
  ['delegations', 'delegations'],
  ['templates', 'templates'],
  ['settings', 'settings'],
  ['users', 'users'],
] as const;
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

await mkdir(into, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const context = await browser.newContext({ deviceScaleFactor: 1 });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('button[type=submit]').waitFor();
  if ((await page.getByLabel('Admin token').count()) > 0) await page.getByLabel('Admin token').fill(token);
  await page.getByLabel('Name').fill(user.name);
  await page.getByLabel('Password').fill(user.password);
  await page.locator('button[type=submit]').click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  /** The first entry of a list, by what the page's address names it. */
  const first = async (list: string, name: 'id' | 'number'): Promise<readonly (readonly [string, string])[]> => {
    const response = await fetch(`${url}/api/v1/${list}`, { headers: { Authorization: `Bearer ${token}` } });
    const { items } = (await response.json()) as { readonly items: readonly Record<string, unknown>[] };
    const [place = ''] = list.split('?');
    return items.slice(0, 1).map((item) => [place.slice(0, -1), `${place}/${String(item[name])}`]);
  };
  const entries = [
    ...(await first('tickets?limit=1', 'number')),
    ...(await first('messages?disposition=quarantined&limit=1', 'id')),
  ];
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const [name, place] of [...views, ...entries]) {
        await page.goto(`${url}/#/${place}`);
        await page.waitForTimeout(700);
        await page.screenshot({ path: path.join(into, `${name}-${size}-${colorScheme}.png`) });
      }
    }
  }
} finally {
  await browser.close();
}
