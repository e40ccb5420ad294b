import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** `before`: COMMIT never reaches the server. `after`: the server has committed, and its answer never reaches the client. */
export type Cut = 'before' | 'after';

export interface CommitCutter {
  /** The database by way of this proxy. */
  readonly url: string;
  /** Connections cut so far. */
  cuts(): number;
  close(): Promise<void>;
}

export interface CommitCutterOptions {
  readonly url: string;
  readonly cut: Cut;
  /** Cuts transactions that had a statement like this. */
  readonly statement: RegExp;
  /** Of those, which ones; counted from 1. */
  readonly occurrences: readonly number[];
}

/** Stands between a client and PostgreSQL and ends the connection at COMMIT. */
export async function startCommitCutter(options: CommitCutterOptions): Promise<CommitCutter> {
  const target = new URL(options.url);
  const sockets = new Set<Socket>();
  let matched = 0;
  let cuts = 0;

  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        end();
      });
      socket.on('error', end);
    }
    const transaction = followTransactions();
    let cutting = false;
    client.on('data', (octets) => {
      if (transaction(octets).some((statements) => statements.some((statement) => options.statement.test(statement)))) {
        matched += 1;
        cutting = options.occurrences.includes(matched);
      }
      if (cutting && options.cut === 'before') {
        cuts += 1;
        end();
      } else upstream.write(octets);
    });
    upstream.on('data', (octets) => {
      if (!cutting) client.write(octets);
      else if (octets.includes('COMMIT\0')) {
        cuts += 1;
        end();
      }
    });
  });
  const port = await listen(server);
  const url = new URL(options.url);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Reads what a client sends (PostgreSQL manual, "Message Formats") and tells of each COMMIT in it the statements of its transaction.
 * Statements come as Query, or as Parse once and then as Bind by name.
 */
function followTransactions(): (octets: Buffer) => readonly (readonly string[])[] {
  const named = new Map<string, string>();
  let rest = Buffer.alloc(0);
  let started = false;
  let statements: string[] = [];

  return (octets) => {
    rest = Buffer.concat([rest, octets]);
    const commits: string[][] = [];
    for (;;) {
      // The start-up message alone has no type in front of its length.
      const head = started ? 1 : 0;
      if (rest.length < head + 4) break;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) break;
      const type = started ? String.fromCharCode(rest[0] ?? 0) : '';
      const [first = '', second = ''] = rest.toString('latin1', head + 4, length).split('\0', 2);
      rest = rest.subarray(length);
      started = true;
      if (type === 'P') named.set(first, second);
      if (type !== 'Q' && type !== 'B') continue;
      const statement = type === 'Q' ? first : (named.get(second) ?? '');
      if (/^begin/i.test(statement)) statements = [];
      else if (/^commit/i.test(statement)) commits.push(statements);
      else statements.push(statement);
    }
    return commits;
  };
}
