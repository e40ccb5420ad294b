import { eq } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { actions, messages, tickets } from '../../../src/db/schema/index.ts';
import { updateSettings } from '../../../src/db/settings/settings.ts';
import { mailing } from '../approvals/mails.ts';
import { mailbox, useDatabase } from '../fixtures.ts';

const { db } = useDatabase();
let box: MailboxRecord;
beforeAll(async () => {
  box = await mailbox(db());
  await updateSettings(db(), { stormLimit: 3 });
});
// The harness trusts desk@aef.com, who is no employee.
const mail = mailing(db, () => box);
const alarm = (host: number) =>
  mail(
    'desk@aef.com',
    `host ${String(host)} DOWN`,
    `@REQUESTOR@='fleblanc@aef.com' @CI@='host ${String(host)}' @EXTERNAL_REFERENCE@='a${String(host)}'`,
  );
const recovery = (host: number) =>
  mail(
    'desk@aef.com',
    `host ${String(host)} UP`,
    `@OPERATION@='SOLVE' @CI@='host ${String(host)}' @EXTERNAL_REFERENCE@='a${String(host)}'`,
  );

it('S-12: counts the alarms of a storm on one event, and the recoveries still work', async () => {
  const numbers = [];
  for (let host = 1; host <= 7; host += 1) {
    const row = await alarm(host);
    expect(row.disposition).not.toBe('quarantined');
    numbers.push(row.ticketNumber);
  }
  const [storm] = await db().select().from(tickets).where(eq(tickets.stormOf, 'desk@aef.com'));
  expect(storm).toMatchObject({ type: 'E', title: 'Storm of desk@aef.com', occurrences: 4 });
  expect(new Set(numbers.slice(0, 3)).size).toBe(3);
  expect(numbers.slice(3)).toEqual(Array(4).fill(storm?.number));
  const kept = await db()
    .select()
    .from(actions)
    .where(eq(actions.ticketId, storm?.id ?? 0));
  expect(kept.map(({ text }) => text.split('\n')[0])).toEqual([4, 5, 6, 7].map((host) => `host ${String(host)} DOWN`));

  // Of an incident category: none of these has an open event but the storm, which stays open.
  expect(await recovery(5)).toMatchObject({ disposition: 'updated', ticketNumber: storm?.number });
  const [after] = await db().select().from(tickets).where(eq(tickets.stormOf, 'desk@aef.com'));
  expect(after).toMatchObject({ state: 'registered', occurrences: 5 });
  const linked = await db()
    .select()
    .from(messages)
    .where(eq(messages.ticketNumber, storm?.number ?? ''));
  expect(linked).toHaveLength(5);
});
