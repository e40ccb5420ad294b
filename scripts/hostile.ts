import { readFileSync, writeFileSync } from 'node:fs';
import { check } from 'recheck';
import { collectPatterns, keyOf } from '../test/hostile/patterns.ts';

/**
 * `npm run hostile:write`: has recheck find the worst input of each regular expression that is new, and writes down how the work grows with
 * it. test/hostile asks that it grows linearly, or that what is looked at is short.
 */
interface Verdict {
  /** `linear`, `polynomial`, or `unknown` where recheck gives no answer within its time. */
  readonly growth: 'linear' | 'polynomial' | 'exponential' | 'unknown';
  /** The worst input that was found: `prefix`, then `pump` again and again, then `suffix`. */
  readonly worst?: { readonly prefix: string; readonly pump: string; readonly suffix: string };
}

const file = new URL('../test/hostile/verdicts.json', import.meta.url);
const known = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Verdict | undefined>;
const verdicts: Record<string, Verdict> = {};
for (const pattern of await collectPatterns()) {
  const key = keyOf(pattern);
  verdicts[key] ??= known[key] ?? (await judge(pattern.source, pattern.flags));
}
const sorted = Object.fromEntries(Object.entries(verdicts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);
process.exit();

async function judge(source: string, flags: string): Promise<Verdict> {
  const result = await check(source, flags, { timeout: 30_000 });
  if (result.status === 'safe') return { growth: 'linear' };
  if (result.status === 'unknown') return { growth: 'unknown' };
  const [pump] = result.attack.pumps;
  return {
    growth: result.complexity.type,
    ...(pump === undefined ? {} : { worst: { prefix: pump.prefix, pump: pump.pump, suffix: result.attack.suffix } }),
  };
}
