import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment } from '../../config/child-environment.ts';
import { spawnServer, untilReady, type ServerProcess } from '../processes/server-process.ts';
import { prepareNamespace, type SearchAttributeTypes } from './temporal-namespace.ts';

export interface TemporalOptions {
  readonly program: string;
  /** Holds the database file and the log. */
  readonly folder: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace: string;
  readonly searchAttributes: SearchAttributeTypes;
  /** Timers fire within 20 ms instead of a second, at a cost in CPU: for tests. */
  readonly fastTimers: boolean;
  readonly onStarted: (server: ServerProcess) => void;
  readonly signal: AbortSignal;
}

/** Starts the Temporal server and its Web UI on loopback and waits until the namespace can be used. */
export async function startTemporal(options: TemporalOptions): Promise<void> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const server = spawnServer({
    name: 'Temporal',
    file: options.program,
    args: startArguments(options),
    logFile: path.join(options.folder, 'log'),
    options: { env: childEnvironment() },
  });
  options.onStarted(server);
  await untilReady(server, () => prepareNamespace({ ...options, address: `127.0.0.1:${options.port}` }), {
    signal: options.signal,
    limitMs: 60_000,
  });
}

/**
 * The defaults of start-dev fall behind at 1,000 mailboxes: it writes through a rollback journal, and one shard hands out
 * 20 tasks a second.
 */
const startArguments = ({
  folder,
  port,
  uiPort,
  namespace,
  searchAttributes,
  fastTimers,
}: TemporalOptions): string[] => [
  ...['server', 'start-dev', '--log-level', 'warn', '--ip', '127.0.0.1'],
  ...['--port', String(port), '--ui-port', String(uiPort), '--namespace', namespace],
  ...['--db-filename', path.join(folder, 'temporal.db')],
  ...['journal_mode=WAL', 'synchronous=1'].flatMap((pragma) => ['--sqlite-pragma', pragma]),
  ...[
    'history.transferProcessorMaxPollRPS=1000',
    'history.transferProcessorMaxPollHostRPS=2000',
    'system.enableActivityEagerExecution=true',
    ...(fastTimers ? ['history.timerProcessorMaxTimeShift="20ms"'] : []),
  ].flatMap((value) => ['--dynamic-config-value', value]),
  // Heeded with a new database file only; what a file lacks, prepareNamespace adds.
  ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
];
