/**
 * usage: npm test [-- --no-install] [ARGUMENT OF VITEST…]
 *
 * Runs all tests. As root on Debian or Ubuntu it first installs the servers that are missing, unless --no-install is given.
 * A test whose server is missing all the same is skipped with the reason; with TSA_NO_SKIPS=1 that is a failure.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installServers } from './support/install-servers.ts';

const noInstall = '--no-install';
const args = process.argv.slice(2);
if (!args.includes(noInstall)) installServers();

const vitest = path.join(path.dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))), 'vitest.mjs');
const tests = spawn(process.execPath, [vitest, 'run', ...args.filter((argument) => argument !== noInstall)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to both.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) tests.kill(signal);
  });
}
tests.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
