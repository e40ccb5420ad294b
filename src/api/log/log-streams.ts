import { setTimeout as sleep } from 'node:timers/promises';
import { type LogFollower, logVersion } from '../../db/log/log-follower.ts';
import type { LogEntry } from '../../db/log/log-list.ts';
import type { Db } from '../../db/shared/connect.ts';
import type { Caller } from '../http/caller.ts';
import { problem } from '../http/problem.ts';

const lookEveryMs = 1_000;
/** Looks between two questions whether the caller is still let in, while there is nothing to tell. */
const askEveryLooks = 15;
/** Proxies close what is silent for 30 to 60 seconds. */
const keepAliveLooks = 15;
/** Looks after which a stream ends; its client comes again, and is let in again or not. */
const longestLooks = 3_600;

const streamsOfAll = 100;
const streamsOfOne = 5;

/** Where one stream goes. */
export interface LogStream {
  readonly entry: (entry: LogEntry) => Promise<void>;
  readonly keepAlive: () => Promise<void>;
  /** Aborted when the client leaves. */
  readonly gone: AbortSignal;
}

/** The streams of this process. */
export interface LogStreams {
  /** Throws 503 or 429 when there are too many. Give the place back, by `leave`, whatever happens. */
  take(caller: Caller): { readonly leave: () => void };
  /** Tells until the client leaves, the caller is no longer let in, or an hour is over. */
  tell(caller: Caller, follower: LogFollower, to: LogStream): Promise<void>;
}

/** All of them together look once a second whether there is anything new; each reads what is for it only then. */
export const createLogStreams = (db: Db): LogStreams => {
  const held = new Map<string, number>();
  let total = 0;
  let looked: { readonly at: number; readonly version: Promise<string> } | undefined;
  const version = (): Promise<string> => {
    const now = performance.now();
    if (looked === undefined || now - looked.at > lookEveryMs / 2) looked = { at: now, version: logVersion(db) };
    return looked.version;
  };
  return {
    take({ id }) {
      const own = held.get(id) ?? 0;
      if (own >= streamsOfOne)
        throw problem(
          429,
          `One caller follows the log at most ${String(streamsOfOne)} times at once: end another one.`,
          {
            'Retry-After': '60',
          },
        );
      if (total >= streamsOfAll)
        throw problem(503, 'Too many follow the log at this moment: try again in a minute.', { 'Retry-After': '60' });
      total += 1;
      held.set(id, own + 1);
      let left = false;
      return {
        leave: () => {
          if (left) return;
          left = true;
          total -= 1;
          const others = (held.get(id) ?? 1) - 1;
          if (others === 0) held.delete(id);
          else held.set(id, others);
        },
      };
    },
    async tell(caller, follower, { entry: tellEntry, keepAlive, gone }) {
      let seen = '';
      let silent = 0;
      for (let looks = 0; looks < longestLooks && !gone.aborted; looks += 1) {
        const now = await version();
        const entries = now === seen ? [] : await follower.next();
        if (entries.length === 0) seen = now;
        if ((entries.length > 0 || looks % askEveryLooks === 0) && !(await caller.isStillIn())) return;
        for (const entry of entries) await tellEntry(entry);
        silent = entries.length > 0 ? 0 : silent + 1;
        if (silent % keepAliveLooks === 1) await keepAlive();
        await sleep(lookEveryMs, undefined, { signal: gone }).catch(() => undefined);
      }
    },
  };
};
