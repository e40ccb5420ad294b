import { connect } from '../../db/shared/connect.ts';
import { listWayTroubles, type WayTrouble } from '../../db/outgoing/sending-ways.ts';
import { outgoingWarnings, type SmtpServer } from '../../domain/outgoing/ways-out.ts';
import { note, ok, type Finding } from './doctor-report.ts';

/** Whether mails leave. Absent `databaseUrl`: only what the settings tell. */
export async function checkOutgoing(
  smtp: SmtpServer | null,
  databaseUrl: string | undefined,
): Promise<readonly Finding[]> {
  const troubles = databaseUrl === undefined ? [] : await readTroubles(databaseUrl);
  const warnings = outgoingWarnings({ smtp, troubles });
  if (warnings.length > 0) return warnings.map(({ message, cure }) => note('outgoing mail', message, cure));
  return [ok('outgoing mail', smtp === null ? 'leaves' : `leaves by ${smtp.host}:${String(smtp.port)}`)];
}

async function readTroubles(databaseUrl: string): Promise<readonly WayTrouble[]> {
  const database = connect(databaseUrl, { max: 1 });
  try {
    return await listWayTroubles(database.db);
  } finally {
    await database.close();
  }
}
