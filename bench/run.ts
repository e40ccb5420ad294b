import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dovecotPassword } from '../test/support/dovecot.ts';
import { measureAgent, type AgentOptions, type AgentResult } from './agent.ts';
import { startChild } from './child.ts';
import type { FloorOptions, FloorResult } from './floor-entry.ts';
import { deliver } from './inbox.ts';
import { measureProtocols } from './protocols.ts';
import { withBench, type Bench } from './servers.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    mails: { type: 'string', default: '1000' },
    large: { type: 'string', default: '10000' },
    inboxes: { type: 'string', default: '50' },
    protocols: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    fsync: { type: 'boolean', default: true },
    write: { type: 'boolean', default: true },
    profile: { type: 'string' },
  },
});
const mails = Number(values.mails);
const large = Number(values.large);
const inboxes = Number(values.inboxes);
const protocolMails = Number(values.protocols);
const seed = Number(values.seed);
const mailsAnInbox = 200;

async function measureFloor(bench: Bench): Promise<FloorResult> {
  await deliver(bench, 'floor-warm@bench.test', { count: 20, seed: seed + 1 });
  await deliver(bench, 'floor@bench.test', { count: mails, seed });
  const child = startChild('floor-entry.ts', {
    databaseUrl: bench.databaseUrl,
    imap: {
      host: bench.dovecot.host,
      port: bench.dovecot.imapPort,
      pass: dovecotPassword,
      ca: bench.dovecot.ca,
    },
    warmUpLogin: 'floor-warm@bench.test',
    login: 'floor@bench.test',
  } satisfies FloorOptions);
  const result = (await child.message()) as FloorResult;
  await child.end();
  return result;
}

const digits = (figure: number | undefined, places = 0): string => figure?.toFixed(places) ?? '?';

const columns = [
  'measured',
  'mails/s',
  'ratio to the floor',
  'CPU ms a mail: worker / PostgreSQL / Temporal / Dovecot / all',
  'peak memory of the worker, MiB (before)',
  'activities / history bytes a mail',
  'new processes: meanwhile; then a second, CPU ms each',
];
const rows: (readonly string[])[] = [];

/** Shows a figure as soon as it is known. */
function tell(...row: readonly string[]): void {
  rows.push(row);
  console.log(row.map((cell, place) => `${columns[place] ?? ''}: ${cell}`).join('\n  '));
}

function agentRow(name: string, result: AgentResult, floorRate: number): readonly string[] {
  const { mails: count, seconds, cpu, history, peakMib, processes } = result;
  const spent = (seconds_: number): string => digits((seconds_ / count) * 1000, 2);
  // The worker's program is Node's, like this one, which only waits: it is told by its own figure.
  const of = (...programs: readonly string[]): number =>
    [...cpu.byProgram].reduce(
      (sum, [program, time]) => sum + (programs.some((one) => program.startsWith(one)) ? time : 0),
      0,
    );
  const parts = [
    cpu.worker,
    of('postgres'),
    of('temporal'),
    of('imap', 'dovecot', 'pop3', 'auth', 'anvil', 'log', 'stats', 'config'),
  ];
  return [
    name,
    digits(count / seconds),
    digits(count / seconds / floorRate, 2),
    [...parts, parts.reduce((sum, part) => sum + part, 0)].map(spent).join(' / '),
    `${digits(peakMib.after)} (${digits(peakMib.before)})`,
    `${digits(history.activities / count, 4)} / ${digits(history.bytes / count)}`,
    processes === undefined
      ? ''
      : `${processes.meanwhile}; ${digits(processes.afterwards)}/s, ${digits(processes.cpuMs)} ms`,
  ];
}

/** The table of the README, between its two marks. */
function writeTable(head: string): void {
  const file = new URL('README.md', import.meta.url);
  const [before = '', , after = ''] = readFileSync(file, 'utf8').split(/<!-- (?:end of )?figures[^>]*-->/);
  const line = (cells: readonly string[]): string => `| ${columns.map((_, place) => cells[place] ?? '').join(' | ')} |`;
  const table = [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
  const text = `${before}<!-- figures: written by npm run bench -->\n\n${head}\n\n${table}\n\n<!-- end of figures -->${after}`;
  writeFileSync(file, text);
}

await withBench(values.fsync, async (bench) => {
  const [cpu] = os.cpus();
  const head =
    `${new Date().toISOString().slice(0, 10)}, ${os.availableParallelism()} cores (${cpu?.model.trim() ?? ''}), ` +
    `load ${digits(os.loadavg()[0], 1)} at the start, Node ${process.version}, PostgreSQL ${values.fsync ? 'with' : 'without'} fsync.`;
  console.log(head);
  const floor = await measureFloor(bench);
  const rate = floor.mails / floor.seconds;
  tell(
    `floor, ${mails} mails`,
    digits(rate),
    '1',
    `${digits((floor.cpuSeconds / floor.mails) * 1000, 2)} (Node alone)`,
  );
  if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true });
  const measure = async (name: string, options: Omit<AgentOptions, 'processes'> & { readonly processes?: boolean }) =>
    tell(...agentRow(name, await measureAgent(bench, { processes: false, ...options }), rate));
  const profileFolder = values.profile === undefined ? undefined : path.resolve(values.profile);
  await measure(`${mails} new tickets, one inbox`, { mails, seed: seed + 10, processes: true, profileFolder });
  await measure(`${mails} mails, a third replies and updates`, { mails, seed: seed + 20, mixed: true });
  if (inboxes > 0)
    await measure(`${inboxes} inboxes with ${mailsAnInbox} mails`, { mails: mailsAnInbox, inboxes, seed: seed + 30 });
  if (protocolMails > 0)
    for (const { type, mails: count, seconds, cpu: spent } of await measureProtocols(bench, protocolMails, seed + 4))
      tell(`${type}, ${count} mails`, digits(count / seconds), '', `${digits((spent / count) * 1000, 2)} (worker)`);
  if (large > 0) await measure(`${large} new tickets, one inbox`, { mails: large, seed: seed + 40 });
  if (values.write) writeTable(head);
});
