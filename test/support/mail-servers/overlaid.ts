import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { listen } from '../listen.ts';
import type { MailServer, MailServerUsers } from './mail-server.ts';

/** Lays the tree over /usr, /etc and /var, for this process and its children alone, and an empty /run. */
const enter = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
for each in usr etc var; do
  mkdir -p "$TSA_DIRECTORY/over/$each" "$TSA_DIRECTORY/work/$each"
  mount -t overlay overlay -o "lowerdir=$TSA_TREE/$each:/$each,upperdir=$TSA_DIRECTORY/over/$each,workdir=$TSA_DIRECTORY/work/$each" "/$each"
done
ldconfig
id tsa-mail > /dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin tsa-mail
exec bash -e "$@"
`;

/** Throws where this process may not make mount and process namespaces, or may not overlay. */
export async function tryOverlay(): Promise<void> {
  await promisify(execFile)('unshare', ['--mount', '--pid', '--fork', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']);
}

export interface OverlaidServer {
  /** See debianTree. */
  readonly tree: string;
  /** Starts the servers and waits for them, by bash as root; has TSA_IMAP_PORT, TSA_POP3_PORT, TSA_LMTP_PORT and TSA_DIRECTORY. */
  readonly script: URL;
  /** Of the server's own, below which it keeps the mails. */
  readonly directory: string;
}

/** Starts servers that live in namespaces of their own, and end with them. */
export async function startOverlaid(
  { tree, script, directory }: OverlaidServer,
  users: MailServerUsers,
): Promise<Pick<MailServer, 'imapPort' | 'pop3Port' | 'stop'> & { readonly lmtpPort: number }> {
  const [imapPort, pop3Port, lmtpPort] = [await freePort(), await freePort(), await freePort()];
  const child = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', 'bash', '-c', enter, 'enter', script.pathname],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TSA_TREE: tree,
        TSA_DIRECTORY: directory,
        TSA_IMAP_PORT: String(imapPort),
        TSA_POP3_PORT: String(pop3Port),
        TSA_LMTP_PORT: String(lmtpPort),
        TSA_USERS: users.names.join(' '),
        TSA_PASSWORD: users.password,
      },
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (octets: Buffer) => (said = (said + octets.toString('utf8')).slice(-4_000)));
  try {
    for (const port of [imapPort, pop3Port]) await untilItAnswers(port, child);
  } catch (error) {
    await stop(child);
    throw new Error(`the mail server did not start: ${said}`, { cause: error });
  }
  return { imapPort, pop3Port, lmtpPort, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Throws after half a minute, or when the process ends. */
export async function untilItAnswers(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300 && child.exitCode === null && child.signalCode === null; attempt += 1) {
    const socket = connect({ host: '127.0.0.1', port });
    const greeted = await Promise.race([
      once(socket, 'data').then(
        () => true,
        () => false,
      ),
      sleep(2_000, false),
    ]);
    socket.destroy();
    if (greeted) return;
    await sleep(100);
  }
  throw new Error(`nothing greets at port ${port}`);
}
