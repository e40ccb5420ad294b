import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process by more than its number, which the system gives away again; after a restart in a container at once. */
export interface ProcessRef {
  readonly pid: number;
  /** Boot and start time, as the system tells them. */
  readonly identity: string;
}

export const processRef = (pid: number): ProcessRef => ({ pid, identity: identityOf(pid) ?? 'ended' });

export const isRunning = (ref: ProcessRef): boolean => identityOf(ref.pid) === ref.identity;

function identityOf(pid: number): string | undefined {
  return process.platform === 'linux' ? identityByProc(pid) : identityByPs(pid);
}

/** proc(5): state is the third and start time the 22nd field; the second may hold spaces and parentheses. */
function identityByProc(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // A zombie has ended; nobody may be left to reap it.
    return fields[0] === 'Z' ? undefined : `${boot} ${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

function identityByPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
