import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

export interface TcpProxy {
  readonly port: number;
  /** Connections so far. */
  connections(): number;
  /** Connections that are open now. */
  open(): number;
  /** Ends every connection as a broken network does. */
  cut(): void;
  close(): Promise<void>;
}

/** Of what a client sent: it goes on; it never arrives; it arrives, and the answer to it does not. Both latter end the connection. */
export type Fate = 'passes' | 'lost' | 'answer_lost';

/** Stands between a client and a loopback port. `fateOf` judges each piece that a client sends. */
export async function startTcpProxy(
  targetPort: number,
  fateOf: (sent: string) => Fate = () => 'passes',
): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const target = connect({ host: '127.0.0.1', port: targetPort });
    let deaf = false;
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (octets) => {
      const fate = fateOf(octets.toString('latin1'));
      if (fate === 'lost') client.destroy();
      else target.write(octets);
      deaf ||= fate === 'answer_lost';
    });
    target.on('data', (octets) => {
      if (deaf) client.destroy();
      else client.write(octets);
    });
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const port = await listen(server);
  return {
    port,
    connections: () => connections,
    open: () => sockets.size / 2,
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
