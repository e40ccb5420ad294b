import type { SmtpServer, WaysOut } from '../../domain/outgoing/ways-out.ts';
import { listMailboxes } from '../mailboxes/mailboxes.ts';
import { readSettings } from '../settings/settings.ts';
import type { Db } from '../shared/connect.ts';
import { listWayErrors, type WayError } from './sending-ways.ts';

/** `smtp`: as configured, for the database does not know it. */
export const readWaysOut = async (
  db: Db,
  smtp: SmtpServer | null,
): Promise<WaysOut & { readonly troubles: readonly WayError[] }> => {
  const [{ supportReturnEmailAddress: returnAddress }, mailboxes, troubles] = await Promise.all([
    readSettings(db),
    listMailboxes(db),
    listWayErrors(db),
  ]);
  return { smtp, returnAddress, mailboxes, troubles };
};
