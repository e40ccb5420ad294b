import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { dovecotConf } from './dovecot-conf.ts';

const run = promisify(execFile);
const binaries = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/opt/homebrew/sbin/dovecot'];
const unprivilegedUser = 'tsa-mail';

/** Password of every user, unless said otherwise. */
export const dovecotPassword = 'secret';

export class DovecotMissing extends Error {
  override readonly name = 'DovecotMissing';
  constructor() {
    super('Dovecot is not installed: on Debian or Ubuntu run "apt-get install dovecot-imapd dovecot-pop3d".');
  }
}

export interface StoredMail {
  readonly path: string;
  /** Maildir flags, for example `ST`: seen, trashed (IMAP \Deleted). */
  readonly flags: string;
}

/** What a test needs to reach a running Dovecot: plain data, so that it passes through vitest's `provide`. */
export interface DovecotAddress {
  readonly directory: string;
  readonly host: 'localhost';
  /** IMAP with STARTTLS, and POP3 with STLS; both take logins in clear as well. */
  readonly imapPort: number;
  readonly pop3Port: number;
  /** Implicit TLS. */
  readonly imapsPort: number;
  readonly pop3sPort: number;
  /** PEM of the authority that signed the certificate for localhost and 127.0.0.1. */
  readonly ca: string;
  /** Ids of the unix user that owns every mail. */
  readonly uid: number;
  readonly gid: number;
}

/** Any user name exists, with `dovecotPassword`; an inbox is made by its first delivery or login. */
export interface Dovecot extends DovecotAddress {
  /** Puts one mail into a user's inbox (Maildir tmp → new) and tells its file. */
  deliver(user: string, raw: string | Uint8Array): Promise<string>;
  /** What is in the inbox, or in a folder, in order of delivery. */
  messages(user: string, folder?: string): Promise<readonly StoredMail[]>;
  stop(): Promise<void>;
}

export interface DovecotOptions {
  /** Names in the certificate, as in subjectAltName. */
  readonly names?: string;
  /** Lines of configuration behind the usual ones. */
  readonly settings?: string;
  /** Without white space and %. */
  readonly password?: string;
}

/** Starts a Dovecot of its own on free loopback ports. Throws DovecotMissing. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const binary = binaries.find((path) => existsSync(path));
  if (binary === undefined) throw new DovecotMissing();
  const owner = mailOwner();
  const directory = await mkdtemp(join(tmpdir(), 'tsa-dovecot-'));
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (child?.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    // The unprivileged user has to pass through; mkdtemp makes it ours alone.
    await chmod(directory, 0o755);
    for (const name of ['run', 'state', 'mail']) await ownedDirectory(join(directory, name), owner);
    const ca = await makeCertificates(directory, options.names ?? 'DNS:localhost,IP:127.0.0.1');
    await Promise.all(['server.pem', 'server.key'].map((name) => chown(join(directory, name), owner.uid, owner.gid)));
    const [imapPort, imapsPort, pop3Port, pop3sPort] = await freePorts();
    const conf = join(directory, 'dovecot.conf');
    const log = join(directory, 'dovecot.log');
    await writeFile(log, '');
    await chown(log, owner.uid, owner.gid);
    await writeFile(
      conf,
      dovecotConf({
        directory,
        log,
        user: owner.name,
        password: options.password ?? dovecotPassword,
        imapPort,
        imapsPort,
        pop3Port,
        pop3sPort,
        settings: options.settings ?? '',
      }),
    );
    child = spawn(binary, ['-F', '-c', conf], { stdio: 'ignore', uid: owner.uid, gid: owner.gid, cwd: '/' });
    await waitForPorts([imapPort, imapsPort, pop3Port, pop3sPort], child, log);
    const { uid, gid } = owner;
    const address: DovecotAddress = {
      directory,
      host: 'localhost',
      imapPort,
      imapsPort,
      pop3Port,
      pop3sPort,
      ca,
      uid,
      gid,
    };
    return { ...openDovecot(address), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A handle on a Dovecot that runs already, as test files get it from the global set-up. */
