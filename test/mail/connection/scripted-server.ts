import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { listen } from '../../support/listen.ts';

/** One connection to a scripted server. */
export interface Dialog {
  readonly socket: Socket;
  /** Writes as it stands: line ends are the script's. */
  write(octets: string): void;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Every line that any client sent. */
  readonly received: readonly string[];
}

/**
 * A line-based server on loopback for misbehaviour that a real one does not show: greets each connection, then answers line by
 * line by `answer`.
 */
export async function scriptedServer(
  greeting: string,
  answer: (line: string, dialog: Dialog) => void,
): Promise<ScriptedServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const dialog: Dialog = { socket, write: (octets) => void socket.write(octets, 'latin1') };
    let held = '';
    socket.on('data', (octets) => {
      const lines = (held + octets.toString('latin1')).split('\r\n');
      held = lines.pop() ?? '';
      for (const line of lines) {
        received.push(line);
        answer(line, dialog);
      }
    });
    dialog.write(greeting);
  });
  const port = await listen(server);
  return {
    port,
    received,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
