import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scenarios } from './scenarios.ts';

export const historiesFolder = fileURLToPath(new URL('histories/', import.meta.url));

/** The files that there must be: one for each scenario, and one for each approval in it. */
export const historyFiles = scenarios.flatMap(({ name, approvals = [] }) => [
  `${name}.json`,
  ...approvals.map((_, index) => `${name}-approval-${String(index + 1)}.json`),
]);

export const recordedFiles = (): readonly string[] =>
  readdirSync(historiesFolder).filter((file) => file.endsWith('.json'));
