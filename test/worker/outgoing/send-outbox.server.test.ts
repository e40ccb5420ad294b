import { eq } from 'drizzle-orm';
import pino from 'pino';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReplyIds } from '../../../src/db/outgoing/reply-ids.ts';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { listWayErrors, tryWaysAgain } from '../../../src/db/outgoing/sending-ways.ts';
import {
  enqueueMail,
  isServerMessageId,
  takeUnsent,
  ticketOfServerMessageIds,
} from '../../../src/db/outgoing/outbox.ts';
import {
  actions,
  approvalRequests,
  approvals,
  approvalTokens,
  employees,
  outbox,
  sendingWays,
  tickets,
} from '../../../src/db/schema/index.ts';
import type { ApprovalStep } from '../../../src/domain/approvals/approval.ts';
import { connect, type Db } from '../../../src/db/shared/connect.ts';
import { updateSettings } from '../../../src/db/settings/settings.ts';
import { type Envelope, SendError, type Sender } from '../../../src/mail/outgoing/send.ts';
import { createOutboxSender } from '../../../src/worker/outgoing/send-outbox.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { isDatabaseAway } from '../../../src/activities/shared/faults.ts';
import { category, contextOf, createPlan, mailbox, now, secretBox, store, useDatabase } from '../../db/fixtures.ts';

const { db, url } = useDatabase();
const logger = pino({ level: 'silent' });

beforeAll(async () => {
  await mailbox(db());
});
beforeEach(async () => {
  await db().delete(sendingWays);
  await db().delete(outbox);
  await updateSettings(db(), { supportReturnEmailAddress: 'support@aef.com', answersPerHour: 1000 });
});

const write = (address: string) => enqueueMail(db(), { kind: 'assignment', to: { address }, ticketId: null, now });

