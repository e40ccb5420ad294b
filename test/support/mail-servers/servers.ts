import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { appendFile, chmod, chown, mkdtemp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { cacheDir } from '../../../src/config/cache-dir.ts';
import { hasJava } from '../time-skipping-server.ts';
import { debianTree } from './debian-tree.ts';
import type { MailServer, MailServerUsers } from './mail-server.ts';
import { freePort, startOverlaid, tryOverlay, untilItAnswers } from './overlaid.ts';

export interface KnownMailServer {
  readonly name: string;
  /** The login of a user that is given by name. */
  readonly login: (user: string) => string;
  /** Throws with the reason why it cannot run here. */
  readonly prepare: () => Promise<(users: MailServerUsers) => Promise<MailServer>>;
}

/** Of a Debian package, by its script beside this file. */
const ofDebian =
  (
    packages: readonly string[],
    script: string,
    deliverTo: (directory: string, lmtpPort: number) => MailServer['deliver'],
  ): KnownMailServer['prepare'] =>
  async () => {
    await tryOverlay();
    const tree = await debianTree(packages);
    return async (users) => {
      const directory = await mkdtemp(path.join(tmpdir(), 'tsa-mail-server-'));
      // The servers' own users have to pass through.
      await chmod(directory, 0o755);
      const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      try {
        const server = await startOverlaid({ tree, script: new URL(script, import.meta.url), directory }, users);
        return {
          ...server,
          deliver: deliverTo(directory, server.lmtpPort),
          async stop() {
            await server.stop();
            await remove();
          },
        };
      } catch (error) {
        await remove();
        throw error;
      }
    };
  };

const bySmtp =
  (port: number, lmtp: boolean): MailServer['deliver'] =>
  async (user, raw) => {
    const transport = createTransport({ host: '127.0.0.1', port, lmtp, secure: false, ignoreTLS: true });
    await transport.sendMail({ envelope: { from: 'postmaster@aef.com', to: [user] }, raw: Buffer.from(raw) });
    transport.close();
  };

const toMaildir =
  (directory: string): MailServer['deliver'] =>
  async (user, raw) => {
    const maildir = path.join(directory, 'mail', user, 'Maildir');
    const { uid, gid } = await stat(maildir);
    const name = `${String(Date.now())}.${randomUUID()}.test`;
    const temporary = path.join(maildir, 'tmp', name);
    await writeFile(temporary, raw);
    await chown(temporary, uid, gid);
    await rename(temporary, path.join(maildir, 'new', name));
  };

/** As a delivery agent appends it (RFC 4155): LF, a line in front, what looks like one escaped, and an empty line behind. */
const toMbox =
  (directory: string): MailServer['deliver'] =>
  async (user, raw) => {
    const home = path.join(directory, 'mail', user);
    const { uid, gid } = await stat(home);
    const file = path.join(home, 'INBOX');
    const text = Buffer.from(raw)
      .toString('latin1')
      .replaceAll('\r\n', '\n')
      .replaceAll(/^From /gm, '>From ');
    const lock = `${file}.lock`;
    await writeFile(lock, '', { flag: 'wx' });
    await appendFile(file, Buffer.from(`From postmaster@aef.com Thu Jan  1 00:00:00 2026\n${text}\n`, 'latin1'));
    await chown(file, uid, gid);
    await rm(lock);
  };

const greenMail = {
  version: '2.1.3',
  sha256: '9457fdaf45ded6c87bf84a321a5ced4b4b5e72b1d03686b778df381378afc4c8',
};

async function greenMailJar(): Promise<string> {
  const name = `greenmail-standalone-${greenMail.version}.jar`;
  const file = path.join(cacheDir(), name);
  if (existsSync(file)) return file;
  const url = `https://repo1.maven.org/maven2/com/icegreen/greenmail-standalone/${greenMail.version}/${name}`;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${String(response.status)}`);
  const octets = new Uint8Array(await response.arrayBuffer());
  if (createHash('sha256').update(octets).digest('hex') !== greenMail.sha256)
    throw new Error(`${url} is not the file that was expected`);
  await mkdir(cacheDir(), { recursive: true });
  const partial = `${file}.${String(process.pid)}`;
  await writeFile(partial, octets);
  await rename(partial, file);
  return file;
}

async function prepareGreenMail(): Promise<(users: MailServerUsers) => Promise<MailServer>> {
  if (!hasJava()) throw new Error('Java is not installed');
  const jar = await greenMailJar();
  return async () => {
    const ports = { smtp: await freePort(), imap: await freePort(), pop3: await freePort(), api: await freePort() };
    const settings = Object.entries(ports).flatMap(([name, port]) => [
      `-Dgreenmail.${name}.hostname=127.0.0.1`,
      `-Dgreenmail.${name}.port=${String(port)}`,
    ]);
    const child = spawn('java', ['-XX:+UseSerialGC', ...settings, '-Dgreenmail.auth.disabled', '-jar', jar], {
      stdio: 'ignore',
    });
    const stop = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    };
    try {
      for (const port of [ports.smtp, ports.imap, ports.pop3]) await untilItAnswers(port, child);
    } catch (error) {
      await stop();
      throw error;
    }
    const deliver = bySmtp(ports.smtp, false);
    return {
      imapPort: ports.imap,
      pop3Port: ports.pop3,
      deliver: (user, raw) => deliver(`${user}@example.test`, raw),
      stop,
    };
  };
}

export const knownMailServers: readonly KnownMailServer[] = [
  {
    name: 'Cyrus',
    login: (user) => user,
    prepare: ofDebian(['cyrus-imapd', 'cyrus-pop3d', 'sasl2-bin', 'libsasl2-modules-db'], 'cyrus.sh', (_, port) =>
      bySmtp(port, true),
    ),
  },
  {
    name: 'Courier',
    login: (user) => user,
    prepare: ofDebian(['courier-imap', 'courier-pop', 'courier-authlib-userdb'], 'courier.sh', toMaildir),
  },
  {
    name: 'GNU Mailutils',
    login: (user) => `${user}@mail.example`,
    prepare: ofDebian(['mailutils-imap4d', 'mailutils-pop3d'], 'mailutils.sh', toMbox),
  },
  { name: 'GreenMail', login: (user) => `${user}@example.test`, prepare: prepareGreenMail },
];
