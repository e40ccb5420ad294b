import type { SmtpServer, WaysOut } from '../../domain/outgoing/ways-out.ts';
import { listMailboxes } from '../mailboxes/mailboxes.ts';
import { readSettings } from '../settings/settings.ts';
import type { Db } from '../shared/connect.ts';
import { listWayTroubles, type WayTrouble } from './sending-ways.ts';

/** `smtp`: as configured, for the database does not know it. */
export const readWaysOut = async (
  db: Db,
  smtp: SmtpServer | null,
): Promise<WaysOut & { readonly troubles: readonly WayTrouble[] }> => {
  const [{ supportReturnEmailAddress: returnAddress }, mailboxes, troubles] = await Promise.all([
    readSettings(db),
    listMailboxes(db),
    listWayTroubles(db),
  ]);
  return { smtp, returnAddress, mailboxes, troubles };
};
