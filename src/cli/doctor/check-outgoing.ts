import { readWaysOut } from '../../db/outgoing/ways-out.ts';
import { connect } from '../../db/shared/connect.ts';
import { outgoingWarnings, type SmtpServer } from '../../domain/outgoing/ways-out.ts';
import { note, ok, type Finding } from './doctor-report.ts';

/** Whether mails leave. Absent `databaseUrl`: it cannot be told. */
export async function checkOutgoing(
  smtp: SmtpServer | null,
  databaseUrl: string | undefined,
): Promise<readonly Finding[]> {
  if (databaseUrl === undefined) return [note('outgoing mail', 'not looked at: that needs the database')];
  const database = connect(databaseUrl, { max: 1 });
  try {
    const warnings = outgoingWarnings(await readWaysOut(database.db, smtp));
    if (warnings.length > 0) return warnings.map(({ message, remedy }) => note('outgoing mail', message, remedy));
  } finally {
    await database.close();
  }
  return [
    ok('outgoing mail', smtp === null ? 'leaves by the mailboxes' : `leaves by ${smtp.host}:${String(smtp.port)}`),
  ];
}
