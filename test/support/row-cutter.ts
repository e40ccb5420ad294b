import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

export interface RowCutter {
  /** The database by way of this proxy. */
  readonly url: string;
  /** The next answer that has a row ends behind its first one, and its connection with it. */
  arm(): void;
  /** From now on, of all rows of all connections each so-manieth one is the last that its connection gives; 0: none. */
  cutEach(rows: number): void;
  /** Connections cut so far. */
  cuts(): number;
  /** Whether it still waits for such an answer; it does not from now on. */
  disarm(): boolean;
  close(): Promise<void>;
}

/** Stands between a client and PostgreSQL and ends a connection between two messages of the protocol: behind a DataRow. */
export async function startRowCutter(databaseUrl: string): Promise<RowCutter> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed = false;
  let each = 0;
  let passed = 0;
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        for (const one of [client, upstream]) one.destroy();
      });
    }
    client.pipe(upstream);
    let rest = Buffer.alloc(0);
    upstream.on('data', (octets) => {
      rest = Buffer.concat([rest, octets]);
      let end = 0;
      while (rest.length >= end + 5) {
        const next = end + 1 + rest.readInt32BE(end + 1);
        if (rest.length < next) break;
        const isRow = rest.toString('latin1', end, end + 1) === 'D';
        end = next;
        if (!isRow) continue;
        passed += 1;
        if (!armed && (each === 0 || passed % each !== 0)) continue;
        armed = false;
        cuts += 1;
        client.end(rest.subarray(0, end));
        upstream.removeAllListeners('data');
        upstream.destroy();
        return;
      }
      client.write(rest.subarray(0, end));
      rest = rest.subarray(end);
    });
  });
  const port = await listen(server);
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    arm: () => {
      armed = true;
    },
    cutEach: (rows) => {
      each = rows;
    },
    cuts: () => cuts,
    disarm: () => {
      const waiting = armed;
      armed = false;
      return waiting;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
