#!/usr/bin/env node
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { findNode, nodeTooOld, root, runOn, thisNodeWillDo } from '../scripts/project-node.mjs';

// Plain JavaScript for any Node since 18, so that an old one gets to hear what is wrong.

const source = path.join(root, 'src', 'cli', 'main.ts');
const compiled = path.join(root, 'dist', 'cli', 'main.js');
// Node does not strip types under node_modules; in a checkout the source is never older than what was compiled from it.
const isInstalled = root.split(path.sep).includes('node_modules');
const main = existsSync(source) && !isInstalled ? source : compiled;

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
