import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { listLog } from '../../../src/db/log/log-list.ts';
import { deleteMailbox } from '../../../src/db/mailboxes/mailboxes.ts';
import { mailboxes } from '../../../src/db/schema/index.ts';
import { logSecretWarnings } from '../../../src/db/mailboxes/secret-warnings.ts';
import { mailbox, useDatabase } from '../fixtures.ts';

describe('secrets that expire', () => {
  const { db } = useDatabase();
  const logged = async () =>
    (await listLog(db(), { operation: 'mailbox.secret_expiry' }, { limit: 50 })).map(
      ({ at, mailboxId, level, result }) => ({ day: at.slice(0, 10), mailboxId, level, result }),
    );

  it('are in the operation log once a day, from 14 days before, while the mailbox is active', async () => {
    const near = await mailbox(db(), { secretExpiresAt: '2026-12-08', clientSecret: 'of the application' });
    await mailbox(db(), { secretExpiresAt: '2026-12-20' });
    await mailbox(db(), { secretExpiresAt: null });
    await mailbox(db(), { secretExpiresAt: '2026-11-01', active: false });
    const gone = await mailbox(db(), { secretExpiresAt: '2026-11-01' });
    await deleteMailbox(db(), gone.id, '2026-11-23T00:00:00.000Z');
    const turn = (at: string) => logSecretWarnings(db(), at);

    await turn('2026-11-23T10:00:00.000Z');
    expect(await logged()).toEqual([]);

    await Promise.all([turn('2026-11-24T00:00:00.000Z'), turn('2026-11-24T00:00:00.001Z')]);
    await turn('2026-11-24T23:00:00.000Z');
    const first = {
      day: '2026-11-24',
      mailboxId: near.id,
      level: 'warning',
      result: 'The client secret expires on 2026-12-08, in 14 days.',
    };
    expect(await logged()).toEqual([first]);

    await turn('2026-11-25T00:00:00.000Z');
    const second = {
      ...first,
      day: '2026-11-25',
      result: 'The client secret expires on 2026-12-08, in 13 days.',
    };
    expect(await logged()).toEqual([second, first]);

    await db().update(mailboxes).set({ secretExpiresAt: null }).where(eq(mailboxes.id, near.id));
    await turn('2026-11-26T00:00:00.000Z');
    expect(await logged()).toHaveLength(2);
  });
});