/** A server that does with each mail what `fate` says of its recipient. */
const serverWith = (fate: (to: string) => void = () => undefined) => {
  const got: string[] = [];
  const envelopes: Envelope[] = [];
  const mails: string[] = [];
  const sender: Sender = {
    send: (raw, envelope) => {
      const { to } = envelope;
      mails.push(Buffer.from(raw).toString());
      envelopes.push(envelope);
      try {
        fate(to);
        got.push(to);
        return Promise.resolve({ serverMessageId: null });
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
    verify: () => Promise.resolve(),
    close: () => undefined,
  };
  return { got, sender, envelopes, mails };
};
const sendersOf = (sender: Sender) => ({ hasSmtp: true, of: () => Promise.resolve(sender), close: () => undefined });
const turnOf = (sender: Sender, on: Db = db()) =>
  createOutboxSender({
    db: on,
    replyIds: createReplyIds(secretBox),
    timeZone: 'UTC',
    senders: sendersOf(sender),
    logger,
  });

/** An approval that waits for one person. */
const anApproval = async (on: Db) => {
  const box = await mailbox(on);
  const [message = 0] = await store(on, box.id, `approval ${String(box.id)}`);
  const [person] = await on.select().from(employees).limit(1);
  const employeeId = person?.id ?? 0;
  const plan = createPlan(await category(on, 'SMARTPHONE'), { id: employeeId });
  const { ticketNumber: number } = await on.transaction((tx) => applyPlan(tx, plan, contextOf(box, message)));
  await on.delete(outbox);
  const [ticket] = await on
    .select()
    .from(tickets)
    .where(eq(tickets.number, number ?? ''));
  const ticketId = ticket?.id ?? 0;
  const [action] = await on.insert(actions).values({ ticketId, kind: 'validation', text: '', at: now }).returning();
  const actionId = action?.id ?? 0;
  const step: ApprovalStep = {
    ...{ approvers: [employeeId], remindAfterHours: null, escalateAfterHours: null, escalateTo: null },
    ...{ rule: 'one', expireAfterHours: 24, onExpiry: 'refused' },
  };
  await on.insert(approvals).values({
    actionId,
    ticketId,
    kind: 'approval',
    key: `k${String(actionId)}`,
    position: 0,
    step,
    askedAt: now,
    expiresAt: now,
  });
  const [request] = await on.insert(approvalRequests).values({ actionId, employeeId }).returning();
  return { requestId: request?.id ?? 0, actionId, ticketId, number };
};
const states = async () =>
  db().select({ to: outbox.toAddress, state: outbox.state, attempts: outbox.attempts }).from(outbox).orderBy(outbox.id);

describe('sending the outbox', () => {
  it.each([
    ['an address that no mail can be written to', 'no address at all', () => undefined],
    [
      'a fault of the sender',
      'odd@aef.com',
      (to: string) => {
        if (to.startsWith('odd')) throw new TypeError('odd');
      },
    ],
  ])('R4: %s holds back nobody, and is recorded with its mail', async (_, address, fate) => {
    await write(address);
    await write('a@aef.com');
    await write('b@aef.com');
    const { got, sender } = serverWith(fate);
    await turnOf(sender)();
    expect(got).toEqual(['a@aef.com', 'b@aef.com']);
    expect(await states()).toMatchObject([{ state: 'pending', attempts: 1 }, { state: 'sent' }, { state: 'sent' }]);
  });

  it('R4: an address that the product accepts can be written to', async () => {
    await write('taro..yamada.@docomo.ne.jp');
    const { got, sender } = serverWith();
    await turnOf(sender)();
    expect(got).toEqual(['taro..yamada.@docomo.ne.jp']);
  });

  it('R11, R12: a sender holds one mail, for a minute', async () => {
    await write('a@aef.com');
    await write('b@aef.com');
    const seen: unknown[] = [];
    const { sender } = serverWith();
    const slow: Sender = {
      ...sender,
      send: async (raw, envelope) => {
        const held = await db().$count(outbox, eq(outbox.state, 'pending'));
        const [row] = await db().select().from(outbox).where(eq(outbox.toAddress, envelope.to));
        const left = Date.parse(row?.nextAttemptAt ?? '') - Date.now();
        const others = await takeUnsent(db(), 10, { hasSmtp: true });
        seen.push({ held, within: left > 0 && left <= 61_000, others: others.map(({ to }) => to) });
        return sender.send(raw, envelope);
      },
    };
    await turnOf(slow)();
    expect(seen).toEqual([{ held: 2, within: true, others: ['b@aef.com'] }]);
  });

  it('R10: a mail that the server took is not sent again because the database was away', async () => {
    await write('a@aef.com');
    let away = true;
    const proxy = await startTcpProxy(Number(new URL(url()).port), (sent) =>
      away && /update "outbox" set .*"sent_at"/.test(sent) ? 'lost' : 'passes',
    );
    const proxied = new URL(url());
    proxied.hostname = '127.0.0.1';
    proxied.port = String(proxy.port);
    const database = connect(proxied.href, { max: 1 });
    const { got, sender } = serverWith();
    const turn = turnOf(sender, database.db);
    await expect(turn()).rejects.toSatisfy(isDatabaseAway);
    away = false;
    await db().update(outbox).set({ nextAttemptAt: '2020-01-01T00:00:00.000Z' }).where(eq(outbox.state, 'pending'));
    await turn();
    expect(got).toEqual(['a@aef.com']);
    expect(await states()).toMatchObject([{ state: 'sent' }]);
    await database.close();
    await proxy.close();
  });

  it('R10: a mail whose first sending is unknown is sent again with its Message-ID and token, and both say so', async () => {
    const { requestId, actionId, ticketId } = await anApproval(db());
    await enqueueMail(db(), {
      ...{
        kind: 'approval_request',
        to: { address: 'a@aef.com' },
        ticketId,
        actionId,
        approvalRequestId: requestId,
        now,
      },
    });
    let answers = false;
    const { got, sender, envelopes, mails } = serverWith(() => {
      if (!answers) throw new SendError('unreachable', 'It fell silent.', '', { isUnknown: true });
    });
    await turnOf(sender)();
    answers = true;
    await db().update(outbox).set({ nextAttemptAt: null });
    await turnOf(sender)();
    expect(got).toEqual(['a@aef.com']);
    const [first, second] = envelopes;
    expect([first?.isRepeated, second?.isRepeated]).toEqual([false, true]);
    expect(second?.messageId).toBe(first?.messageId);
    expect(mails.map((mail) => /^X-TSA-Repetition: possible\r$/im.test(mail))).toEqual([false, true]);
    const [token, again] = mails.map(
      (mail) => /TOKEN%40%3D%27([\w-]+)/.exec(mail.replaceAll(/=\r\n|3D(?=%)/g, ''))?.[1],
    );
    expect(again).toBe(token);
    const tokens = await db().select().from(approvalTokens).where(eq(approvalTokens.requestId, requestId));
    expect(tokens).toMatchObject([{ usedAt: null }]);
    expect(await db().select().from(outbox)).toMatchObject([{ state: 'sent', handings: 2 }]);
  });

  it.each([
    ['a refusal for the moment', new SendError('deferred', 'Not now.', '')],
    ['a refused login', new SendError('credentials_refused', 'No.', '')],
    ['a server that is not there', new SendError('unreachable', 'Nobody.', '', { isOurs: true })],
  ])('R10: after %s it was never given away, and is not marked', async (_, error) => {
    await write('a@aef.com');
    let answers = false;
    const { sender, envelopes } = serverWith(() => {
      if (!answers) throw error;
    });
    await turnOf(sender)();
    answers = true;
    await db().update(outbox).set({ nextAttemptAt: null });
    await tryWaysAgain(db());
    await turnOf(sender)();
    expect(envelopes.map(({ isRepeated }) => isRepeated)).toEqual([false, false]);
    expect(await db().select().from(outbox)).toMatchObject([{ state: 'sent', handings: 1 }]);
  });

  it('R10: a worker that died while it sent has given the mail away', async () => {
    await write('a@aef.com');
    const { sender } = serverWith();
    const dying: Sender = { ...sender, send: () => Promise.reject(new Error('killed')) };
    await turnOf(dying)();
    expect(await db().select().from(outbox)).toMatchObject([{ state: 'pending', handings: 1 }]);
  });

  it.each([
    ['acknowledgement', null],
    ['answer', null],
    ['approval_request', 'support@aef.com'],
    ['assignment', 'support@aef.com'],
    ['choice_answer', 'support@aef.com'],
  ] as const)('bounces of %s go to %s', async (kind, from) => {
    await enqueueMail(db(), { kind, to: { address: 'a@aef.com' }, ticketId: null, now });
    const { sender, envelopes } = serverWith();
    await turnOf(sender)();
    expect(envelopes).toMatchObject([{ from, fromOtherwise: 'support@aef.com' }]);
  });

  it('keeps the Message-ID that the server gave, and a reply that names it finds the ticket', async () => {
    const { ticketId, number } = await anApproval(db());
    await enqueueMail(db(), { kind: 'assignment', to: { address: 'a@aef.com' }, ticketId, now });
    const serverMessageId = '<AM0PR0@eurprd.prod.outlook.com>';
    const { sender, mails } = serverWith();
    await turnOf({ ...sender, send: async (...given) => ({ ...(await sender.send(...given)), serverMessageId }) })();
    expect(await ticketOfServerMessageIds(db(), ['<x@y>', serverMessageId])).toBe(number);
    expect(await ticketOfServerMessageIds(db(), ['<x@y>'])).toBeNull();
    expect([await isServerMessageId(db(), serverMessageId), await isServerMessageId(db(), '<x@y>')]).toEqual([
      true,
      false,
    ]);
    const [, ours] = /^Message-ID: (<.+>)\r$/m.exec(mails[0] ?? '') ?? [];
    const [row] = await db().select().from(outbox);
    expect(createReplyIds(secretBox).mailOf(ours ?? '')).toBe(row?.id);
    expect(createReplyIds(secretBox).mailOf('<S261123_000777.1.0123456789abcdef0123@aef.com>')).toBeNull();
    const [references] = /^References: .+$/m.exec((mails[0] ?? '').replaceAll(/\r\n /g, ' ')) ?? [];
    expect(references).toContain(ours);
  });

  it.each(['credentials_refused', 'sender_refused', 'tls'] as const)(
    'K10: %s keeps the mails as they are, and sending rests',
    async (kind) => {
      await write('a@aef.com');
      await write('b@aef.com');
      let tries = 0;
      const { sender } = serverWith(() => {
        tries += 1;
        throw new SendError(kind, 'No.', 'Remedy it.');
      });
      const turn = turnOf(sender);
      expect(await turn()).toBe(false);
      expect(await turn()).toBe(false);
      expect(tries).toBe(1);
      expect(await states()).toMatchObject([
        { state: 'pending', attempts: 0 },
        { state: 'pending', attempts: 0 },
      ]);
      expect(await listWayErrors(db())).toMatchObject([{ way: 'smtp', detail: 'No. Remedy it.', failures: 1 }]);
      await tryWaysAgain(db());
      const cured = serverWith();
      await turnOf(cured.sender)();
      expect(cured.got).toEqual(['a@aef.com', 'b@aef.com']);
      expect(await listWayErrors(db())).toEqual([]);
    },
  );
});
