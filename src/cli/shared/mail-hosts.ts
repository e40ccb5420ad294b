import type { Config } from '../../config/config.ts';
import type { MailHosts } from '../../mail/connection/mail-hosts.ts';

/** Where mailboxes may be, by the environment. `servers` are addresses (`host:port` or URL) of servers that the agent itself uses. */
export const mailHostsOf = (config: Config, servers: readonly (string | undefined)[]): MailHosts => ({
  loopback: config.mailHosts,
  ownPorts: new Set([
    config.port,
    ...[...servers, config.workerMetrics].flatMap((server) => (server === undefined ? [] : portOf(server))),
  ]),
});

const portOf = (server: string): number[] => {
  const url = URL.parse(server.includes('://') ? server : `tcp://${server}`);
  const port = url?.port === '' ? usualPorts.get(url.protocol) : Number(url?.port);
  return port === undefined || Number.isNaN(port) ? [] : [port];
};

const usualPorts: ReadonlyMap<string, number> = new Map([
  ['postgres:', 5_432],
  ['postgresql:', 5_432],
]);
