import os from 'node:os';
import path from 'node:path';

/** Where what is expensive to get is kept between checkouts and users' data (XDG Base Directory Specification). */
export function cacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const configured = env['XDG_CACHE_HOME'];
  // The specification ignores relative paths.
  const base = configured !== undefined && path.isAbsolute(configured) ? configured : path.join(os.homedir(), '.cache');
  return path.join(base, 'tsa');
}
