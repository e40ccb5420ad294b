import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { createMetrics } from '../src/api/system/metrics.ts';
import { configVariables } from '../src/config/config.ts';
import type { Figures } from '../src/db/system/figures.ts';
import { senderAuthentications } from '../src/domain/mailboxes/sender-authentication.ts';
import {
  requests,
  requestWords,
  rightWords,
  senderRights,
  standings,
  standingWords,
  type Standing,
} from '../src/domain/handling/sender-rights.ts';
import { reliability } from './reliability.ts';

/**
 * Writes the tables of the documentation that the code already knows, each between two comments in its file.
 * `--check` changes nothing and fails where a table differs; `--write` writes them.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const tableOf = (heading: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(heading), row(heading.map(() => '---')), ...rows.map(row)].join('\n');

const senderRightsTable = (standing: Standing): string =>
  `${standingWords[standing]}:\n\n${tableOf(
    ['asks for', ...senderAuthentications.map((authentication) => `\`${authentication}\``)],
    requests.map((request) => [
      requestWords[request],
      ...senderAuthentications.map((authentication) => rightWords[senderRights[standing][request][authentication]]),
    ]),
  )}`;

/** How the default reads in the table: the text of `unset`, otherwise the value. */
const defaultOf = (schema: (typeof configVariables)[keyof typeof configVariables]): string => {
  const { unset } = schema.meta() ?? {};
  if (typeof unset === 'string') return unset;
  return schema instanceof z.ZodDefault ? `\`${String(schema.def.defaultValue)}\`` : 'none';
};

const configuration = (): string =>
  tableOf(
    ['variable', 'default', 'description'],
    Object.entries(configVariables).map(([name, schema]) => {
      const description = schema.meta()?.description;
      if (description === undefined) throw new Error(`${name} has no description in src/config/config.ts.`);
      return [`\`${name}\``, defaultOf(schema), description];
    }),
  );

/** One sample of each metric, so that Prometheus' text shows its labels. */
const figures: Figures = {
  mailboxes: [
    { mailbox: 'm', state: 'waiting', failures: 0, lastReadAt: 0, secretExpiresAt: 0, notGiven: 0, overdue: 0 },
  ],
  messages: [{ mailbox: 'm', disposition: 'created', messages: 1 }],
  queues: {
    pending: 0,
    oldestPending: 0,
    quarantined: 0,
    toRemove: 0,
    workflowOutbox: 0,
    oldestWorkflowOutbox: 0,
    outboxPending: 0,
    outboxFailed: 0,
    oldestOutbox: 0,
    approvalsWaiting: 0,
    waysRefusing: 0,
  },
  lag: { median: 0, p95: 0, longest: 0 },
};

const metrics = async (): Promise<string> => {
  const text = await createMetrics().expose(figures, 0);
  const described = [...text.matchAll(/^# HELP (tsa_\S+) (.+)$/gm)];
  return tableOf(
    ['metric', 'description'],
    described.map(([, name = '', help = '']) => {
      const labels = new RegExp(String.raw`^${name}\{(.+)\} `, 'm').exec(text)?.[1] ?? '';
      const names = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label);
      return [`\`${name}${names.length > 0 ? `{${names.join(',')}}` : ''}\``, help];
    }),
  );
};

interface Reference {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}
const references: readonly Reference[] = [
  {
    name: 'sender rights',
    file: 'docs/administrators/processes.md',
    text: standings.map(senderRightsTable).join('\n\n'),
  },
  { name: 'configuration', file: 'docs/operators/configuration.md', text: configuration() },
  { name: 'reliability', file: 'docs/reliability.md', text: await reliability() },
  { name: 'metrics', file: 'docs/operators/metrics.md', text: await metrics() },
];

for (const { name, file, text } of references) {
  const url = new URL(`../${file}`, import.meta.url);
  const begin = `<!-- ${name}: written by "npm run reference:write" -->`;
  const end = `<!-- end of ${name} -->`;
  const before = await readFile(url, 'utf8');
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table: ${begin} … ${end}`);
  const after = await format(`${before.slice(0, from)}${begin}\n\n${text}\n\n${before.slice(to)}`, {
    ...(await resolveConfig(url)),
    parser: 'markdown',
  });
  if (after === before) continue;
  if (values.write === true) {
    await writeFile(url, after);
  } else {
    console.error(`${file}: the table "${name}" differs from the code. Run "npm run reference:write".`);
    process.exitCode = 1;
  }
}
