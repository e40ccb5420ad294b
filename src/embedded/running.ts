import { readState } from './data/data-folder.ts';
import { isInUse } from './data/data-lock.ts';
import { databaseUrlOf } from './postgres/postgres.ts';

/** Where the servers of the start that has the data folder answer; undefined when none has. */
export function runningAddresses(
  dataDir: string,
): { readonly databaseUrl: string; readonly temporalAddress: string } | undefined {
  const state = readState(dataDir);
  if (state === undefined || !isInUse(dataDir)) return undefined;
  return {
    databaseUrl: databaseUrlOf(state.ports.postgres, state.postgresPassword),
    temporalAddress: `127.0.0.1:${state.ports.temporal}`,
  };
}
