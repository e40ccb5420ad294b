import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export const tsaProgram = path.resolve(import.meta.dirname, '../../bin/tsa.mjs');

export interface TsaProcess {
  readonly child: ChildProcess;
  /** The first line of its standard output. */
  readonly firstLine: Promise<string>;
  readonly outcome: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/** The command as a user has it, in a folder and with nothing in the environment but `env` and where the test servers are. */
export function startTsa(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  program = tsaProgram,
): TsaProcess {
  const inherited = Object.fromEntries(['PATH', 'HOME'].map((name) => [name, process.env[name] ?? '']));
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...inherited, TSA_MAIL_HOSTS: 'localhost', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const firstLine = new Promise<string>((resolve) => {
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes('\n')) resolve(seen.slice(0, seen.indexOf('\n')));
    });
    child.once('close', () => resolve(seen));
  });
  const outcome = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(([code, out, err]) => ({
    code,
    out,
    err,
  }));
  return { child, firstLine, outcome };
}

export const runTsa = (args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) =>
  startTsa(args, cwd, env).outcome;
