import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { receiveBatch, type ReceivedBatch } from '../../../src/activities/mailboxes/receive.ts';
import { noFailpoint } from '../../../src/activities/shared/failpoint.ts';
import { findMailbox, type MailboxRecord, updateMailbox } from '../../../src/db/mailboxes/mailboxes.ts';
import { listToRemove, recordDisposition, recordRemoved } from '../../../src/db/messages/ledger.ts';
import { releaseMessage } from '../../../src/db/messages/quarantine.ts';
import { mailboxes, messages, notGiven } from '../../../src/db/schema/index.ts';
import { mailboxWarnings } from '../../../src/domain/mailboxes/mailbox-warnings.ts';
import { mailbox as createMailbox, mailboxForm, now, secretBox, useDatabase } from '../../db/fixtures.ts';
import { mail, openLocalSession, password } from '../../mail/connection/session-helpers.ts';
import { imapWith, type Kept, ways } from '../../mail/imap/unwilling-imap.ts';
import { scriptedPop3 } from '../../mail/pop3/scripted-pop3.ts';

const { db } = useDatabase();

const keep = (type: 'imap4' | 'pop3', port: number): Promise<MailboxRecord> =>
  createMailbox(db(), {
    type,
    mailServer: '127.0.0.1',
    port,
    sslTls: false,
    startTls: false,
    maxMessageBytes: 100_000,
  });

const read = async ({ id }: MailboxRecord): Promise<ReceivedBatch> => {
  const mailbox = await findMailbox(db(), id);
  const session = await openLocalSession(mailbox, password);
  try {
    const deps = { db: db(), failpoint: noFailpoint };
    return await receiveBatch(deps, mailbox, session, { maxMessages: 50, maxBytes: 1_000_000 });
  } finally {
    await session.close();
  }
};

const ledger = ({ id }: MailboxRecord) =>
  db().select().from(messages).where(eq(messages.mailboxId, id)).orderBy(messages.id);
const passedOver = ({ id }: MailboxRecord) => db().select().from(notGiven).where(eq(notGiven.mailboxId, id));
const due = ({ id }: MailboxRecord) =>
  db().update(notGiven).set({ nextAttemptAt: now }).where(eq(notGiven.mailboxId, id));

/** As the agent does when it has handled one. */
const handle = (id: number): Promise<void> =>
  recordDisposition(db(), {
    ...{ id, now, disposition: 'redirected', reason: null, explanation: null, notices: [], ticketNumber: null },
    ...{ messageId: null, contentKey: null, fromAddress: null, senderAuthentication: 'none', subject: null },
  });

describe('a message that is listed and not given', () => {
  it.each(ways)('K4, K5: by %s does not keep those around it, is passed over, and is warned of', async (way) => {
    await using server = await imapWith(
      new Map<number, Kept>([
        [1, { raw: mail('before') }],
        [2, way],
        [3, { raw: mail('behind') }],
      ]),
    );
    const mailbox = await keep('imap4', server.port);
    // A cut says nothing of which message it was: the next read asks for each alone.
    for (let reads = 0; reads < 4; reads += 1) await read(mailbox);
    expect((await ledger(mailbox)).map(({ protocolId }) => protocolId)).toEqual(['1:1', '1:3']);
    expect(await passedOver(mailbox)).toMatchObject([{ protocolId: '1:2', attempts: 1 }]);
    const asked = server.received.length;
    expect(await read(mailbox)).toMatchObject({ more: false, mailError: undefined });
    expect(server.received.slice(asked).filter((line) => line.includes('FETCH'))).toEqual([]);
    expect(mailboxWarnings(await findMailbox(db(), mailbox.id), now).map(({ code }) => code)).toEqual(['not_given']);
  });

  it('K4: is quarantined after its attempts, stays in the inbox, and is asked for again when it is released', async () => {
    const inbox = new Map<number, Kept>([[1, 'nil']]);
    await using server = await imapWith(inbox);
    const mailbox = await keep('imap4', server.port);
    for (let reads = 0; reads < 5; reads += 1) {
      await due(mailbox);
      expect(await read(mailbox)).toMatchObject({ more: false });
    }
    const [row, ...others] = await ledger(mailbox);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ disposition: 'quarantined', reason: 'not_given', removedAt: null, attempts: 5 });
    expect(await passedOver(mailbox)).toEqual([]);
    expect(await listToRemove(db(), mailbox.id, 10)).toEqual([]);
    expect((await findMailbox(db(), mailbox.id)).notGivenMessages).toBe(1);

    inbox.set(1, { raw: mail('given at last') });
    await read(mailbox);
    expect(await ledger(mailbox)).toHaveLength(1);
    await releaseMessage(db(), row?.id ?? 0, { now, categoryId: null });
    await read(mailbox);
    expect(await ledger(mailbox)).toMatchObject([{ disposition: null, size: mail('given at last').length }]);
    expect((await findMailbox(db(), mailbox.id)).notGivenMessages).toBe(0);
  });

  it.each(['nil', 'refused'] as const)(
    'K4: 60 of them by %s do not starve the one behind, nor make a loop',
    async (way) => {
      const inbox = new Map<number, Kept>(Array.from({ length: 60 }, (_, index) => [index + 1, way]));
      inbox.set(61, { raw: mail('good') });
      await using server = await imapWith(inbox);
      const mailbox = await keep('imap4', server.port);
      const more: boolean[] = [];
      for (let reads = 0; reads < 4; reads += 1) more.push((await read(mailbox)).more);
      expect((await ledger(mailbox)).map(({ protocolId }) => protocolId)).toEqual(['1:61']);
      expect(more.slice(-2)).toEqual([false, false]);
    },
  );

  it('K4: is forgotten when it leaves the inbox', async () => {
    const inbox = new Map<number, Kept>([[1, 'no row']]);
    await using server = await imapWith(inbox);
    const mailbox = await keep('imap4', server.port);
    await read(mailbox);
    expect(await passedOver(mailbox)).toHaveLength(1);
    inbox.clear();
    await read(mailbox);
    expect(await passedOver(mailbox)).toEqual([]);
    expect((await findMailbox(db(), mailbox.id)).notGivenMessages).toBe(0);
  });

  it('K4: by RETR -ERR of POP3 is passed over', async () => {
    const answers = { RETR: '-ERR cannot open message\r\n' };
    await using server = await scriptedPop3([{ uidl: 'a', raw: mail('a') }], { answers });
    const mailbox = await keep('pop3', server.port);
    await read(mailbox);
    expect(await passedOver(mailbox)).toMatchObject([{ protocolId: 'a', attempts: 1 }]);
  });
});

