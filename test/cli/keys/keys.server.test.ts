import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { newSecretKey, secretKeyText } from '../../../src/config/keys.ts';
import { createMailbox } from '../../../src/db/mailboxes/mailboxes.ts';
import { createSecretBox, secretKeyId } from '../../../src/db/mailboxes/secrets.ts';
import { mailboxForm, useDatabase } from '../../db/fixtures.ts';
import { privateFolder } from '../../embedded/support.ts';
import { eventually } from '../../support/agent.ts';
import { dovecotPassword, openDovecot } from '../../support/dovecot.ts';
import { requires } from '../../support/requires.ts';
import { runTsa, startTsa } from '../run-tsa.ts';

const ready = z.object({ apiUrl: z.url(), dataDir: z.string() });
const keyList = z.object({
  source: z.string(),
  keys: z.array(z.object({ id: z.string(), role: z.string(), values: z.int().nullable() })),
});
const otherKey = Buffer.alloc(32, 7).toString('base64');

async function startUp(folder: string) {
  const up = startTsa(['up', '--json'], folder, { TSA_PORT: '0' });
  const line = await up.firstLine;
  if (line === '') throw new Error((await up.outcome).err);
  const { apiUrl, dataDir } = ready.parse(JSON.parse(line));
  const token = readFileSync(path.join(dataDir, 'admin-token'), 'utf8').trim();
  const ask = async (method: string, route: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${apiUrl}/api/v1${route}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${route}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return { ...up, dataDir, ask, keyFile: path.join(dataDir, 'secret-key') };
}

requires('dovecot')('tsa keys', () => {
  it('rotate changes the key while everything runs, and list tells of it', async () => {
    const folder = privateFolder();
    const up = await startUp(folder);
    const dovecot = openDovecot(inject('dovecot'));
    const login = `${path.basename(folder).toLowerCase()}@example.test`;
    const list = async () => {
      const { out, code } = await runTsa(['keys', '--json'], folder);
      return { code, ...keyList.parse(JSON.parse(out)) };
    };
    const read = (subject: string) =>
      eventually(`the mail "${subject}" is read`, async () => {
        const page = z.object({ items: z.array(z.object({ subject: z.string().nullable() })) });
        const { items } = page.parse(await up.ask('GET', '/messages'));
        return items.some((message) => message.subject === subject) ? true : undefined;
      });
    const deliver = (subject: string) =>
      dovecot.deliver(
        login,
        `From: anna@aef.com\r\nMessage-ID: <${subject}@x>\r\nSubject: ${subject}\r\n\r\nHello.\r\n`,
      );

    await up.ask('POST', '/categories', {
      code: 'GENERAL',
      path: 'General',
      ticketType: 'I',
      process: 'incident-standard',
    });
    const { id } = z.object({ id: z.int() }).parse(
      await up.ask('POST', '/mailboxes', {
        ...{ name: 'Support', type: 'imap4', mailServer: 'localhost', port: inject('dovecot').imapPort },
        ...{ sslTls: false, login, password: dovecotPassword, defaultCategory: 'GENERAL' },
        ...{ readIntervalMinutes: 0.01, secretExpiresAt: '2020-02-02' },
      }),
    );
    await deliver('before');
    await read('before');
    const before = await list();
    expect(before).toMatchObject({ code: 0, source: up.keyFile, keys: [{ role: 'current', values: 1 }] });
    const oldKey = readFileSync(up.keyFile, 'utf8');

    const rotated = await runTsa(['keys', 'rotate', '--json'], folder);
    expect(rotated).toMatchObject({ code: 0, err: '' });
    const newKeyId: unknown = Reflect.get(Object(JSON.parse(rotated.out)), 'newKeyId');
    expect(JSON.parse(rotated.out)).toEqual({
      rotated: true,
      newKeyId: expect.not.stringContaining(before.keys[0]?.id ?? '') as string,
      oldKeyId: before.keys[0]?.id,
      values: 1,
      file: up.keyFile,
    });
    const newKey = readFileSync(up.keyFile, 'utf8');
    expect(newKey).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(newKey).not.toBe(oldKey);
    expect(await list()).toMatchObject({ code: 0, keys: [{ id: newKeyId, role: 'current', values: 1 }] });

    await deliver('after');
    await read('after');
    expect(await up.ask('POST', `/mailboxes/${id}/test-connection`)).toMatchObject({ ok: true });
    await up.ask('PATCH', `/mailboxes/${id}`, { password: dovecotPassword, secretExpiresAt: '2020-02-02' });
    expect(await list()).toMatchObject({ keys: [{ id: newKeyId, role: 'current', values: 1 }] });
    expect(await up.ask('GET', '/log?operation=keys.rotate')).toMatchObject({
      items: [{ who: 'tsa keys', result: expect.stringContaining(`key ${String(newKeyId)} in place of`) as string }],
    });
    const everything = [rotated.out, up.child.exitCode, await runTsa(['keys'], folder)].map((part) =>
      JSON.stringify(part),
    );
    for (const key of [oldKey, newKey]) expect(everything.join()).not.toContain(key.trim());

    const text = await runTsa(['keys', 'rotate'], folder);
    expect(text.code).toBe(0);
    expect(text.out).toMatch(/^rotated: stored values encrypted with the new key [0-9a-f]{8}: 1\n/);
    await deliver('after the second');
    await read('after the second');

    const doctor = await runTsa(['doctor'], folder);
    expect(doctor.out).toMatch(/^ok +mailbox Support +login works$/m);
    expect(doctor.out).toMatch(/^note +mailbox Support +The password expired on 2020-02-02\.\n +Make a new password/m);

    up.child.kill('SIGTERM');
    expect((await up.outcome).code).toBe(0);
    const stopped = await runTsa(['keys', 'rotate'], folder);
    expect([stopped.code, stopped.err]).toEqual([1, expect.stringContaining('start tsa up')]);
    expect((await runTsa(['keys'], folder)).out).toMatch(/current {2}[0-9a-f]{8} {2}values not counted/);
  });
});

describe('tsa keys without the key that is needed', () => {
  const { db, url } = useDatabase();
  const key = newSecretKey();
  const withKey = (text: string): string => {
    const folder = privateFolder();
    mkdirSync(path.join(folder, '.tsa'));
    writeFileSync(path.join(folder, '.tsa', 'secret-key'), text);
    return folder;
  };

  it('changes nothing and says what to do', async () => {
    const env = { DATABASE_URL: url() };
    await createMailbox(db(), createSecretBox([key]), { ...(await mailboxForm(db())), password: 'hunter2' });

    const missing = await runTsa(['keys', 'rotate'], privateFolder(), env);
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/TSA_SECRET_KEY: not set, and .*does not exist/);

    const folder = withKey(`${otherKey}\n`);
    const wrong = await runTsa(['keys', 'rotate'], folder, env);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/encrypted with another key.*Set TSA_SECRET_KEY/);
    expect(readFileSync(path.join(folder, '.tsa', 'secret-key'), 'utf8')).toBe(`${otherKey}\n`);

    const listed = await runTsa(['keys'], folder, env);
    expect(listed.code).toBe(1);
    expect(listed.out).toMatch(
      new RegExp(
        `^ {2}current {2}[0-9a-f]{8} {2}0 values\\n {2}MISSING {2}${secretKeyId(key)} {2}1 value that cannot`,
        'm',
      ),
    );

    const servers = { ...env, TEMPORAL_ADDRESS: inject('temporalAddress'), TSA_ADMIN_TOKEN: 'token-of-this-test' };
    const worker = await runTsa(['worker'], folder, servers);
    expect(worker.code).toBe(1);
    expect(worker.err).toMatch(/encrypted with another key/);

    const nobody = await runTsa(['keys', 'rotate'], folder, { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/tsa' });
    expect(nobody.code).toBe(1);
    expect(nobody.err).toMatch(/^tsa: the database cannot be used: .*; tsa doctor says more$/m);
  });

  it('goes on where a rotation was cut short', async () => {
    const env = { DATABASE_URL: url() };
    const folder = withKey(`${otherKey}\n${secretKeyText(key)}\n`);
    expect((await runTsa(['keys'], folder, env)).out).toMatch(
      new RegExp(`current {2}[0-9a-f]{8} {2}0 values\\n {2}old {6}${secretKeyId(key)} {2}1 value$`, 'm'),
    );
    expect((await runTsa(['keys', 'rotate'], folder, env)).code).toBe(0);
    expect((await runTsa(['keys'], folder, env)).out).toMatch(/^key from .*\n {2}current {2}[0-9a-f]{8} {2}1 value\n$/);
  });

  it('rotate tells the steps, and changes nothing, where the environment has the key', async () => {
    const folder = privateFolder();
    const { code, out } = await runTsa(['keys', 'rotate'], folder, { TSA_SECRET_KEY: otherKey });
    expect(code).toBe(0);
    expect(out).toMatch(/^nothing is changed: TSA_SECRET_KEY is set/);
    expect(out).toMatch(
      /^ {2}new key {2}[A-Za-z0-9+/]{43}= {2}\(id [0-9a-f]{8}\)\n {2}1\. Add .*\n {2}2\. Then .*\n {2}3\. When/m,
    );
    expect(out).not.toContain(otherKey);
    const json: unknown = JSON.parse(
      (await runTsa(['keys', 'rotate', '--json'], folder, { TSA_SECRET_KEY: otherKey })).out,
    );
    expect(json).toMatchObject({ rotated: false, newKey: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) as string });
  });
});
