import { spawn } from 'node:child_process';
import { chownSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import path from 'node:path';
import postgres from 'postgres';
import { childEnvironment } from '../../config/child-environment.ts';
import { findPostgresPrograms, type PostgresPrograms } from './postgres-programs.ts';
import { openPrivateFolder, type PrivateFolder } from '../data/private-folder.ts';
import { spawnServer, untilReady, type ServerProcess } from '../processes/server-process.ts';
import { postgresUser, type SystemUser } from '../processes/system-user.ts';

export interface PostgresOptions {
  /** Holds the cluster in `data`, and the log. */
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  /** False: a crash of the machine may lose the data, for what is thrown away anyway. */
  readonly durable: boolean;
  readonly onProgress: (text: string) => void;
  /** Told as soon as the process runs, before it is ready. */
  readonly onStarted: (server: ServerProcess) => void;
  readonly signal: AbortSignal;
}

const role = 'tsa';
const database = 'tsa';

export const databaseUrlOf = (port: number, password: string, name = database): string =>
  `postgres://${role}:${password}@127.0.0.1:${port}/${name}`;

/** Starts PostgreSQL on loopback, with a new cluster if there is none, and returns its URL when it answers. */
export async function startPostgres(options: PostgresOptions): Promise<string> {
  const user = await postgresUser(options.onProgress);
  const programs = findPostgresPrograms({ otherUser: user !== undefined });
  const folder = openPrivateFolder(options.folder, user);
  try {
    if (!existsSync(path.join(options.folder, 'data'))) await createCluster(programs, folder, user, options);
    const server = spawnServer({
      name: 'PostgreSQL',
      file: programs.postgres,
      args: ['-D', `${folder.path}/data`, '-p', String(options.port), ...settings(options)],
      logFile: path.join(options.folder, 'log'),
      options: { ...user, env: environment() },
      folder: folder.descriptor,
    });
    options.onStarted(server);
    await untilReady(server, () => ensureDatabase(databaseUrlOf(options.port, options.password, 'postgres')), {
      signal: options.signal,
      limitMs: 60_000,
    });
    return databaseUrlOf(options.port, options.password);
  } finally {
    folder.close();
  }
}

const settings = ({ durable }: PostgresOptions): string[] =>
  [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_checkpoints=off',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ].flatMap((setting) => ['-c', setting]);

/** On macOS the server refuses to start without a locale. */
const environment = () => childEnvironment({ LC_ALL: 'C' });

/** In a folder of its own that gets its name last: a start that was killed here leaves nothing that looks like a cluster. */
async function createCluster(
  programs: PostgresPrograms,
  folder: PrivateFolder,
  user: SystemUser | undefined,
  { folder: home, password, durable, onProgress, signal }: PostgresOptions,
): Promise<void> {
  onProgress('making the PostgreSQL database');
  const passwordFile = path.join(home, 'password');
  rmSync(path.join(home, 'data.new'), { recursive: true, force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  try {
    const child = spawn(
      programs.initdb,
      [
        ...['-D', `${folder.path}/data.new`, '--username', role, '--pwfile', `${folder.path}/password`],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale-provider', 'builtin', '--locale', 'C.UTF-8'],
        ...(durable ? [] : ['--no-sync']),
      ],
      {
        ...user,
        env: environment(),
        cwd: '/',
        signal,
        stdio: ['ignore', 'ignore', 'pipe', ...(folder.descriptor === undefined ? [] : [folder.descriptor])],
      },
    );
    const { promise: code, resolve, reject } = Promise.withResolvers<number | null>();
    child.once('error', reject).once('close', resolve);
    const [ended, messages] = await Promise.all([code, child.stderr === null ? '' : text(child.stderr)]);
    if (ended !== 0) throw new Error(`PostgreSQL could not make its database in ${home}: ${messages.trim()}`);
    renameSync(path.join(home, 'data.new'), path.join(home, 'data'));
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    const found = await sql`select 1 from pg_database where datname = ${database}`;
    if (found.length === 0) await sql`create database ${sql(database)}`;
  } finally {
    await sql.end();
  }
}
