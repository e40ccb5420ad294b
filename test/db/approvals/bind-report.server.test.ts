import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { bindReport } from '../../../src/db/approvals/bind-report.ts';
import { listApprovals } from '../../../src/db/approvals/approval-list.ts';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { markHanded, markSent, nameMail } from '../../../src/db/outgoing/outbox.ts';
import { listUndelivered, resendMail } from '../../../src/db/outgoing/outbox-list.ts';
import { createReplyIds } from '../../../src/db/outgoing/reply-ids.ts';
import {
  actions,
  approvalRequests,
  approvals,
  employeeAddresses,
  employees,
  operationLog,
  outbox,
  tickets,
  workflowOutbox,
} from '../../../src/db/schema/index.ts';
import type { ApprovalStep } from '../../../src/domain/approvals/approval.ts';
import { defaultPolicy } from '../../../src/domain/handling/policy.ts';
import { screen } from '../../../src/domain/handling/screen.ts';
import { mail as composed, read } from '../../support/mime.ts';
import { category, contextOf, createPlan, mailbox, now, secretBox, store, useDatabase } from '../fixtures.ts';

const { db } = useDatabase();
const replyIds = createReplyIds(secretBox);
const serverMessageId = '<AM0PR01MB1@EURPRD01.prod.outlook.com>';
const to = 'gone@aef.com';

let person = 0;
let manager = 0;
let runs = 0;
beforeAll(async () => {
  const [first, second] = await db()
    .select()
    .from(employees)
    .innerJoin(employeeAddresses, eq(employeeAddresses.employeeId, employees.id))
    .where(eq(employeeAddresses.isPrimary, true))
    .orderBy(employees.id)
    .limit(2);
  person = first?.employees.id ?? 0;
  manager = second?.employees.id ?? 0;
});

/** A request for approval that was sent to `to`, of a step that names somebody for escalation. */
const asked = async (escalateTo: number | null = manager) => {
  const box = await mailbox(db());
  const [origin = 0, reporting = 0] = await store(db(), box.id, `b${String(++runs)}`, `r${String(runs)}`);
  const [requestor] = await db()
    .insert(employees)
    .values({ name: `Requestor ${String(runs)}` })
    .returning();
  const plan = createPlan(await category(db(), 'SMARTPHONE'), { id: requestor?.id ?? 0 });
  const { ticketNumber: number } = await db().transaction((tx) => applyPlan(tx, plan, contextOf(box, origin)));
  await db().delete(outbox);
  await db().delete(workflowOutbox);
  const [ticket] = await db()
    .select()
    .from(tickets)
    .where(eq(tickets.number, number ?? ''));
  const ticketId = ticket?.id ?? 0;
  const [action] = await db().insert(actions).values({ ticketId, kind: 'validation', text: '', at: now }).returning();
  const actionId = action?.id ?? 0;
  const step: ApprovalStep = {
    ...{
      approvers: [person],
      rule: 'one',
      remindAfterHours: null,
      escalateAfterHours: escalateTo === null ? null : 24,
    },
    ...{ escalateTo, expireAfterHours: 48, onExpiry: 'refused' },
  };
  const key = `k${String(actionId)}`;
  await db().insert(approvals).values({
    actionId,
    ticketId,
    kind: 'approval',
    key,
    position: 0,
    step,
    askedAt: now,
    expiresAt: '2027-01-01T00:00:00.000Z',
  });
  const [request] = await db().insert(approvalRequests).values({ actionId, employeeId: person }).returning();
  const [row] = await db()
    .insert(outbox)
    .values({
      ...{ kind: 'approval_request', messageIdHeader: `<${String(runs)}@x>`, toAddress: to, ticketId, actionId },
      ...{ mailboxId: box.id, approvalRequestId: request?.id ?? 0, createdAt: now },
    })
    .returning();
  const id = row?.id ?? 0;
  const messageId = replyIds.msgIdOf({ id, ticketNumber: number ?? null, domain: 'support.test' });
  await nameMail(db(), id, messageId);
  await markHanded(db(), id);
  await markSent(db(), id, { now, subject: 'x', serverMessageId });
  const bind = async (raw: Uint8Array) => {
    const { message } = await read(raw);
    expect(screen(message, defaultPolicy)).not.toBeNull();
    const given = { messageId: reporting, mailboxId: box.id, now };
    if (message.report !== null)
      await db().transaction((tx) => bindReport(tx, replyIds, message.report ?? never(), given));
  };
  const outcome = async () => {
    const mails = await db().select().from(outbox).orderBy(outbox.id);
    const [approval] = await listApprovals(db(), ticketId);
    return {
      mails,
      asked: approval?.asked.map(({ employee, state, mail }) => ({ id: employee.id, state, mail: mail?.state })),
    };
  };
  return { id, messageId, ticketId, number, actionId, bind, outcome };
};
const never = (): never => {
  throw new Error('no report');
};

