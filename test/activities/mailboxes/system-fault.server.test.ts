import { MockActivityEnvironment } from '@temporalio/testing';
import { eq, sql } from 'drizzle-orm';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createMailboxActivities } from '../../../src/activities/mailboxes/mailbox-activities.ts';
import { noFailpoint } from '../../../src/activities/shared/failpoint.ts';
import { findMailbox } from '../../../src/db/mailboxes/mailboxes.ts';
import { messages } from '../../../src/db/schema/index.ts';
import { createSenderVerifier } from '../../../src/mail/authentication/sender-verifier.ts';
import { createMimeReader } from '../../../src/mail/mime/mime.ts';
import { MailError } from '../../../src/mail/connection/session.ts';
import { containing } from '../../api/support.ts';
import { mailbox, now, secretBox, store, useDatabase } from '../../db/fixtures.ts';

const { db } = useDatabase();

const read = async (mailboxId: number, attempt: number): Promise<unknown> => {
  const mimeReader = createMimeReader({ concurrency: 1 });
  const senderVerifier = createSenderVerifier();
  const activities = createMailboxActivities({
    ...{ db: db(), secretBox, mimeReader, senderVerifier, failpoint: noFailpoint },
    ...{ logger: pino({ level: 'silent' }), timeZone: 'UTC', dateFormat: 'dd/MM/yyyy' },
    ping: () => Promise.resolve(),
    openSession: () => Promise.reject(new MailError('unreachable', 'not here', 'wait')),
  });
  try {
    return await new MockActivityEnvironment({ attempt }).run(() => activities.readMailbox({ mailboxId }));
  } finally {
    await mimeReader.close();
    await senderVerifier.close();
  }
};

describe('a fault of the system', () => {
  it.each([
    [
      'a table of another release',
      'alter table operation_log rename to log_',
      'alter table log_ rename to operation_log',
      '42P01',
    ],
    [
      'a column of another release',
      'alter table operation_log rename result to outcome',
      'alter table operation_log rename outcome to result',
      '42703',
    ],
    [
      'a full disk',
      `create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'no space' using errcode = '53100'; end $$;
       create trigger full_disk before insert on operation_log for each row execute function full_disk()`,
      'drop function full_disk cascade',
      '53100',
    ],
  ])('R7: %s is the mailbox’s state, and no message’s', async (_, breaking, mending, state) => {
    const { id } = await mailbox(db());
    const ids = await store(db(), id, 'first', 'second');
    const rows = () => db().select().from(messages).where(eq(messages.mailboxId, id)).orderBy(messages.id);
    await db().execute(sql.raw(breaking));
    try {
      for (const attempt of [1, 2, 3, 4])
        await expect(read(id, attempt)).rejects.toMatchObject({ type: 'DatabaseAway' });
      expect(await findMailbox(db(), id)).toMatchObject({
        state: 'system_error',
        stateDetail: containing(state),
      });
      expect(await rows()).toMatchObject(ids.map(() => ({ disposition: null, attempts: 0, lastError: null })));
    } finally {
      await db().execute(sql.raw(mending));
    }
    await read(id, 1);
    expect(await findMailbox(db(), id)).toMatchObject({ state: 'unreachable' });
    expect((await rows()).every(({ disposition }) => disposition !== null)).toBe(true);
  });
});

describe('a message that fails by itself', () => {
  it('F17: is quarantined after five attempts, and those around it go on', async () => {
    const { id } = await mailbox(db());
    const [before = 0, poison = 0, behind = 0] = await store(db(), id, 'before', 'poison', 'behind');
    await db().execute(
      sql.raw(`
        create function poison() returns trigger language plpgsql as $$ begin raise exception 'x' using errcode = '22000'; end $$;
        create trigger poison before update on messages for each row
          when (new.id = ${String(poison)} and new.disposition is not null and new.reason is distinct from 'failing')
          execute function poison()`),
    );
    try {
      for (const attempts of [1, 2, 3, 4, 5]) {
        await read(id, 1);
        const rows = await db().select().from(messages).where(eq(messages.mailboxId, id)).orderBy(messages.id);
        expect(rows).toMatchObject([{ id: before }, { id: poison, attempts: Math.min(attempts, 4) }, { id: behind }]);
        expect(rows.filter(({ disposition }) => disposition !== null)).toHaveLength(attempts === 5 ? 3 : 2);
        await db().update(messages).set({ nextAttemptAt: now }).where(eq(messages.id, poison));
      }
      const [row] = await db().select().from(messages).where(eq(messages.id, poison));
      expect(row).toMatchObject({ disposition: 'quarantined', reason: 'failing' });
    } finally {
      await db().execute(sql.raw('drop function poison cascade'));
    }
  });
});