export function openDovecot(address: DovecotAddress): Omit<Dovecot, 'stop'> {
  let delivered = 0;
  const maildir = (user: string): string => join(address.directory, 'mail', user, 'Maildir');
  const ready = new Map<string, Promise<void>>();
  const makeMaildir = async (user: string): Promise<void> => {
    await ownedDirectory(join(address.directory, 'mail', user), address);
    await ownedDirectory(maildir(user), address);
    for (const name of ['tmp', 'new', 'cur']) await ownedDirectory(join(maildir(user), name), address);
  };
  return {
    ...address,
    async deliver(user, raw) {
      let made = ready.get(user);
      if (made === undefined) ready.set(user, (made = makeMaildir(user)));
      await made;
      delivered += 1;
      // The name sorts by time of delivery: Dovecot numbers new mails in that order.
      const count = String(delivered).padStart(9, '0');
      const now = Date.now();
      const name = `${String(Math.floor(now / 1000))}.M${String(now % 1000).padStart(3, '0')}N${count}P${String(process.pid)}.test`;
      const temporary = join(maildir(user), 'tmp', name);
      const path = join(maildir(user), 'new', name);
      await writeFile(temporary, raw);
      await chown(temporary, address.uid, address.gid);
      await rename(temporary, path);
      return path;
    },
    async messages(user, folder) {
      const root = folder === undefined ? maildir(user) : join(maildir(user), `.${folder}`);
      const found = await Promise.all(
        ['new', 'cur'].map(async (name) => (await filesIn(join(root, name))).map((file) => join(root, name, file))),
      );
      return found
        .flat()
        .toSorted()
        .map((path) => ({ path, flags: /:2,(\w*)$/.exec(path)?.[1] ?? '' }));
    },
  };
}

interface Owner {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Dovecot refuses to run as root throughout: root lends it an unprivileged user, made when missing. */
function mailOwner(): Owner {
  const { username, uid, gid } = userInfo();
  if (uid !== 0) return { name: username, uid, gid };
  const id = (flag: string): number => Number(execFileSync('id', [flag, unprivilegedUser], { stdio: 'pipe' }));
  try {
    return { name: unprivilegedUser, uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', unprivilegedUser]);
    return { name: unprivilegedUser, uid: id('-u'), gid: id('-g') };
  }
}

async function ownedDirectory(path: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await mkdir(path, { recursive: true });
  await chown(path, uid, gid);
}

async function filesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** An authority and a server certificate by it, so that trust is tested as in a company. Tells the authority's PEM. */
async function makeCertificates(directory: string, altNames: string): Promise<string> {
  const file = (name: string): string => join(directory, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
  const authority = ['-subj', '/CN=TSA test authority', '-keyout', file('ca.key'), '-out', file('ca.pem')];
  await run('openssl', ['req', '-x509', ...key, ...authority]);
  const names = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${altNames}`];
  const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca.key')];
  await run('openssl', [
    ...['req', '-x509', ...key, ...names, ...signer, '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-keyout', file('server.key'), '-out', file('server.pem')],
  ]);
  return await readFile(file('ca.pem'), 'utf8');
}

async function freePorts(): Promise<[number, number, number, number]> {
  const servers = [createServer(), createServer(), createServer(), createServer()] as const;
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  const port = (server: (typeof servers)[number]): number => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const [a, b, c, d] = servers;
  const ports: [number, number, number, number] = [port(a), port(b), port(c), port(d)];
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function waitForPorts(ports: readonly number[], child: ChildProcess, log: string): Promise<void> {
  const answers = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if ((await Promise.all(ports.map(answers))).every(Boolean)) return;
    await sleep(100);
  }
  throw new Error(`Dovecot did not start; its log:\n${await readFile(log, 'utf8')}`);
}
