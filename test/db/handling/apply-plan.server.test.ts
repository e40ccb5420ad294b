import { createHash } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import type { ApplyContext } from '../../../src/db/handling/apply-context.ts';
import type { Tx } from '../../../src/db/shared/connect.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import * as schema from '../../../src/db/schema/index.ts';
import { updateSettings } from '../../../src/db/settings/settings.ts';
import type { Category } from '../../../src/domain/handling/facts.ts';
import type { Attachment } from '../../../src/domain/messages/message.ts';
import type { Plan } from '../../../src/domain/handling/plan.ts';
import { category, contextOf, createPlan, mailbox, now, store, useDatabase } from '../fixtures.ts';

const { actions, blobs, documents, employees, messages, operationLog, outbox, tickets, workflowOutbox } = schema;
const { db, url } = useDatabase();
let box: MailboxRecord;
let smartphone: Category;
let leblanc: number;
let received = 0;

beforeAll(async () => {
  box = await mailbox(db());
  smartphone = await category(db(), 'SMARTPHONE');
  const [person] = await db().select().from(employees).where(eq(employees.name, 'Françoise Leblanc'));
  leblanc = person?.id ?? 0;
});

const aMessage = async (): Promise<number> => {
  const [id] = await store(db(), box.id, `message ${++received}`);
  return id ?? 0;
};

const apply = async (plan: Plan, changes: Partial<ApplyContext> = {}) => {
  const messageId = await aMessage();
  const result = await db().transaction((tx) => applyPlan(tx, plan, contextOf(box, messageId, changes)));
  return { messageId, number: result.ticketNumber ?? '' };
};

const ticketOf = async (number: string) => {
  const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
  return ticket;
};

const file = (name: string, text: string, inline = false): { attachment: Attachment; bytes: Uint8Array } => {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { attachment: { name, contentType: 'text/plain', size: bytes.length, sha256, inline }, bytes };
};

const withFiles = (...files: readonly ReturnType<typeof file>[]) => ({
  documents: { attachments: files.map(({ attachment }) => attachment), reply: false },
  contents: new Map(files.map(({ attachment, bytes }) => [attachment.sha256, bytes])),
});

const change = (number: string, changes: Partial<Extract<Plan, { kind: 'change' }>>): Plan => ({
  kind: 'change',
  disposition: 'updated',
  number,
  state: 'registered',
  changes: {},
  action: { kind: 'update', text: 'Said so.', dueAt: null },
  documents: { attachments: [], reply: false },
  warnings: [],
  ...changes,
});

