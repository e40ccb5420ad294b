import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const name = 'postgres';

/** PostgreSQL refuses to run as root: the user to run it as then, made if there is none; undefined when we are not root. */
export async function postgresUser(onProgress: (text: string) => void): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await find();
  if (existing !== undefined) return existing;
  onProgress(`making the system user ${name}: PostgreSQL does not run as root`);
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
  } catch (error) {
    const made = await find(); // By a start at the same time.
    if (made !== undefined) return made;
    throw new Error(
      `PostgreSQL does not run as root and the user ${name} could not be made; make it, run as another user, or set DATABASE_URL`,
      { cause: error },
    );
  }
  return find();
}

async function find(): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
