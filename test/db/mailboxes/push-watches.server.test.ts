import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { recordMailboxState } from '../../../src/db/mailboxes/mailboxes.ts';
import { holdPushWatches, recordPushProblem, releasePushWatches } from '../../../src/db/mailboxes/push-watches.ts';
import { pushWatches } from '../../../src/db/schema/index.ts';
import { findMailbox } from '../../../src/db/mailboxes/mailboxes.ts';
import { updateSettings } from '../../../src/db/settings/settings.ts';
import { mailbox, useDatabase } from '../fixtures.ts';

const { db } = useDatabase();
const heldBy = async (holder: string): Promise<number[]> => (await holdPushWatches(db(), holder)).map(({ id }) => id);

describe('watches of inboxes', () => {
  it('are held by one worker each, which keeps them by asking again', async () => {
    const { id } = await mailbox(db(), { push: true });
    await mailbox(db());
    expect(await heldBy('one')).toEqual([id]);
    expect(await heldBy('two')).toEqual([]);
    expect(await heldBy('one')).toEqual([id]);
  });

  it('pass to another worker when their holder lets them go, or falls silent', async () => {
    const { id } = await mailbox(db(), { push: true });
    await heldBy('one');
    await releasePushWatches(db(), 'one');
    expect(await heldBy('two')).toContain(id);
    await db()
      .update(pushWatches)
      .set({ heldUntil: sql`now() - interval '1 second'` })
      .where(eq(pushWatches.holder, 'two'));
    expect(await heldBy('three')).toContain(id);
    expect(await heldBy('two')).toEqual([]);
  });

  it('are nobody’s while the mailbox is paused, its credentials are refused, or the agent is off', async () => {
    const paused = await mailbox(db(), { push: true, active: false });
    const refused = await mailbox(db(), { push: true });
    const state = { state: 'credentials_refused', detail: 'no', readAt: null, nextReadAt: null, failed: true } as const;
    await recordMailboxState(db(), refused.id, state);
    const good = await mailbox(db(), { push: true });
    const held = await heldBy('four');
    expect(held).toContain(good.id);
    expect(held).not.toContain(paused.id);
    expect(held).not.toContain(refused.id);
    await updateSettings(db(), { agentEnabled: false });
    expect(await heldBy('four')).toEqual([]);
    await updateSettings(db(), { agentEnabled: true });
  });

  it('tell what keeps an inbox from being watched', async () => {
    const { id } = await mailbox(db(), { push: true });
    await recordPushProblem(db(), id, 'The server has no IDLE.');
    expect((await findMailbox(db(), id)).pushProblem).toBe('The server has no IDLE.');
    await recordPushProblem(db(), id, null);
    expect((await findMailbox(db(), id)).pushProblem).toBeNull();
  });
});
