import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { cacheDir } from '../src/config/cache-dir.ts';

/**
 * Sends the whole API what its own description allows, and what it does not, with Schemathesis (PyPI), and fails on a server error, an
 * undocumented status, or an answer that is not as described. Needs Python 3; runs on the demo, whose mailbox, messages and
 * tickets are what the document's examples name.
 */
const version = '4.32.5';
const examples = '20';
const root = path.resolve(import.meta.dirname, '..');

/** What streams for ever, and what would lock the checker out or sign it off. */
const leftOut = '/log/stream|/first-user|/session';

/** What the demo has none of. */
const entries = [
  ['calendars', { name: 'Office', timeZone: 'UTC', hours: { 1: [{ from: '09:00', to: '17:00' }] } }],
  ['delegations', { employeeId: 2, delegateId: 3, startsAt: '2030-01-01T00:00:00Z', endsAt: '2030-01-31T00:00:00Z' }],
] as const;

function schemathesis(): string {
  const folder = path.join(cacheDir(), `schemathesis-${version}`);
  const program = path.join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  console.log(`installing Schemathesis ${version} into ${folder}`);
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', folder],
    [path.join(folder, 'bin', 'pip'), 'install', '--quiet', `schemathesis==${version}`],
  ] as const) {
    if (spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`"${command} ${args.join(' ')}" failed: Python 3 with venv and a way to PyPI are needed`);
  }
  return program;
}

/** Where the demo says that the API is, and the token for it. */
async function addressIn(output: Readable): Promise<{ readonly apiUrl: string; readonly token: string }> {
  let apiUrl = '';
  for await (const line of createInterface(output)) {
    apiUrl = /^admin page +(http\S+)$/.exec(line)?.[1] ?? apiUrl;
    const token = /^admin token +(\S+)$/.exec(line)?.[1];
    if (token !== undefined) return { apiUrl, token };
  }
  throw new Error('the agent ended');
}

async function main(): Promise<number> {
  const program = schemathesis();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-check-api-'));
  const agent = spawn(process.execPath, [path.join(root, 'bin', 'tsa.mjs'), 'demo'], {
    cwd: folder,
    env: { ...process.env, TSA_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(agent, 'exit');
  try {
    const { apiUrl, token } = await Promise.race([
      addressIn(agent.stdout),
      ended.then(() => Promise.reject(new Error('the agent did not start'))),
    ]);
    const authorization = `Bearer ${token}`;
    for (const [list, entry] of entries) {
      const { status } = await fetch(`${apiUrl}/api/v1/${list}`, {
        method: 'POST',
        headers: { Authorization: authorization, 'Content-Type': 'application/json' },
        body: JSON.stringify(entry),
      });
      if (status !== 201) throw new Error(`an entry for ${list} was refused: ${String(status)}`);
    }
    const checker = spawn(
      program,
      [
        ...['run', `${apiUrl}/openapi.json`, '--header', `Authorization: ${authorization}`],
        ...[
          '--exclude-path-regex',
          leftOut,
          '--max-examples',
          examples,
          '--phases',
          'examples,fuzzing',
          '--generation-deterministic',
        ],
        ...[
          '--checks',
          'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance',
        ],
      ],
      { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const [code] = (await once(checker, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    agent.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
