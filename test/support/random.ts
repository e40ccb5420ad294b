import { randomBytes } from 'node:crypto';

/** A sequence that a seed decides: mulberry32, by its public-domain description. */
const sequenceOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Picks at random by a seed, which is printed; `TEST_SEED` gives one. */
export const createPicker = (): (<T>(from: readonly T[]) => T) => {
  const given = process.env['TEST_SEED'];
  const seed = given === undefined ? randomBytes(4).readUInt32LE() : Number(given);
  console.log(`TEST_SEED=${String(seed)}`);
  const random = sequenceOf(seed);
  return (from) => {
    const one = from[Math.floor(random() * from.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  };
};
