import { eq, sql } from 'drizzle-orm';
import type { Db } from '../shared/connect.ts';
import { listMailboxes, type MailboxRecord } from './mailboxes.ts';
import { mailboxes, pushWatches, settings } from '../schema/index.ts';

/** How long a worker that fell silent keeps its watches, seconds. */
const heldSeconds = 30;

/**
 * The mailboxes whose inboxes this worker is to watch now: those it holds already, and those that no worker does. Each is held for
 * half a minute, so ask again before. A mailbox that is switched off, or whose credentials are refused, is not among them.
 */
export const holdPushWatches = async (db: Db, holder: string): Promise<readonly MailboxRecord[]> => {
  const held = await db.execute<{ id: string | number }>(sql`
    insert into ${pushWatches} (mailbox_id, holder, held_until)
    select ${mailboxes.id}, ${holder}, now() + make_interval(secs => ${heldSeconds})
    from ${mailboxes}
    where ${mailboxes.push} and ${mailboxes.active} and ${mailboxes.deletedAt} is null
      and ${mailboxes.state} <> 'credentials_refused'
      and not exists (select 1 from ${settings} where ${settings.key} = 'agentEnabled' and ${settings.value} = 'false'::jsonb)
    on conflict (mailbox_id) do update set holder = excluded.holder, held_until = excluded.held_until
      where ${pushWatches.holder} = excluded.holder or ${pushWatches.heldUntil} < now()
    returning mailbox_id as id`);
  const ids = new Set(held.map(({ id }) => Number(id)));
  return ids.size === 0 ? [] : (await listMailboxes(db)).filter(({ id }) => ids.has(id));
};

/** Lets another worker watch at once. */
export const releasePushWatches = async (db: Db, holder: string): Promise<void> => {
  await db.delete(pushWatches).where(eq(pushWatches.holder, holder));
};

/** `problem`: what keeps the inbox from being watched, and the remedy; null: it is watched. */
export const recordPushProblem = async (db: Db, mailboxId: number, problem: string | null): Promise<void> => {
  await db
    .update(mailboxes)
    .set({ pushProblem: problem })
    .where(sql`${mailboxes.id} = ${mailboxId} and ${mailboxes.pushProblem} is distinct from ${problem}::text`);
};
