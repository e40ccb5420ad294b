import { type Browser, chromium } from 'playwright-core';
import { inject } from 'vitest';

/** The machine's Chromium without a window. It looks up nobody but the pages that it is given. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: inject('chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
