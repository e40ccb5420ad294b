#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { findNode, nodeTooOld, root, runOn, thisNodeWillDo } from '../scripts/project-node.mjs';

// Plain JavaScript for any Node since 18, so that an old one gets to hear what is wrong.

const source = path.join(root, 'src', 'cli', 'main.ts');
const built = path.join(root, 'dist', 'main.js');
// What `npm run build` made is for where the sources are not, or cannot run: Node does not strip types under node_modules.
const isInstalled = root.split(path.sep).includes('node_modules');
const main = existsSync(source) && !isInstalled ? source : built;

// What Node makes of the modules is kept, where this user may write beside them.
module.enableCompileCache?.(path.join(root, 'node_modules', '.cache', 'tsa', 'compiled'));

const node = findNode();
if (!isInstalled && !existsSync(path.join(root, 'node_modules'))) {
  console.error(`tsa: the dependencies are not installed; run "npm ci" in ${root}`);
  process.exitCode = 1;
} else if (thisNodeWillDo) {
  await import(pathToFileURL(main).href);
} else if (node === undefined) {
  console.error(`tsa: ${nodeTooOld}`);
  process.exitCode = 1;
} else {
  runOn(node, [main, ...process.argv.slice(2)]);
}