const multipart = (...parts: readonly (readonly [type: string, body: string])[]): string =>
  [...parts.map(([type, body]) => `--b\nContent-Type: ${type}\n\n${body}`), '--b--', ''].join('\n');
const reportType = 'Content-Type: multipart/report; report-type=delivery-status; boundary=b';
const statusOf = (address: string, action = 'failed', status = '5.1.1'): string =>
  `Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; ${address}\nAction: ${action}\nStatus: ${status}`;
const head = (from: string, ...fields: string[]): string[] => [
  `From: ${from}`,
  'To: support@aef.com',
  ...fields,
  'MIME-Version: 1.0',
];
const envelopeIdOf = (messageId: string): string => messageId.replace(/^<|@.*$/g, '');

/** As these programs write them, about the mail with this msg-id. */
const bounces: readonly (readonly [string, (messageId: string, address?: string) => Uint8Array])[] = [
  [
    'Postfix, with the header',
    (id, address = to) =>
      composed(
        head('MAILER-DAEMON@mx.test (Mail Delivery System)', reportType),
        multipart(
          ['message/delivery-status', statusOf(address)],
          ['text/rfc822-headers', `To: ${address}\nMessage-ID: ${id}`],
        ),
      ),
  ],
  [
    'Postfix, with the envelope id alone',
    (id, address = to) =>
      composed(
        head('MAILER-DAEMON@mx.test', reportType),
        multipart([
          'message/delivery-status',
          `Reporting-MTA: dns; mx.test\nOriginal-Envelope-Id: ${envelopeIdOf(id)}\n\nFinal-Recipient: rfc822; ${address}\nAction: failed\nStatus: 5.1.1`,
        ]),
      ),
  ],
  [
    'Exchange, by the id that it gave itself',
    (_, address = to) =>
      composed(
        head('postmaster@aef.com', 'Auto-Submitted: auto-replied', `In-Reply-To: ${serverMessageId}`, reportType),
        multipart(['text/html', '<p>undeliverable</p>'], ['message/delivery-status', statusOf(address)]),
      ),
  ],
  [
    'Gmail',
    (id, address = to) =>
      composed(
        head(
          'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
          `X-Failed-Recipients: ${address}`,
          `References: ${id}`,
          reportType,
        ),
        multipart(['message/delivery-status', statusOf(address)]),
      ),
  ],
  [
    'Exim',
    (id, address = to) =>
      composed(
        head(
          'Mail Delivery System <Mailer-Daemon@mx.test>',
          `X-Failed-Recipients: ${address}`,
          'Auto-Submitted: auto-replied',
        ),
        `A message that you sent could not be delivered.\n\n  ${address}\n    550 5.1.1 unknown user\n\n------ This is a copy of the message\n\nFrom: support@aef.com\nTo: ${address}\nMessage-ID: ${id}\nSubject: x\n\ntext\n`,
      ),
  ],
  [
    'qmail',
    (id, address = to) =>
      composed(
        ['Return-Path: <>', ...head('MAILER-DAEMON@mx.test')],
        `Hi. This is the qmail-send program at mx.test.\n\n<${address}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nFrom: support@aef.com\nTo: ${address}\nMessage-ID: ${id}\nSubject: x\n\ntext\n`,
      ),
  ],
];

