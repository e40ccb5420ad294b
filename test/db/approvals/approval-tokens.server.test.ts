import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { mintToken, spendToken } from '../../../src/db/approvals/approval-tokens.ts';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { readTokenFacts } from '../../../src/db/handling/facts-approval.ts';
import { actions, approvalRequests, approvals, employees, outbox, tickets } from '../../../src/db/schema/index.ts';
import { category, contextOf, createPlan, mailbox, now, store, useDatabase } from '../fixtures.ts';

const { db } = useDatabase();
let protocolIds = 0;

/** An approval that waits for one person. */
const asked = async (expiresAt = '2026-12-01T10:00:00.000Z') => {
  const box = await mailbox(db());
  const [first = 0, second = 0] = await store(db(), box.id, `t${String(++protocolIds)}`, `u${String(protocolIds)}`);
  const [person] = await db().select().from(employees).limit(1);
  const employeeId = person?.id ?? 0;
  const plan = createPlan(await category(db(), 'SMARTPHONE'), { id: employeeId });
  const { ticketNumber } = await db().transaction((tx) => applyPlan(tx, plan, contextOf(box, first)));
  const [ticket] = await db()
    .select()
    .from(tickets)
    .where(eq(tickets.number, ticketNumber ?? ''));
  const ticketId = ticket?.id ?? 0;
  const [action] = await db().insert(actions).values({ ticketId, kind: 'validation', text: '', at: now }).returning();
  const actionId = action?.id ?? 0;
  const step = {
    approvers: [employeeId],
    rule: 'one',
    remindAfterHours: null,
    escalateAfterHours: null,
    escalateTo: null,
    expireAfterHours: 24,
    onExpiry: 'refused',
  } as const;
  await db()
    .insert(approvals)
    .values({
      actionId,
      ticketId,
      kind: 'approval',
      key: `k${String(actionId)}`,
      position: 0,
      step,
      askedAt: now,
      expiresAt,
    });
  const [request] = await db().insert(approvalRequests).values({ actionId, employeeId }).returning();
  return { box, message: second, requestId: request?.id ?? 0, actionId, ticketId };
};
const isUsed = async (token: string) => (await readTokenFacts(db(), token, now))?.used;
const mailsOf = (requestId: number) => db().select().from(outbox).where(eq(outbox.approvalRequestId, requestId));

describe('S-06: tokens', () => {
  it('dies when another one is sent to the same address, and not when to another', async () => {
    const { requestId } = await asked();
    const mint = (to: string) => mintToken(db(), { requestId, to, now });
    const [first, delegate] = [await mint('a@aef.com'), await mint('b@aef.com')];
    expect([await isUsed(first), await isUsed(delegate)]).toEqual([false, false]);
    const again = await mint('A@aef.com');
    expect([await isUsed(first), await isUsed(delegate), await isUsed(again)]).toEqual([true, false, false]);
  });

  it('dies when the approval expires, and not on a held ticket', async () => {
    const { requestId, ticketId } = await asked('2026-11-23T09:00:00.000Z');
    const token = await mintToken(db(), { requestId, to: 'a@aef.com', now });
    expect(await isUsed(token)).toBe(true);
    await db().update(tickets).set({ state: 'on_hold', heldSince: now }).where(eq(tickets.id, ticketId));
    expect(await isUsed(token)).toBe(false);
  });

  it.each(['rejected', 'quarantined'] as const)(
    'is spent by a mail that is %s, and another one is sent once',
    async (disposition) => {
      const { box, message, requestId } = await asked();
      const token = await mintToken(db(), { requestId, to: 'boss@aef.com', now });
      const refusal =
        disposition === 'rejected'
          ? ({ kind: 'refuse', disposition, reason: 'unknown_sender', explanation: '', warnings: [] } as const)
          : ({ kind: 'refuse', disposition, reason: 'mail_loop', explanation: '', warnings: [] } as const);
      await db().transaction((tx) => applyPlan(tx, refusal, contextOf(box, message, { token })));
      expect(await isUsed(token)).toBe(true);
      const mails = await mailsOf(requestId);
      expect(mails.map(({ kind, toAddress }) => [kind, toAddress])).toEqual([['approval_reminder', 'boss@aef.com']]);
      await db().transaction((tx) => spendToken(tx, token, now));
      expect(await mailsOf(requestId)).toHaveLength(1);
    },
  );

  it('sends nothing once it is decided, and nothing for a token that nobody knows', async () => {
    const { box, message, requestId, actionId } = await asked();
    const token = await mintToken(db(), { requestId, to: 'boss@aef.com', now });
    await db().update(approvals).set({ state: 'refused', decidedAt: now }).where(eq(approvals.actionId, actionId));
    const refusal = {
      kind: 'refuse',
      disposition: 'rejected',
      reason: 'already_decided',
      explanation: '',
      warnings: [],
    } as const;
    await db().transaction((tx) => applyPlan(tx, refusal, contextOf(box, message, { token })));
    await db().transaction((tx) => spendToken(tx, 'unknown', now));
    expect(await isUsed(token)).toBe(true);
    expect(await mailsOf(requestId)).toEqual([]);
  });
});
