import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import pinoRoll from 'pino-roll';

import type { Db } from '../../db/shared/connect.ts';
import { followLog, type LogFollower } from '../../db/log/log-follower.ts';

export interface LogFileOptions {
  /** JSON lines; rotated files get a number. Its folder is made when missing. */
  readonly file: string;
  /** `lt_Error`: warnings and errors only (spec §10). */
  readonly type: 'lt_All' | 'lt_Error';
}

/** Octets of one log file, and how many old ones are kept. */
const ROTATION = { size: '10m', limit: { count: 10 } };

/** For the file system's user that writes it alone: it holds mail addresses. Handed on by the library to what opens the file. */
const privately = { mode: 0o600 };

export interface LogFile {
  /** Appends what has come since the last turn; true when there may be more. */
  turn(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Copies the operation log into a rotated file. The table is the log; the file is for tools that read files. How far it got stands beside
 * the file, so a restart goes on there; after a crash the last lines may stand twice, with the same `id`.
 */
export async function openLogFile(db: Db, { file, type }: LogFileOptions): Promise<LogFile> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const stream = await pinoRoll({ file, mkdir: true, ...ROTATION, ...privately });
  await restrictEarlier(file);
  const cursorFile = `${file}.cursor`;
  const cursor = Number(await readFile(cursorFile, 'utf8').catch(() => '0'));
  let follower: LogFollower | undefined;
  return {
    async turn() {
      follower ??= await followLog(db, {}, Number.isSafeInteger(cursor) ? cursor : 0);
      const entries = await follower.next();
      for (const entry of entries)
        if (type === 'lt_All' || entry.level !== 'info') stream.write(`${JSON.stringify(entry)}\n`);
      const last = entries.at(-1);
      if (last === undefined) return false;
      await writeFile(`${cursorFile}.new`, String(last.id), { mode: 0o600 });
      await rename(`${cursorFile}.new`, cursorFile);
      return true;
    },
    close: () =>
      new Promise((resolve) => {
        stream.once('close', () => resolve());
        stream.end();
      }),
  };
}

/** Files that an earlier version made, open to others. */
const restrictEarlier = async (file: string): Promise<void> => {
  const folder = path.dirname(file);
  const { name } = path.parse(file);
  for (const entry of await readdir(folder))
    if (entry.startsWith(`${name}.`)) await chmod(path.join(folder, entry), 0o600);
};
