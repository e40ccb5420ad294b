import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { defaultReadOptions } from '../../../src/instructions/read-instruction.ts';
import { understand } from '../../../src/mail/mime/understand.ts';
import { handleMessage } from '../../../src/activities/handling/handle-message.ts';
import { withRules } from '../../../src/activities/handling/read-message.ts';
import { noFailpoint } from '../../../src/activities/shared/failpoint.ts';
import { policyFor } from '../../../src/db/handling/policy.ts';
import type { Db } from '../../../src/db/shared/connect.ts';
import { readMailboxRules } from '../../../src/db/mailboxes/mailbox-rules.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { createSecretBox } from '../../../src/db/mailboxes/secrets.ts';
import { employeeAddresses, messages } from '../../../src/db/schema/index.ts';
import type { SenderAuthentication } from '../../../src/domain/mailboxes/sender-authentication.ts';
import { readSettings } from '../../../src/db/settings/settings.ts';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';
import { written } from '../../support/mail-sink.ts';
import { store } from '../fixtures.ts';

let received = 0;

/** Has mails handled as the worker does, from the MIME text on, each with a From that was proved. */
export const mailing = (db: () => Db, box: () => MailboxRecord) => {
  const handle = handling(db, box);
  return async (from: string, subject: string, body: string) =>
    handle(written({ from, to: box().address, subject, body }), 'pass');
};

/** Likewise with a mail as it came, and what its authentication came to; a stored one is handled again by its id. */
export const handling =
  (db: () => Db, box: () => MailboxRecord) =>
  async (raw: Uint8Array, senderAuthentication: SenderAuthentication, stored?: number) => {
    const mailbox = { ...box(), trustedSenders: ['desk@aef.com'] };
    const [id = 0] = stored === undefined ? await store(db(), mailbox.id, `mail ${++received}`) : [stored];
    const [pending] = await db().select().from(messages).where(eq(messages.id, id));
    if (pending === undefined) throw new Error('the message is gone');
    const settings = await readSettings(db());
    const { rules } = await readMailboxRules(db(), mailbox.id);
    const released = pending.releasedAt !== null;
    const reading = await parseMime(raw, defaultMimeLimits);
    await handleMessage(
      {
        db: db(),
        ping: () => Promise.resolve(),
        secretBox: createSecretBox([randomBytes(32)]),
        senderVerifier: {
          authenticate: () => Promise.resolve(senderAuthentication),
          close: () => Promise.resolve(),
        },
        mimeReader: { read: () => Promise.resolve(reading), close: () => Promise.resolve() },
        openSession: () => Promise.reject(new Error('no session is needed')),
        failpoint: noFailpoint,
        logger: pino({ level: 'silent' }),
        timeZone: 'UTC',
        dateFormat: 'dd/MM/yyyy',
      },
      {
        mailbox,
        policy: { ...policyFor(mailbox, settings), loopLimit: 0 },
      },
      { ...pending, released },
      Promise.resolve({
        ...withRules(
          understand(reading, { ...defaultReadOptions, acceptCurlyQuotes: mailbox.acceptCurlyQuotes }),
          rules,
          mailbox,
          { released },
        ),
        senderAuthentication,
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
