import { beforeEach, describe, expect, it } from 'vitest';
import { createMailbox, type MailboxInput, updateMailbox } from '../../../src/db/mailboxes/mailboxes.ts';
import { takeUnsent } from '../../../src/db/outgoing/outbox.ts';
import { recordWayError } from '../../../src/db/outgoing/sending-ways.ts';
import { mailboxes, outbox } from '../../../src/db/schema/index.ts';
import { updateSettings } from '../../../src/db/settings/settings.ts';
import { mailboxForm, now, secretBox, useDatabase } from '../fixtures.ts';

const { db } = useDatabase();

describe('the way of a mail', () => {
  beforeEach(async () => {
    await db().delete(outbox);
    await db().update(mailboxes).set({ deletedAt: now });
    await updateSettings(db(), { supportReturnEmailAddress: null });
  });
  const formOf = async (address: string, sendVia: 'smtp' | 'mailbox'): Promise<MailboxInput> => ({
    ...(await mailboxForm(db())),
    ...{ type: 'office365', mailServer: 'outlook.office365.com', login: address, address, sendVia },
    ...{ applicationId: 'a', directoryId: 'b' },
  });
  const office = async (address: string, sendVia: 'smtp' | 'mailbox') =>
    createMailbox(db(), secretBox, await formOf(address, sendVia));
  const aMailOf = (mailboxId: number, kind: 'redirect' | 'assignment' = 'assignment') =>
    db()
      .insert(outbox)
      .values({
        kind,
        messageIdHeader: `<${kind}-${String(mailboxId)}@x>`,
        mailboxId,
        toAddress: 'a@aef.com',
        createdAt: now,
      });
  const senders = async (hasSmtp: boolean) =>
    (await takeUnsent(db(), 10, { hasSmtp })).map(({ kind, senderId }) => ({ kind, senderId }));

  it('is the mailbox that it comes from, where that sends for itself', async () => {
    const [desk, sales] = [await office('desk@aef.com', 'mailbox'), await office('sales@aef.com', 'smtp')];
    await aMailOf(desk.id);
    await aMailOf(sales.id);
    // Without an SMTP server the other one waits.
    expect(await senders(false)).toEqual([{ kind: 'assignment', senderId: desk.id }]);
    expect(await senders(true)).toEqual([{ kind: 'assignment', senderId: null }]);
  });

  it('is the mailbox of the return address, but for what is redirected', async () => {
    const [desk, sales] = [await office('desk@aef.com', 'mailbox'), await office('sales@aef.com', 'mailbox')];
    await updateSettings(db(), { supportReturnEmailAddress: 'desk@aef.com' });
    await aMailOf(sales.id);
    await aMailOf(sales.id, 'redirect');
    expect(await senders(false)).toEqual([
      { kind: 'assignment', senderId: desk.id },
      { kind: 'redirect', senderId: sales.id },
    ]);
  });

  it('K10: that rests keeps its own mails and no others, until its form is changed', async () => {
    const [desk, sales] = [await office('desk@aef.com', 'mailbox'), await office('sales@aef.com', 'mailbox')];
    await recordWayError(db(), { way: `mailbox/${desk.id}`, detail: 'No.', failures: 3 });
    await aMailOf(desk.id);
    await aMailOf(sales.id);
    expect(await senders(true)).toEqual([{ kind: 'assignment', senderId: sales.id }]);
    await updateMailbox(db(), secretBox, desk.id, await formOf('desk@aef.com', 'mailbox'));
    expect(await senders(true)).toEqual([{ kind: 'assignment', senderId: desk.id }]);
  });
});
