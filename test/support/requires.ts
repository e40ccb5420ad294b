import { describe, inject } from 'vitest';
import type { OptionalServer } from './provided.ts';

/** `describe` for tests that need a server which the machine may lack: they are skipped then, with the reason in their name. */
export function requires(server: OptionalServer): (name: string, tests: () => void) => void {
  const reason = inject('missing')[server];
  if (reason === undefined) return (name, tests) => void describe(name, tests);
  return (name, tests) => void describe.skip(`${name} (skipped: ${reason})`, tests);
}
