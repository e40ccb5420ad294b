import type { Tx } from '../../db/shared/connect.ts';
import { listMailboxes } from '../../db/mailboxes/mailboxes.ts';
import { readSettings } from '../../db/settings/settings.ts';
import { problem } from '../http/problem.ts';

/**
 * Throws 409 when the change made in this transaction leaves {TSA} Support return email address without its mailbox: replies
 * would go where nobody reads, and documents would no longer be stored (spec §8).
 */
export const requireReturnAddressRead = async (tx: Tx): Promise<void> => {
  const { supportReturnEmailAddress } = await readSettings(tx);
  if (supportReturnEmailAddress === null) return;
  const mailboxes = await listMailboxes(tx);
  if (mailboxes.some(({ address }) => address === supportReturnEmailAddress)) return;
  throw problem(
    409,
    `${supportReturnEmailAddress} is the support return email address, and this is its only mailbox: ` +
      'change the setting first (PUT /api/v1/settings).',
  );
};
