import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const host = '127.0.0.1';

/** Below the range from which systems take the ports of outgoing connections: one of those would be gone a moment later. */
const range = [20_000, 30_000] as const;

/** What each server's port is called in the environment. */
const variables = {
  postgres: 'TSA_POSTGRES_PORT',
  temporal: 'TSA_TEMPORAL_PORT',
  temporalUi: 'TSA_TEMPORAL_UI_PORT',
} as const;

type PortName = keyof typeof variables;
export type Ports = Readonly<Record<PortName, number>>;
type SomePorts = Readonly<Partial<Record<PortName, number | undefined>>>;

/**
 * Each port as configured, or an error that names its variable when it is in use; one that is not configured (or 0) is
 * that of the last run, so that bookmarks stay good, or any free one.
 */
export async function choosePorts(configured: SomePorts, last: SomePorts = {}): Promise<Ports> {
  const taken = new Set<number>();
  const choose = async (name: PortName): Promise<number> => {
    const port = await choosePort(variables[name], configured[name], last[name], taken);
    taken.add(port);
    return port;
  };
  return {
    postgres: await choose('postgres'),
    temporal: await choose('temporal'),
    temporalUi: await choose('temporalUi'),
  };
}

async function choosePort(
  variable: string,
  configured: number | undefined,
  last: number | undefined,
  taken: ReadonlySet<number>,
): Promise<number> {
  const usable = async (port: number): Promise<boolean> => !taken.has(port) && (await isFree(port));
  if (configured !== undefined && configured !== 0) {
    if (await usable(configured)) return configured;
    throw new Error(`port ${configured} on ${host} is in use; stop what uses it, or set ${variable} to another`);
  }
  if (last !== undefined && (await usable(last))) return last;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(...range);
    if (await usable(port)) return port;
  }
  throw new Error(`no free port on ${host} from ${range[0]} to ${range[1]}; set ${variable}`);
}

async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen(port, host, () => server.close(() => resolve(true)));
  return promise;
}
