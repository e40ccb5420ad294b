import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { chromium } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { requires } from '../../support/requires.ts';
import { startTestApi } from '../support.ts';

requires('chromium')('the page of the document', () => {
  it('shows every operation under its own content security policy', async () => {
    const api = await startTestApi();
    const listener = getRequestListener(api.app.fetch);
    const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const browser = await chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/docs`);
      await page.getByText('/api/v1/mailboxes/{id}/read-now').waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await api.stop();
    }
  });
});
