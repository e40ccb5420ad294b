import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

// Plain JavaScript for any Node since 18: it runs before there is a better one.

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** `engines` of package.json, which is `>=major.minor`. */
const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const [wantedMajor = 0, wantedMinor = 0] = engines.node.replace('>=', '').split('.').map(Number);

const isNewEnough = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
};

export const thisNodeWillDo = isNewEnough(process.versions.node);

/** The Node to use: that of the dependencies, otherwise this one; undefined when neither will do. */
export function findNode() {
  const installed = path.join(root, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(installed)) return installed;
  return thisNodeWillDo ? process.execPath : undefined;
}

export const nodeTooOld = `Node ${process.versions.node} is too old: ${engines.node} is needed. Install it, or run "npm ci" in ${root}, which brings one.`;

/** Runs a script on another Node in this one's place: same terminal, signals and exit code. */
export function runOn(node, args, env = process.env) {
  // By the channel it learns of this process's end, even of one that could not be announced.
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  // A terminal sends Ctrl-C to both.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`tsa: ${node} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