describe('an id that is given again', () => {
  it('K2, R2: holds a new message, while the same one is only removed again', async () => {
    const inbox = new Map<number, Kept>([[7, { raw: mail('old') }]]);
    await using server = await imapWith(inbox);
    const mailbox = await keep('imap4', server.port);
    await read(mailbox);
    const [old] = await ledger(mailbox);
    await handle(old?.id ?? 0);
    await recordRemoved(db(), [old?.id ?? 0], now);

    await read(mailbox);
    expect(await ledger(mailbox)).toMatchObject([{ id: old?.id, removedAt: null }]);
    await recordRemoved(db(), [old?.id ?? 0], now);

    inbox.set(7, { raw: mail('new') });
    await read(mailbox);
    await read(mailbox);
    expect(await ledger(mailbox)).toMatchObject([
      { id: old?.id, recurrence: 0, removedAt: now },
      { protocolId: '1:7', recurrence: 1, disposition: null },
    ]);
  });

  it('K2: holds a new message also where it is larger than the mailbox takes', async () => {
    const large = (subject: string): Kept => ({ raw: mail(subject, 'x'.repeat(200_000)) });
    const inbox = new Map<number, Kept>([[7, large('old')]]);
    await using server = await imapWith(inbox);
    const mailbox = await keep('imap4', server.port);
    await read(mailbox);
    const [old] = await ledger(mailbox);
    expect(old?.oversized).toBe(true);
    await handle(old?.id ?? 0);
    await recordRemoved(db(), [old?.id ?? 0], now);
    inbox.set(7, large('new'));
    await read(mailbox);
    expect(await ledger(mailbox)).toMatchObject([{ recurrence: 0 }, { recurrence: 1, oversized: true }]);
  });
});

describe('another account', () => {
  it.each([
    { what: 'server', changes: { mailServer: 'localhost' } },
    { what: 'login', changes: { login: 'other@aef.com' } },
  ])('R3: of another $what shares no id with the one before', async ({ changes }) => {
    await using server = await imapWith(new Map([[7, { raw: mail('one') }]]));
    const mailbox = await keep('imap4', server.port);
    await read(mailbox);
    const [first] = await ledger(mailbox);
    await handle(first?.id ?? 0);
    const form = { ...(await mailboxForm(db())), type: 'imap4', mailServer: '127.0.0.1', port: server.port } as const;
    await updateMailbox(db(), secretBox, mailbox.id, { ...form, sslTls: false, maxMessageBytes: 100_000, ...changes });
    const changed = await findMailbox(db(), mailbox.id);
    expect(changed.account).toBe(mailbox.account + 1);
    expect(await listToRemove(db(), mailbox.id, 10, changed.account)).toEqual([]);
    await read(mailbox);
    expect((await ledger(mailbox)).map(({ account, disposition }) => [account, disposition])).toEqual([
      [mailbox.account, 'redirected'],
      [changed.account, null],
    ]);
    await db().delete(messages).where(eq(messages.mailboxId, mailbox.id));
    await db().update(mailboxes).set({ active: false }).where(eq(mailboxes.id, mailbox.id));
  });
});
