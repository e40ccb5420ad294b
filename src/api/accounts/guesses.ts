import type { Context } from 'hono';
import type { SecretBox } from '../../db/mailboxes/secrets.ts';
import { addressCounted, clientAddress } from '../http/client-address.ts';
import type { Attempts } from '../http/ports.ts';
import { knownDevice } from './device.ts';
import { createTurns } from './turns.ts';

const pauseMs = 1_000;

/** What stands between a stranger and the slow hash of a password. */
export interface Guesses {
  /**
   * Lets `isRight` compare, once this try was counted. Throws 429 when too many were made, 503 when too many wait.
   * `user`: undefined for a name that nobody has.
   */
  readonly make: (
    c: Context,
    guess: { readonly name: string; readonly user: { readonly id: number } | undefined },
    isRight: () => Promise<boolean>,
  ) => Promise<boolean>;
}

/**
 * Counted are pairs of name and address, so that nobody locks out another one; on a device on which the user signed in before, that device alone.
 * Where a name or an address was tried very often, further tries go one by one, with a pause before each.
 */
export const createGuesses = (attempts: Attempts, box: SecretBox): Guesses => {
  const strangers = createTurns({ all: 20, each: 10 });
  const known = createTurns({ all: 20, each: 3 });
  const slowly = createTurns({ all: 40, each: 1, pauseMs });
  return {
    async make(c, { name: given, user }, isRight) {
      const device = knownDevice(c, box, user?.id);
      if (device !== undefined)
        return known.run(device, async () => {
          await attempts.take('device', device);
          const right = await isRight();
          if (right) await attempts.forget('device', device);
          return right;
        });
      const address = addressCounted(clientAddress(c));
      const name = given.toLowerCase();
      const pair = JSON.stringify([name, address]);
      return strangers.run(address, async () => {
        await attempts.take('pair', pair);
        const slow = [
          ...((await attempts.isSlow('address', address)) ? [`address ${address}`] : []),
          ...((await attempts.isSlow('name', name)) ? [`name ${name}`] : []),
        ];
        const compare = slow.reduce<() => Promise<boolean>>((work, key) => () => slowly.run(key, work), isRight);
        const right = await compare();
        if (!right) return false;
        await attempts.forget('pair', pair);
        await attempts.giveBack('address', address);
        await attempts.giveBack('name', name);
        return true;
      });
    },
  };
};
