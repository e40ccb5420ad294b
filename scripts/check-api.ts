import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cacheDir } from '../src/config/cache-dir.ts';

/**
 * Sends the whole API what its own description allows, and what it does not, with Schemathesis (PyPI), and fails on a server error, an
 * undocumented status, or an answer that is not as described. Needs Python 3; runs on a throw-away agent.
 */
const version = '4.32.5';
const examples = '20';
const token = 'token-of-the-check-of-the-api';
const root = path.resolve(import.meta.dirname, '..');

/** What streams for ever, and what would lock the checker out or sign it off. */
const leftOut = '/log/stream|/first-user|/session';

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

async function main(): Promise<number> {
  const program = schemathesis();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-check-api-'));
  const agent = spawn(process.execPath, [path.join(root, 'bin', 'tsa.mjs'), 'up', '--json'], {
    cwd: folder,
    env: { ...process.env, TSA_PORT: '0', TSA_DATA_DIR: path.join(folder, 'data'), TSA_ADMIN_TOKEN: token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(agent, 'exit');
  try {
    const [line] = (await Promise.race([once(createInterface(agent.stdout), 'line'), ended])) as [unknown];
    if (typeof line !== 'string') throw new Error('the agent did not start');
    const { apiUrl } = JSON.parse(line) as { readonly apiUrl: string };
    const authorization = `Bearer ${token}`;
    for (const list of ['categories', 'employees', 'assets']) {
      const { status } = await fetch(`${apiUrl}/api/v1/${list}/import`, {
        method: 'POST',
        headers: { Authorization: authorization, 'Content-Type': 'text/csv' },
        body: readFileSync(path.join(root, 'samples', `${list}.csv`)),
      });
      if (status !== 200) throw new Error(`the samples of ${list} were refused: ${String(status)}`);
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