describe('a new ticket', () => {
  it('has its fields, a first action, its documents, a process to start, a line in the log and in the ledger', async () => {
    const { documents: planned, contents } = withFiles(file('document.txt', 'a document'));
    const plan = createPlan(smartphone, { id: leblanc }, { documents: planned });
    const { messageId, number } = await apply(plan, { contents });
    expect(number).toMatch(/^I261123_\d{6}$/);
    const ticket = await ticketOf(number);
    expect(ticket).toMatchObject({
      ...plan.fields,
      state: 'registered',
      process: 'Incident: Standard Process',
      requestorId: leblanc,
      mailboxId: box.id,
      createdAt: now,
    });
    const ticketId = ticket?.id ?? 0;
    expect(await db().select().from(actions).where(eq(actions.ticketId, ticketId))).toMatchObject([
      { kind: 'registration', employeeId: leblanc, messageId, at: now },
    ]);
    expect(await db().select().from(documents).where(eq(documents.ticketId, ticketId))).toMatchObject([
      { name: 'document.txt', contentType: 'text/plain', size: 10, messageId },
    ]);
    expect(await db().select().from(workflowOutbox).where(eq(workflowOutbox.ticketNumber, number))).toMatchObject([
      { kind: 'start_ticket', dispatchedAt: null },
    ]);
    expect(await db().select().from(operationLog).where(eq(operationLog.messageId, messageId))).toMatchObject([
      {
        operation: 'CREATE',
        result: 'created',
        ticketNumber: number,
        who: 'fleblanc@aef.com',
        whoKind: 'mail',
        level: 'info',
      },
    ]);
    expect(await db().select().from(messages).where(eq(messages.id, messageId))).toMatchObject([
      { disposition: 'created', ticketNumber: number, handledAt: now, fromAddress: 'fleblanc@aef.com', reason: null },
    ]);
  });

  it('takes eight statements at most', async () => {
    const { documents: planned, contents } = withFiles(file('a.txt', 'counted'), file('b.txt', 'counted as well'));
    const statements: string[] = [];
    const sql = postgres(url(), { max: 1, onnotice: () => undefined });
    try {
      const counted = drizzle(sql, {
        schema,
        casing: 'snake_case',
        logger: { logQuery: (query) => statements.push(query) },
      });
      const context = contextOf(box, await aMessage(), { contents });
      await counted.transaction((tx: Tx) =>
        applyPlan(tx, createPlan(smartphone, { id: leblanc }, { documents: planned }), context),
      );
    } finally {
      await sql.end();
    }
    expect(statements.length).toBeLessThanOrEqual(8);
  });

  it('makes its requestor known, once for all mails of the same stranger at the same time', async () => {
    const stranger = { address: 'new@aef.com', name: 'New Comer' };
    const applied = await Promise.all(
      Array.from({ length: 4 }, () => apply(createPlan(smartphone, stranger), { sender: stranger.address })),
    );
    const requestors = await Promise.all(applied.map(async ({ number }) => (await ticketOf(number))?.requestorId));
    expect(new Set(requestors).size).toBe(1);
    expect(await db().select().from(employees).where(eq(employees.name, 'New Comer'))).toHaveLength(1);
  });

  it('leaves nothing when a step in the middle fails', async () => {
    const count = async () => ({
      tickets: await db().$count(tickets),
      actions: await db().$count(actions),
      blobs: await db().$count(blobs),
      documents: await db().$count(documents),
      workflowOutbox: await db().$count(workflowOutbox),
      log: await db().$count(operationLog),
      handled: await db().$count(messages, eq(messages.disposition, 'created')),
    });
    const before = await count();
    const { attachment, bytes } = file('broken.txt', 'never stored');
    const broken = { ...attachment, contentType: null as unknown as string };
    const plan = createPlan(smartphone, { id: leblanc }, { documents: { attachments: [broken], reply: false } });
    await expect(apply(plan, { contents: new Map([[attachment.sha256, bytes]]) })).rejects.toThrow();
    await expect(apply(plan, { contents: new Map() })).rejects.toThrow('content of the attachment');
    expect(await count()).toEqual(before);
  });

  it('is made once for one content, by a constraint, whatever the server delivers again', async () => {
    const plan = createPlan(smartphone, { id: leblanc });
    const both = await Promise.allSettled([
      apply(plan, { contentKey: 'delivered twice' }),
      apply(plan, { contentKey: 'delivered twice' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a change', () => {
  it('changes the fields it names, and tells the process', async () => {
    const { number } = await apply(createPlan(smartphone, { id: leblanc }));
    await apply(change(number, { changes: { urgency: 3, priority: 4, customFields: { E_FLOOR: '3' } } }));
    expect(await ticketOf(number)).toMatchObject({
      urgency: 3,
      priority: 4,
      impact: 2,
      customFields: { E_FLOOR: '3' },
    });
    const told = await db()
      .select()
      .from(workflowOutbox)
      .where(eq(workflowOutbox.ticketNumber, number))
      .orderBy(asc(workflowOutbox.id));
    expect(told.map(({ kind }) => kind)).toEqual(['start_ticket', 'ticket_changed']);
  });

  it('keeps the clocks of a hold, a solution and a reopening', async () => {
    await updateSettings(db(), { closeSolvedAfterHours: 1 });
    const { number } = await apply(createPlan(smartphone, { id: leblanc }));
    const until = '2026-12-01T00:00:00.000Z';
    await apply(
      change(number, {
        disposition: 'put_on_hold',
        state: 'on_hold',
        action: { kind: 'hold', text: '', dueAt: until },
      }),
    );
    expect(await ticketOf(number)).toMatchObject({ state: 'on_hold', holdUntil: until });
    await apply(change(number, { state: 'on_hold', changes: { phone: '12' } }));
    expect(await ticketOf(number)).toMatchObject({ state: 'on_hold', holdUntil: until, phone: '12' });
    await apply(
      change(number, { disposition: 'solved', state: 'solved', action: { kind: 'solution', text: '', dueAt: null } }),
    );
    expect(await ticketOf(number)).toMatchObject({
      state: 'solved',
      holdUntil: null,
      solvedAt: now,
      closeAt: '2026-11-23T11:00:00.000Z',
    });
    await apply(change(number, { disposition: 'reopened', action: { kind: 'restart', text: '', dueAt: null } }));
    expect(await ticketOf(number)).toMatchObject({ state: 'registered', solvedAt: null, closeAt: null });
  });

  it('keeps a reply as a document without a word to the process', async () => {
    const { number } = await apply(createPlan(smartphone, { id: leblanc }));
    const reply = change(number, { disposition: 'filed', documents: { attachments: [], reply: true } });
    const { messageId } = await apply(reply, { replyText: 'It works again. Ça marche.\n' });
    const ticketId = (await ticketOf(number))?.id ?? 0;
    const [document] = await db().select().from(documents).where(eq(documents.ticketId, ticketId));
    expect(document?.name).toBe(`message-${messageId}.txt`);
    const [blob] = await db()
      .select()
      .from(blobs)
      .where(eq(blobs.sha256, document?.sha256 ?? ''));
    expect(Buffer.from(blob?.bytes ?? '').toString()).toBe('It works again. Ça marche.\n');
    expect(await db().$count(workflowOutbox, eq(workflowOutbox.ticketNumber, number))).toBe(1);
  });

  it('stores a logo once a ticket under whatever name, and two attached files of one content as two', async () => {
    const { number } = await apply(createPlan(smartphone, { id: leblanc }));
    for (const name of ['image001.png', 'image002.png']) {
      const { documents: planned, contents } = withFiles(
        file(name, 'logo', true),
        file('a.txt', 'same'),
        file('b.txt', 'same'),
      );
      await apply(change(number, { documents: planned }), { contents });
    }
    const ticketId = (await ticketOf(number))?.id ?? 0;
    const stored = await db()
      .select()
      .from(documents)
      .where(eq(documents.ticketId, ticketId))
      .orderBy(asc(documents.id));
    expect(stored.map(({ name }) => name)).toEqual(['image001.png', 'a.txt', 'b.txt']);
  });
});

describe('a refusal', () => {
  it('records the reason, and touches no ticket', async () => {
    const { messageId } = await apply({
      kind: 'refuse',
      disposition: 'rejected',
      reason: 'sender_mismatch',
      explanation: 'The mail names somebody else.',
      warnings: [],
    });
    expect(await db().select().from(messages).where(eq(messages.id, messageId))).toMatchObject([
      { disposition: 'rejected', reason: 'sender_mismatch', ticketNumber: null },
    ]);
    expect(await db().select().from(operationLog).where(eq(operationLog.messageId, messageId))).toMatchObject([
      { level: 'warning', operation: 'REFUSE', reason: 'sender_mismatch: The mail names somebody else.' },
    ]);
  });

  it('may be recorded again for the same content', async () => {
    const plan = {
      kind: 'refuse',
      disposition: 'duplicate',
      reason: 'same_message',
      explanation: 'Handled before.',
      warnings: [],
    } as const;
    await apply(plan, { contentKey: 'again' });
    await apply(plan, { contentKey: 'again' });
  });
});

describe('a redirection', () => {
  it('puts one mail with the original into the outbox', async () => {
    const { messageId } = await apply({
      kind: 'redirect',
      disposition: 'redirected',
      to: 'desk@aef.com',
      warnings: [],
    });
    const mails = await db().select().from(outbox).where(eq(outbox.attachedMessageId, messageId));
    expect(mails).toMatchObject([
      { toAddress: 'desk@aef.com', tags: { SUBJECT: 'The screen stays black' }, state: 'pending' },
    ]);
    expect(mails[0]?.messageIdHeader).toMatch(/^<[0-9a-f-]{36}@aef\.com>$/);
  });
});
