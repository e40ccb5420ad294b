import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dovecotPassword } from '../test/support/dovecot.ts';
import { measureAgent, type AgentResult } from './agent.ts';
import { startChild } from './child.ts';
import type { FloorOptions, FloorResult } from './floor-entry.ts';
import { deliver } from './inbox.ts';
import { measureProtocols } from './protocols.ts';
import { withBench, type Bench } from './servers.ts';

const { values } = parseArgs({
  options: {
    mails: { type: 'string', default: '1000' },
    large: { type: 'string', default: '10000' },
    protocols: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    durable: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const mails = Number(values.mails);
const large = Number(values.large);
const protocolMails = Number(values.protocols);
const seed = Number(values.seed);

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

function print(rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, figure] of rows) console.log(`${name.padEnd(width)}  ${figure}`);
}

const digits = (figure: number | undefined, places = 0): string => figure?.toFixed(places) ?? '?';

function agentRows(result: AgentResult): readonly (readonly [string, string])[] {
  const { mails: count, seconds, cpu, history, peakMib, processes } = result;
  const servers = [...cpu.byProgram].filter(([name, spent]) => name !== 'MainThread' && spent >= 0.05);
  return [
    [`agent, ${count} mails`, `${digits(count / seconds)} mails/s, ${digits(seconds, 2)} s`],
    ['  CPU, worker', `${digits(cpu.worker, 2)} s`],
    ...servers.map(([name, spent]) => [`  CPU, ${name}`, `${digits(spent, 2)} s`] as const),
    ['  peak memory of the worker', `${digits(peakMib.after)} MiB (${digits(peakMib.before)} MiB before)`],
    ['  history of the mailbox', `${digits(history.bytes / count)} bytes a mail, ${history.events} events`],
    ['  activities', `${digits(history.activities / count, 3)} a mail`],
    ...(processes === undefined
      ? []
      : ([
          ['  processes started meanwhile', `${processes.meanwhile}, ${digits(processes.meanwhile / seconds)}/s`],
          ['  processes started afterwards', `${digits(processes.afterwards)}/s`],
          ['  history of a new ticket', `${digits(processes.bytesEach)} bytes`],
        ] as const)),
  ];
}

await withBench(values.durable, async (bench) => {
  const [cpu] = os.cpus();
  console.log(
    `${os.availableParallelism()} cores, ${cpu?.model ?? ''}, load ${digits(os.loadavg()[0], 1)}, Node ${process.version}`,
  );
  const floor = await measureFloor(bench);
  print([
    ['floor', `${digits(floor.mails / floor.seconds)} mails/s, ${digits(floor.seconds, 2)} s`],
    ['  CPU', `${digits(floor.cpuSeconds, 2)} s`],
  ]);
  if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true });
  const small = await measureAgent(bench, {
    mails,
    seed,
    processes: true,
    profileFolder: values.profile === undefined ? undefined : path.resolve(values.profile),
  });
  print(agentRows(small));
  const ratio = mails / small.seconds / (floor.mails / floor.seconds);
  print([['agent to floor', digits(ratio, 2)]]);
  if (protocolMails > 0) {
    const results = await measureProtocols(bench, protocolMails, seed + 4);
    print(
      results.map(({ type, mails: count, seconds, cpu: spent }) => [
        `${type}, ${count} mails`,
        `${digits(count / seconds)} mails/s, worker ${digits(spent, 2)} s CPU`,
      ]),
    );
  }
  if (large > 0) print(agentRows(await measureAgent(bench, { mails: large, seed: seed + 2, processes: false })));
});
