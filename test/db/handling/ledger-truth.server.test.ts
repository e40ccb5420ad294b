import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { listApprovals } from '../../../src/db/approvals/approval-list.ts';
import { openApproval } from '../../../src/db/approvals/approvals.ts';
import { listLog } from '../../../src/db/log/log-list.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { releaseMessage } from '../../../src/db/messages/quarantine.ts';
import { messages, tickets } from '../../../src/db/schema/index.ts';
import { written } from '../../support/mail-sink.ts';
import { handling, mailing } from '../approvals/mails.ts';
import { mailbox, now, useDatabase } from '../fixtures.ts';

const requestor = 'fleblanc@aef.com';
const approver = 'ahaddad@aef.com';

const { db } = useDatabase();
let box: MailboxRecord;
const mail = mailing(db, () => box);
const handle = handling(db, () => box);

const asked = async (): Promise<{ readonly number: string; readonly id: number }> => {
  const number = (await mail(requestor, 'A laptop', `@CODE_CATALOG@='NEW_LAPTOP'\nMine is old.`)).ticketNumber ?? '';
  await openApproval(db(), { number, position: 0, now: new Date().toISOString() });
  const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
  return { number, id: ticket?.id ?? 0 };
};

const choice = (number: string, value = '1') => `@OPERATION@='SOLVE' @RFC_NUMBER@='${number}' @CHOICE@='${value}'`;

describe('F8: the ledger', () => {
  beforeAll(async () => {
    box = await mailbox(db());
  });

  it('says choice_pending of a choice that has no effect yet, as do ticket and approval', async () => {
    const { number, id } = await asked();
    const plain = written({ from: approver, to: box.address, subject: 'Accepted', body: choice(number) });
    const row = await handle(plain, 'none');
    expect(row).toMatchObject({ disposition: 'choice_pending', ticketNumber: number, reason: null });
    const [line] = await listLog(db(), { messageId: row.id }, { limit: 1 });
    expect(line).toMatchObject({ operation: 'SOLVE', result: 'choice_pending', ticketNumber: number });
    const pending = { choice: '1', since: row.handledAt };
    expect(await listApprovals(db(), id)).toMatchObject([{ state: 'waiting', asked: [{ state: 'asked', pending }] }]);

    expect(await mail(approver, 'Accepted', choice(number))).toMatchObject({ disposition: 'choice_recorded' });
    const [approval] = await listApprovals(db(), id);
    expect(approval?.asked).toMatchObject([{ state: 'accepted', pending: null }]);
  });

  it('keeps refused mails with the ticket that they name, and so its log is whole', async () => {
    const { number } = await asked();
    await mail(approver, 'Accepted', choice(number));
    const refused = [
      await mail(approver, 'Refused', choice(number, '0')),
      await mail('gsmith@aef.com', 'Mine', choice(number)),
      await mail(requestor, 'Typo', `@RFC_NUMBER@='${number}' @URGENCY@='9'`),
      await mail('stranger@else.test', `Re: [${number}]`, 'Hello'),
    ];
    expect(refused.map(({ reason }) => reason)).toEqual([
      'already_decided',
      'not_authorised',
      'invalid_value',
      'unknown_sender',
    ]);
    expect(refused.map(({ ticketNumber }) => ticketNumber)).toEqual(refused.map(() => number));
    const log = await listLog(db(), { ticketNumber: number }, { limit: 50 });
    const ids = log.map(({ messageId }) => messageId);
    for (const { id } of refused) expect(ids).toContain(id);
  });

  it('of a number that nobody has names none', async () => {
    expect(await mail(requestor, 'x', "@RFC_NUMBER@='I000101_000001' Hello")).toMatchObject({
      reason: 'unknown_ticket',
      ticketNumber: null,
    });
  });

  it('forgets the ticket when a message is handled anew', async () => {
    const { number } = await asked();
    const { id, ticketNumber } = await mail(requestor, 'Typo', `@RFC_NUMBER@='${number}' @URGENCY@='9'`);
    expect(ticketNumber).toBe(number);
    await releaseMessage(db(), id, { now, categoryId: null });
    const [row] = await db().select().from(messages).where(eq(messages.id, id));
    expect(row).toMatchObject({ disposition: null, ticketNumber: null });
  });
});
