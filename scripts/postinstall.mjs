import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root } from './project-node.mjs';

// Patches the packages of a checkout. The package that is made of it needs no patches: what they mend is in its bundles.
if (existsSync(path.join(root, 'patches'))) {
  const { status } = spawnSync('patch-package', ['--error-on-fail'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}
