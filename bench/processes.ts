import { readdirSync, readFileSync } from 'node:fs';

interface ProcessRow {
  readonly parent: number;
  readonly name: string;
  /** Its own time and that of its ended children. */
  readonly cpuSeconds: number;
}

/** Linux' USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_A_SECOND = 100;

/** Seconds of processor time by program of all that descends from this process; empty where there is no proc(5). */
export function cpuByProgram(): ReadonlyMap<string, number> {
  const table = processTable();
  const total = new Map<string, number>();
  for (const pid of descendants(table, process.pid)) {
    const row = table.get(pid);
    if (row !== undefined) total.set(row.name, (total.get(row.name) ?? 0) + row.cpuSeconds);
  }
  return total;
}

/** Seconds of processor time of one process; undefined when it is gone or there is no proc(5). */
export const cpuOf = (pid: number): number | undefined => processTable().get(pid)?.cpuSeconds;

/** The most memory that a process has held, in MiB; undefined as above. */
export function peakMibOf(pid: number): number | undefined {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

function processTable(): ReadonlyMap<number, ProcessRow> {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  const table = new Map<number, ProcessRow>();
  for (const pid of pids) {
    // The name stands in parentheses and may hold some.
    const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(read(`/proc/${pid}/stat`)) ?? [];
    if (name === undefined || rest === undefined) continue;
    const fields = rest.split(' ').map(Number);
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + field, 0);
    table.set(Number(pid), { parent: fields[1] ?? 0, name, cpuSeconds: ticks / TICKS_A_SECOND });
  }
  return table;
}

function descendants(table: ReadonlyMap<number, ProcessRow>, ancestor: number): readonly number[] {
  const children = [...table].filter(([, { parent }]) => parent === ancestor).map(([pid]) => pid);
  return children.flatMap((pid) => [pid, ...descendants(table, pid)]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // It has ended meanwhile.
  }
}
