import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createApprovalActivities } from '../../src/activities/approvals/approval-activities.ts';
import { createMailboxActivities } from '../../src/activities/mailboxes/mailbox-activities.ts';
import { createTicketActivities } from '../../src/activities/processes/ticket-activities.ts';
import { noFailpoint } from '../../src/activities/shared/failpoint.ts';
import { deleteMailbox } from '../../src/db/mailboxes/mailboxes.ts';
import { createSenderVerifier } from '../../src/mail/authentication/sender-verifier.ts';
import { createMimeReader } from '../../src/mail/mime/mime.ts';
import { mailbox, now, secretBox, useDatabase } from '../db/fixtures.ts';

const { db } = useDatabase();
const logger = pino({ level: 'silent' });
const dates = { timeZone: 'UTC', dateFormat: 'dd/MM/yyyy' };

describe('a row that is not found', () => {
  const read = async (mailboxId: number): Promise<unknown> => {
    const mimeReader = createMimeReader();
    const senderVerifier = createSenderVerifier();
    const activities = createMailboxActivities({
      ...{ db: db(), secretBox, mimeReader, senderVerifier, logger, failpoint: noFailpoint, ...dates },
      ping: () => Promise.resolve(),
      openSession: () => Promise.reject(new Error('nothing is read here')),
    });
    try {
      return await new MockActivityEnvironment().run(() => activities.readMailbox({ mailboxId }));
    } finally {
      await mimeReader.close();
      await senderVerifier.close();
    }
  };

  it('R1: a mailbox is gone only when its row says that it was deleted', async () => {
    const box = await mailbox(db());
    await deleteMailbox(db(), box.id, now);
    expect(await read(box.id)).toEqual({ kind: 'gone' });
    await expect(read(999_999)).rejects.toMatchObject({ nonRetryable: false });
  });

  it.each([
    [1, false, 'NotFoundYet'],
    [7, false, 'NotFoundYet'],
    [8, true, 'UnknownTicket'],
  ])('R1: an unknown ticket is looked for again at first: attempt %i', async (attempt, nonRetryable, type) => {
    const activities = createTicketActivities({ db: db(), logger, ...dates });
    await expect(
      new MockActivityEnvironment({ attempt }).run(() => activities.readTicket({ number: 'I261123_999999' })),
    ).rejects.toMatchObject({ nonRetryable, type });
  });

  it.each([
    [1, false, 'NotFoundYet'],
    [8, true, 'UnknownApproval'],
  ])('R1: an unknown approval is looked for again at first: attempt %i', async (attempt, nonRetryable, type) => {
    const activities = createApprovalActivities({ db: db(), logger });
    await expect(
      new MockActivityEnvironment({ attempt }).run(() => activities.readApproval({ actionId: 999_999 })),
    ).rejects.toMatchObject({ nonRetryable, type });
  });
});