describe('R8: a bounce of a mail of ours', () => {
  it.each(bounces)('%s: marks the mail, is logged with its ticket, and escalates', async (_, bounceOf) => {
    const { id, messageId, ticketId, number, actionId, bind, outcome } = await asked();
    await bind(bounceOf(messageId));
    await bind(bounceOf(messageId));
    const { mails, asked: people } = await outcome();
    expect(mails[0]).toMatchObject({ state: 'bounced', lastError: expect.stringContaining('(5.1.1)') as unknown });
    expect(people).toEqual([
      { id: person, state: 'superseded', mail: 'bounced' },
      { id: manager, state: 'asked', mail: 'pending' },
    ]);
    // Once, however often it is told; and nobody is answered.
    expect(mails.map(({ kind }) => kind)).toEqual(['approval_request', 'approval_escalation']);
    expect(await listUndelivered(db(), ticketId)).toMatchObject([{ id, to, state: 'bounced' }]);
    const logged = await db()
      .select()
      .from(operationLog)
      .where(eq(operationLog.ticketNumber, number ?? ''));
    expect(logged.filter(({ operation }) => operation === 'outbox.bounced')).toMatchObject([{ level: 'warning' }]);
    expect(await db().select().from(workflowOutbox)).toMatchObject([
      { kind: 'approval_changed', payload: { actionId } },
    ]);
    const [ticket] = await db().select().from(tickets).where(eq(tickets.id, ticketId));
    expect(ticket?.state).toBe('registered');
  });

  it('is marked where escalation names nobody, and can be sent again', async () => {
    const { id, messageId, bind, outcome } = await asked(null);
    await bind(bounces[0]?.[1](messageId) ?? never());
    const { mails, asked: people } = await outcome();
    expect(people).toEqual([{ id: person, state: 'asked', mail: 'bounced' }]);
    expect(mails).toHaveLength(1);
    expect(await resendMail(db(), id)).toBe(true);
    expect((await outcome()).mails).toMatchObject([{ state: 'pending', sentAt: null }]);
  });

  it('escalates only once it reached nobody: a delegate may answer in the place of the person', async () => {
    const { id, messageId, number, bind, outcome } = await asked();
    const [first] = await db().select().from(outbox).where(eq(outbox.id, id));
    const { kind, ticketId, actionId, approvalRequestId, mailboxId, createdAt, sentAt, state, handings } =
      first ?? never();
    const copy = { kind, ticketId, actionId, approvalRequestId, mailboxId, createdAt, sentAt, state, handings };
    const [row] = await db()
      .insert(outbox)
      .values({ ...copy, messageIdHeader: '<delegate@x>', toAddress: 'delegate@aef.com' })
      .returning();
    const delegated = replyIds.msgIdOf({ id: row?.id ?? 0, ticketNumber: number ?? null, domain: 'support.test' });
    const [, bounceOf = never] = bounces[0] ?? [];
    await bind(bounceOf(messageId));
    expect((await outcome()).asked).toMatchObject([{ id: person, state: 'asked' }]);
    await bind(bounceOf(delegated, 'delegate@aef.com'));
    expect((await outcome()).asked).toMatchObject([{ state: 'superseded' }, { id: manager, state: 'asked' }]);
  });

  it('of a delay is a note', async () => {
    const { messageId, bind, outcome } = await asked();
    await bind(
      composed(
        head('MAILER-DAEMON@mx.test', reportType),
        multipart(
          ['message/delivery-status', statusOf(to, 'delayed', '4.4.1')],
          ['text/rfc822-headers', `Message-ID: ${messageId}`],
        ),
      ),
    );
    const { mails, asked: people } = await outcome();
    expect(mails).toMatchObject([{ state: 'sent', lastError: 'The receiving server delays it (4.4.1).' }]);
    expect(people).toMatchObject([{ id: person, state: 'asked' }]);
  });

  it.each([
    ['names another recipient', (id: string) => bounces[0]?.[1](id, 'other@aef.com')],
    ['forges the keyed hash', (id: string) => bounces[0]?.[1](id.replace(/\.[0-9a-f]{20}@/, `.${'0'.repeat(20)}@`))],
    ['names nothing of ours', () => bounces[0]?.[1]('<somebody@else.test>')],
    ['is a bounce of a bounce', () => bounces[5]?.[1]('<20261125.bounce@mx.test>')],
    [
      'tells that the mail was delivered',
      (id: string) =>
        composed(
          head('postmaster@aef.com', reportType),
          multipart(
            ['message/delivery-status', statusOf(to, 'delivered', '2.0.0')],
            ['text/rfc822-headers', `Message-ID: ${id}`],
          ),
        ),
    ],
  ])('has no effect when it %s', async (_, bounceOf) => {
    const { messageId, bind, outcome } = await asked();
    const before = await outcome();
    await bind(bounceOf(messageId) ?? never());
    expect(await outcome()).toEqual(before);
    expect(await db().select().from(workflowOutbox)).toEqual([]);
  });
});
