import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface BenchChild {
  readonly pid: number;
  /** The next message that it sends; throws when it ends without one. */
  message(): Promise<unknown>;
  /** Lets it end by itself and waits for that. */
  end(): Promise<void>;
}

/** A part of the bench in a process of its own, so that its time and memory are its own; `profileFolder` gets its CPU profile; `environment` is added to ours. */
export function startChild(
  module: string,
  options: object,
  profileFolder?: string,
  environment: Readonly<Record<string, string>> = {},
): BenchChild {
  const child: ChildProcess = fork(fileURLToPath(new URL(module, import.meta.url)), [JSON.stringify(options)], {
    execArgv: profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${module} could not be started`);
  return {
    pid,
    async message() {
      const early = ended.then(() => {
        throw new Error(`${module} ended too early (${child.signalCode ?? child.exitCode})`);
      });
      early.catch(() => undefined);
      return Promise.race([next(child), early]);
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

const next = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('message', resolve));
