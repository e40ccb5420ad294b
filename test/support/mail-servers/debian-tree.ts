import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../../src/config/cache-dir.ts';

const run = promisify(execFile);

/** Needed by the packages, and started by nobody here. */
const unwanted = /^(exim4|bsd-mailx|postfix|guile|default-mta|cron|logrotate|rsyslog)/;

/**
 * The files of these Debian packages and of what they need beyond this system, unpacked and not installed: servers that exclude each other
 * lie side by side. Downloaded once. Throws where there is no apt-get, or it does not give them.
 */
export async function debianTree(packages: readonly string[]): Promise<string> {
  const wanted = await whatIsMissing(packages).catch(async () => {
    // A fresh system has no package lists.
    await run('apt-get', ['update', '-qq']);
    return whatIsMissing(packages);
  });
  const id = createHash('sha256').update(wanted.toSorted().join()).digest('hex').slice(0, 16);
  const tree = path.join(cacheDir(), 'debian', `${packages[0] ?? ''}-${id}`);
  if (existsSync(tree)) return tree;
  await mkdir(path.dirname(tree), { recursive: true });
  const download = await mkdtemp(`${tree}.`);
  const partial = path.join(download, 'tree');
  try {
    const names = wanted.map((entry) => entry.split('=')[0] ?? '');
    await run('apt-get', ['download', '-qq', ...names], { cwd: download });
    for (const name of await readdir(download))
      if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', path.join(download, name), partial]);
    // Where /lib is /usr/lib.
    const lib = path.join(partial, 'lib');
    if (existsSync(lib)) await cp(lib, path.join(partial, 'usr/lib'), { recursive: true, verbatimSymlinks: true });
    for (const name of ['usr', 'etc', 'var']) await mkdir(path.join(partial, name), { recursive: true });
    await rename(partial, tree).catch((error: unknown) => {
      if (!existsSync(tree)) throw error;
    });
    return tree;
  } finally {
    await rm(download, { recursive: true, force: true });
  }
}

/** `name=version`. */
async function whatIsMissing(packages: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run('apt-get', ['install', '-s', '-qq', '--no-install-recommends', ...packages]);
  return [...stdout.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+)/gm)]
    .map(([, name = '', version = '']) => `${name}=${version}`)
    .filter((entry) => !unwanted.test(entry));
}
