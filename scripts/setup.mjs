import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { findNode, nodeTooOld, root, runOn } from './project-node.mjs';

// usage: node scripts/setup.mjs [SCRIPT ARGUMENT…]
// Installs the dependencies if they are not those of package-lock.json, and sets the git hooks of a checkout; then runs SCRIPT on the
// project's Node.
// A shell that went on by "&&" would use the machine's own Node, which may be too old.

const packagesOf = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;

/** Whether every package of package-lock.json is there in its version; optional ones may be for other machines. */
function isInstalled() {
  // npm writes it when an installation is complete.
  if (!existsSync(path.join(root, 'node_modules', '.package-lock.json'))) return false;
  const found = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json')).every(
    ([name, { version, optional }]) =>
      name === '' || (found[name] === undefined ? optional === true : found[name].version === version),
  );
}

if (!isInstalled()) {
  console.error('installing the dependencies (npm ci)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed; see above');
    process.exit(1);
  }
}

// Only in a checkout, and only where nobody has chosen other hooks.
if (existsSync(path.join(root, '.git')) && spawnSync('git', ['config', 'core.hooksPath'], { cwd: root }).status === 1)
  spawnSync('git', ['config', 'core.hooksPath', '.githooks'], { cwd: root });

const [script, ...args] = process.argv.slice(2);
if (script !== undefined) {
  const node = findNode();
  if (node === undefined) {
    console.error(nodeTooOld);
    process.exit(1);
  }
  const bin = path.join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
  runOn(node, [path.join(root, script), ...args], env);
}
