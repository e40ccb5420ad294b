import { desc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfirmation } from '../../../src/db/messages/confirmations.ts';
import { discardMessage } from '../../../src/db/messages/quarantine.ts';
import { takeUnsent } from '../../../src/db/outgoing/outbox.ts';
import { createReplyIds } from '../../../src/db/outgoing/reply-ids.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { confirmationTokens, messages, operationLog, outbox, tickets } from '../../../src/db/schema/index.ts';
import { updateSettings } from '../../../src/db/settings/settings.ts';
import { readMailto } from '../../../src/instructions/mailto.ts';
import { composeOutgoing } from '../../../src/worker/outgoing/compose-outgoing.ts';
import { simpleParser } from 'mailparser';
import { written } from '../../support/mail-sink.ts';
import { handling } from '../approvals/mails.ts';
import { mailbox, secretBox, useDatabase } from '../fixtures.ts';

const { db } = useDatabase();
let box: MailboxRecord;
beforeAll(async () => {
  box = await mailbox(db(), { senderAuthentication: 'verify' });
});
const handle = handling(db, () => box);

const frank = 'fleblanc@aef.com';
const mail = (body: string, from = frank) => written({ from, to: box.address, subject: 'My screen', body });
const stateOf = async (number: string) =>
  (await db().select({ state: tickets.state }).from(tickets).where(eq(tickets.number, number)))[0]?.state;
const reread = async (id: number) => (await db().select().from(messages).where(eq(messages.id, id)))[0];

/** Every mail that waits, as it goes out. */
const sent = async () => {
  const mails = [];
  for (const row of await takeUnsent(db(), 100, { hasSmtp: true })) {
    const { raw } = await composeOutgoing({ db: db(), replyIds: createReplyIds(secretBox), timeZone: 'UTC' }, row);
    mails.push({ kind: row.kind, to: row.to, mail: await simpleParser(Buffer.from(raw)) });
    await db().update(outbox).set({ state: 'sent', sentAt: new Date().toISOString() }).where(eq(outbox.id, row.id));
  }
  return mails;
};
const linkIn = (text: string): string => /mailto:\S+/u.exec(text)?.[0] ?? '';
const tokenIn = (text: string): string =>
  /@TOKEN@='([\w-]{43})'/u.exec(readMailto(linkIn(text))?.body ?? '')?.[1] ?? 'no token';

/** A ticket of Frank's, a SOLVE in his name that nothing proves, and the mail that asks him. */
const asked = async () => {
  const { ticketNumber } = await handle(mail('It stays black.'), 'pass');
  const number = ticketNumber ?? '';
  await sent();
  const solve = mail(`@OPERATION@='SOLVE' @RFC_NUMBER@='${number}'`);
  const unproven = await handle(solve, 'none');
  expect(unproven).toMatchObject({ disposition: 'quarantined', reason: 'sender_unproven' });
  const [question, another] = await sent();
  expect([question?.kind, question?.to, another]).toEqual(['operation_confirmation', frank, undefined]);
  const text = question?.mail.text ?? '';
  const form = readMailto(linkIn(text));
  if (form === null) throw new Error(`no link in ${text}`);
  const click = (from = frank) => written({ from, to: form.to, subject: form.subject ?? '', body: form.body ?? '' });
  return { number, solve, id: unproven.id, text, click };
};

describe('an operation that nothing proves to be its sender’s', () => {
  it('is done once its sender uses the link, and nothing else is', async () => {
    const other = await asked();
    const { number, solve, id, text, click } = await asked();
    expect(text).toContain(number);
    expect(text).toContain('OPERATION = SOLVE');
    expect(await handle(click(), 'none')).toMatchObject({
      disposition: 'confirmed',
      reason: null,
      ticketNumber: number,
    });
    expect(await reread(id)).toMatchObject({ disposition: null, vouched: true });
    expect(await handle(solve, 'none', id)).toMatchObject({ disposition: 'solved', ticketNumber: number });
    expect(await stateOf(number)).toBe('solved');
    expect(await stateOf(other.number)).toBe('registered');
    expect(await reread(other.id)).toMatchObject({ disposition: 'quarantined', vouched: false });
    const [line] = await db().select().from(operationLog).where(eq(operationLog.operation, 'CONFIRM'));
    expect(line).toMatchObject({ who: frank, result: 'confirmed', reason: `Message ${String(id)} is handled again.` });
    // Once.
    expect(await handle(click(), 'none')).toMatchObject({ disposition: 'rejected', reason: 'token_refused' });
    expect(JSON.stringify(await db().select().from(confirmationTokens))).not.toContain(tokenIn(text));
  });

  it('is not done by somebody else’s mail with the token, which is then dead, and another one is sent', async () => {
    const { id, text, click } = await asked();
    expect(await handle(click('gsmith@aef.com'), 'pass')).toMatchObject({ reason: 'token_refused' });
    expect(await readConfirmation(db(), tokenIn(text), new Date().toISOString())).toMatchObject({ isAlive: false });
    expect(await handle(click(), 'pass')).toMatchObject({ reason: 'token_refused' });
    const again = (await sent()).find(({ kind }) => kind === 'operation_confirmation');
    expect(again?.to).toBe(frank);
    const form = readMailto(linkIn(again?.mail.text ?? ''));
    const click2 = written({ from: frank, to: box.address, subject: '', body: form?.body ?? '' });
    expect(await handle(click2, 'none')).toMatchObject({ disposition: 'confirmed' });
    expect(await reread(id)).toMatchObject({ disposition: null, vouched: true });
  });

  it('is not done by a token that is quoted, late, forged, or of a message that was thrown away', async () => {
    const quoted = await asked();
    const reply = `No, I never wrote that.\n\n> ${readMailto(linkIn(quoted.text))?.body?.replaceAll('\n', '\n> ') ?? ''}`;
    expect(await handle(mail(reply), 'pass')).toMatchObject({ disposition: 'created' });
    expect(await reread(quoted.id)).toMatchObject({ disposition: 'quarantined' });
    expect(await handle(quoted.click(), 'fail')).toMatchObject({ reason: 'sender_not_authentic' });

    const late = await asked();
    await db().update(confirmationTokens).set({ expiresAt: '2026-01-01T00:00:00.000Z' });
    expect(await handle(late.click(), 'pass')).toMatchObject({ reason: 'token_refused' });

    const gone = await asked();
    await discardMessage(db(), gone.id, new Date().toISOString());
    expect(await handle(gone.click(), 'pass')).toMatchObject({ reason: 'token_refused' });
    expect(await reread(gone.id)).toMatchObject({ disposition: 'quarantined' });
  });

  it('is not asked about more than so often in an hour, and the log says so', async () => {
    const { number } = await asked();
    await updateSettings(db(), { answersPerHour: 1 });
    await handle(mail(`@OPERATION@='STOP' @RFC_NUMBER@='${number}'`), 'none');
    expect((await sent()).filter(({ kind }) => kind === 'operation_confirmation')).toEqual([]);
    const [line] = await db().select().from(operationLog).orderBy(desc(operationLog.id)).limit(1);
    expect(line?.reason).toContain('The sender gets no mail about it');
    await updateSettings(db(), { answersPerHour: 10 });
  });
});
