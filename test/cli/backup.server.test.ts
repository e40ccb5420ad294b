import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';
import { privateFolder } from '../embedded/support.ts';
import { eventually } from '../support/agent.ts';
import { dovecotPassword, openDovecot } from '../support/dovecot.ts';
import { mail } from '../support/mime.ts';
import { requires } from '../support/requires.ts';
import { startTsa } from './run-tsa.ts';

const ready = z.object({ apiUrl: z.url() });
const messagePage = z.object({
  items: z.array(
    z.object({ subject: z.string().nullable(), disposition: z.string().nullable(), removedAt: z.string().nullable() }),
  ),
});
const ticketPage = z.object({ items: z.array(z.object({ title: z.string(), state: z.string() })) });

/** As the operator's guide says: with owners, for PostgreSQL may be another user. */
const copy = (from: string, to: string): unknown => execFileSync('cp', ['-a', from, to]);

requires('dovecot')('a backup of the data folder', () => {
  it('starts like the original: its tickets, its secrets, and no mail twice', async () => {
    const folder = privateFolder();
    const [data, backup] = [path.join(folder, '.tsa'), path.join(folder, 'backup')];
    const dovecot = openDovecot(inject('dovecot'));
    const login = `backup-${path.basename(folder).toLowerCase()}@example.test`;
    const written = (subject: string): Buffer =>
      mail(['From: fleblanc@aef.com', `Subject: ${subject}`, `Message-ID: <${subject}.${login}>`]);

    const start = async () => {
      const tsa = startTsa(['up', '--json'], folder, { TSA_PORT: '0' });
      const line = await tsa.firstLine;
      if (line === '') throw new Error((await tsa.outcome).err);
      const { apiUrl } = ready.parse(JSON.parse(line));
      const token = readFileSync(path.join(data, 'admin-token'), 'utf8').trim();
      const call = async (method: string, route: string, body?: unknown): Promise<unknown> => {
        const type = typeof body === 'string' ? 'text/csv' : 'application/json';
        const response = await fetch(`${apiUrl}/api/v1${route}`, {
          method,
          headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': type }) },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        });
        if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
        return response.json();
      };
      return {
        call,
        handled: (subject: string, disposition: string) =>
          eventually(`${subject} is ${disposition}`, async () => {
            const { items } = messagePage.parse(await call('GET', '/messages'));
            return items.some(
              (one) => one.subject === subject && one.disposition === disposition && one.removedAt !== null,
            )
              ? true
              : undefined;
          }),
        titles: async () => ticketPage.parse(await call('GET', '/tickets')).items.map(({ title }) => title),
        async stop() {
          tsa.child.kill('SIGTERM');
          expect((await tsa.outcome).code).toBe(0);
        },
      };
    };

    const first = await start();
    for (const list of ['categories', 'employees'])
      await first.call(
        'POST',
        `/${list}/import`,
        readFileSync(path.resolve(import.meta.dirname, `../../samples/${list}.csv`), 'utf8'),
      );
    await first.call('POST', '/mailboxes', {
      ...{ name: 'Support', type: 'imap4', mailServer: '127.0.0.1', port: inject('dovecot').imapPort, sslTls: false },
      ...{ login, password: dovecotPassword, readIntervalMinutes: 0.02, defaultCategory: 'GENERAL' },
    });
    await dovecot.deliver(login, written('before'));
    await first.handled('before', 'created');
    await first.stop();
    copy(data, backup);

    const second = await start();
    await dovecot.deliver(login, written('lost'));
    await second.handled('lost', 'created');
    await second.stop();
    rmSync(data, { recursive: true });
    copy(backup, data);

    const restored = await start();
    expect(await restored.titles()).toEqual(['before']);
    await dovecot.deliver(login, written('before'));
    await dovecot.deliver(login, written('after'));
    await restored.handled('before', 'duplicate');
    await restored.handled('after', 'created');
    expect((await restored.titles()).toSorted()).toEqual(['after', 'before']);
    await restored.stop();
  });
});
