import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { defaultReadOptions } from '../../../src/instructions/read-instruction.ts';
import { understand } from '../../../src/mail/mime/understand.ts';
import { handleMessage } from '../../../src/activities/handling/handle-message.ts';
import { noFailpoint } from '../../../src/activities/shared/failpoint.ts';
import { policyFor } from '../../../src/activities/handling/policy.ts';
import type { Db } from '../../../src/db/shared/connect.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { createSecretBox } from '../../../src/db/mailboxes/secrets.ts';
import { employeeAddresses, messages } from '../../../src/db/schema/index.ts';
import { readSettings } from '../../../src/db/settings/settings.ts';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';
import { written } from '../../support/mail-sink.ts';
import { store } from '../fixtures.ts';

let received = 0;

/** Has mails handled as the worker does, from the MIME text on, each with a From that was proved. */
export const mailing =
  (db: () => Db, box: () => MailboxRecord) => async (from: string, subject: string, body: string) => {
    const mailbox = { ...box(), trustedSenders: ['desk@aef.com'] };
    const [id = 0] = await store(db(), mailbox.id, `mail ${++received}`);
    const settings = await readSettings(db());
    const reading = await parseMime(written({ from, to: mailbox.address, subject, body }), defaultMimeLimits);
    await handleMessage(
      {
        db: db(),
        ping: () => Promise.resolve(),
        secretBox: createSecretBox([randomBytes(32)]),
        senderVerifier: { authenticate: () => Promise.resolve('pass' as const), close: () => Promise.resolve() },
        mimeReader: { read: () => Promise.resolve(reading), close: () => Promise.resolve() },
        openSession: () => Promise.reject(new Error('no session is needed')),
        failpoint: noFailpoint,
        logger: pino({ level: 'silent' }),
        timeZone: 'UTC',
        dateFormat: 'dd/MM/yyyy',
      },
      { mailbox, policy: { ...policyFor(mailbox, settings), loopLimit: 0 } },
      {
        id,
        mailboxId: mailbox.id,
        protocolId: `mail ${received}`,
        rawSha256: '',
        size: 0,
        oversized: false,
        arrivedAt: new Date().toISOString(),
        attempts: 0,
        released: false,
        vouched: false,
        releasedCategoryId: null,
      },
      Promise.resolve({
        understanding: understand(reading, { ...defaultReadOptions, acceptCurlyQuotes: mailbox.acceptCurlyQuotes }),
        senderAuthentication: 'pass' as const,
      }),
    );
    const [row] = await db().select().from(messages).where(eq(messages.id, id));
    if (row === undefined) throw new Error('the message is gone');
    return row;
  };

export const idOf = async (db: Db, address: string): Promise<number> => {
  const [found] = await db
    .select({ id: employeeAddresses.employeeId })
    .from(employeeAddresses)
    .where(eq(employeeAddresses.address, address));
  if (found === undefined) throw new Error(`The samples have nobody with ${address}.`);
  return found.id;
};
