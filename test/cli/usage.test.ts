import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { privateFolder } from '../embedded/support.ts';
import { startOpenIdProvider } from '../support/open-id-provider.ts';
import { runTsa } from './run-tsa.ts';

const names = ['up', 'demo', 'worker', 'api', 'migrate', 'check', 'mailto', 'keys', 'doctor'];

describe('tsa', () => {
  it('lists its commands with --help', async () => {
    const { code, out } = await runTsa(['--help'], privateFolder());
    expect(code).toBe(0);
    for (const name of names) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each(names)('%s explains itself with --help', async (name) => {
    const { code, out } = await runTsa([name, '--help'], privateFolder());
    expect(code).toBe(0);
    expect(out).toContain(`Usage: tsa ${name}`);
  });

  it.each([
    [[], /Usage: tsa/],
    [['fly'], /unknown command 'fly'/],
    [['up', '--fast'], /unknown option '--fast'/],
    [['check'], /missing required argument 'file'/],
    [['mailto'], /required option '--to <addresses>' not specified/],
    [['keys', 'burn'], /too many arguments/],
    [['keys', 'rotate', '--fast'], /unknown option '--fast'/],
    [['keys'], /TSA_SECRET_KEY: not set/],
    [['keys', 'rotate', '--json'], /TSA_SECRET_KEY: not set/],
    [['worker'], /DATABASE_URL: not set.*\n.*TEMPORAL_ADDRESS: not set/],
    [['migrate'], /DATABASE_URL: not set/],
  ])('%j is wrong usage', async (args, message) => {
    const { code, err } = await runTsa(args, privateFolder());
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('says which setting is wrong, also one from .env', async () => {
    const folder = privateFolder();
    writeFileSync(path.join(folder, '.env'), 'TSA_LOG_TYPE=all\n');
    const { code, err } = await runTsa(['up'], folder, { TSA_PORT: 'x' });
    expect(code).toBe(2);
    expect(err).toMatch(/TSA_PORT: found "x"/);
    expect(err).toMatch(/TSA_LOG_TYPE: found "all"/);
  });

  it('mailto prints the URL, or an object with --json', async () => {
    const args = ['mailto', '--to', 'it@aef.com', '--subject', 'Printer', '--body', String.raw`one\ntwo`];
    const url = 'mailto:it@aef.com?subject=Printer&body=one%0Atwo';
    expect(await runTsa(args, privateFolder())).toEqual({ code: 0, out: `${url}\n`, err: '' });
    const { out } = await runTsa([...args, '--json'], privateFolder());
    expect(JSON.parse(out)).toEqual({ url, warnings: [] });
  });

  it('doctor names the variable, what was found and the remedy', async () => {
    const { code, out } = await runTsa(['doctor', '--json'], privateFolder(), { TSA_TIME_ZONE: 'Paris' });
    expect(code).toBe(1);
    const [finding] = z.array(z.unknown()).parse(JSON.parse(out));
    expect(finding).toMatchObject({ check: 'TSA_TIME_ZONE', status: 'failed', detail: 'found "Paris"' });
    expect(finding).toHaveProperty('remedy', expect.stringMatching(/^write an IANA time zone/));
  });

  it('doctor finds servers that do not answer', async () => {
    const env = { DATABASE_URL: 'postgres://u:s3cret@127.0.0.1:1/tsa', TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const { code, out } = await runTsa(['doctor'], privateFolder(), env);
    expect(code).toBe(1);
    expect(out).toMatch(/^FAILED +TSA_SECRET_KEY +not set/m);
    expect(out).toMatch(/^FAILED +database +does not answer: .*\n.*start it, or correct DATABASE_URL/m);
    expect(out).toMatch(/^FAILED +Temporal +127\.0\.0\.1:1.*\n.*correct TEMPORAL_ADDRESS/m);
    expect(out).not.toContain('s3cret');
  });

  it('doctor asks the provider of OpenID Connect', async () => {
    const provider = await startOpenIdProvider();
    const env = {
      ...{ TSA_OIDC_CLIENT_ID: 'tsa', TSA_OIDC_CLIENT_SECRET: 's3cret', TSA_PUBLIC_URL: 'https://tsa.example.com' },
      TSA_OIDC_ISSUER: provider.issuer,
    };
    try {
      const { out } = await runTsa(['doctor'], privateFolder(), env);
      expect(out).toMatch(/^ok +sign-in +http.* answers; .*https:\/\/tsa\.example\.com\/api/m);
    } finally {
      await provider.close();
    }
    const { code, out } = await runTsa(['doctor'], privateFolder(), env);
    expect(code).toBe(1);
    expect(out).toMatch(/^FAILED +sign-in +http.*\n.*correct TSA_OIDC_ISSUER/m);
    expect(out).not.toContain('s3cret');
  });
});
