import { asc, eq } from 'drizzle-orm';
import type { ParsedMail } from 'mailparser';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import {
  approvalRequests,
  approvals,
  approvalTokens,
  messages,
  operationLog,
  tickets,
} from '../../src/db/schema/index.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { approvalStatusQuery, approvalWorkflowId } from '../../src/workflows/approvals/approval.messages.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { openDovecot } from '../support/dovecot.ts';
import { clicked, type MailSink, startMailSink, written } from '../support/mail-sink.ts';
import { keepRequestsMailbox } from '../support/requests-mailbox.ts';
import { requires } from '../support/requires.ts';

const inbox = 'approvals@example.test';
const requestor = 'fleblanc@aef.com';
const first = 'ahaddad@aef.com';
const second = 'gsmith@aef.com';

requires('dovecot')('a service request that needs two approvals', () => {
  let agent: TestAgent;
  let sink: MailSink;
  let client: Awaited<ReturnType<typeof connectTemporal>>;
  const db = () => agent.database.db;

  beforeAll(async () => {
    sink = await startMailSink();
    agent = await startTestAgent({ ca: inject('dovecot').ca, smtpUrl: sink.url });
    await keepRequestsMailbox(agent, inbox);
    client = await connectTemporal(agent.temporal);
  });
  afterAll(async () => {
    await agent.stop();
    await client.connection.close();
    await sink.stop();
  });

  const send = (raw: Buffer): Promise<unknown> => openDovecot(inject('dovecot')).deliver(inbox, raw);

  /** What became of the n-th message of the inbox, counted from 1. */
  const outcome = (n: number) =>
    eventually(`message ${n} is handled`, async () => {
      const rows = await db().select().from(messages).orderBy(asc(messages.id));
      const row = rows[n - 1];
      return row?.disposition == null ? undefined : row;
    });

  let number = '';
  let request: ParsedMail;

  it('asks the first approver, and the Temporal UI says who is asked until when', async () => {
    await send(written({ from: requestor, to: inbox, subject: 'A laptop', body: 'Mine is too old.' }));
    number = (await outcome(1)).ticketNumber ?? '';
    expect(number).toMatch(/^S/);
    request = await sink.take(first, 'Your approval is asked for');
    expect(request.text).toContain('Mine is too old.');
    const [approval] = await db().select().from(approvals);
    const [asked] = await db().select().from(approvalRequests);
    const status = await client.workflow
      .getHandle(approvalWorkflowId(number, approval?.actionId ?? 0))
      .query(approvalStatusQuery);
    expect(status).toEqual({
      state: 'waiting',
      waitingFor: `employee ${String(asked?.employeeId)}, until ${approval?.expiresAt ?? ''}`,
    });
  });

  it('asks the approver to confirm a choice without a token, and does nothing else', async () => {
    const body = `@OPERATION@='SOLVE' @RFC_NUMBER@='${number}' @CHOICE@='1'`;
    await send(written({ from: first, to: inbox, subject: 'ok', body }));
    expect(await outcome(2)).toMatchObject({ disposition: 'choice_pending', ticketNumber: number });
    request = await sink.take(first, 'Please confirm your choice');
    const [approval] = await db().select().from(approvals);
    expect(approval?.state).toBe('waiting');
  });

  it('gives no effect to anybody else, even with a stolen link, and logs and answers it', async () => {
    await send(clicked(request, 'Accept', requestor));
    expect(await outcome(3)).toMatchObject({ disposition: 'rejected', reason: 'not_authorised' });
    const log = await db().select().from(operationLog).where(eq(operationLog.messageId, 3));
    expect(log[0]).toMatchObject({ result: 'rejected', who: requestor });
    await sink.take(requestor, 'Not done');
    // The link was seen by somebody else: it is dead, and the approver gets another one.
    request = await sink.take(first, 'Reminder: your approval is asked for');
    const [approval] = await db().select().from(approvals);
    expect(approval?.state).toBe('waiting');
  });

  it('sends the question of an approver to the requestor, and the answer back', async () => {
    await send(clicked(request, 'Ask for information', first, 'Which model?'));
    expect(await outcome(4)).toMatchObject({ disposition: 'choice_recorded' });
    const question = await sink.take(requestor, 'A question about your request');
    expect(question.text).toContain('Which model?');
    await send(
      written({
        from: requestor,
        to: inbox,
        subject: `RE: ${question.subject?.replace(/\[.*?\]/, '') ?? ''}`,
        body: 'The small one.',
        headers: [`In-Reply-To: ${question.messageId ?? ''}`],
      }),
    );
    expect(await outcome(5)).toMatchObject({ disposition: 'filed', ticketNumber: number });
    request = await sink.take(first, 'The answer to your question');
    expect(request.text).toContain('The small one.');
  });

  it('asks the second approver once the first has accepted by the link of the mail', async () => {
    await send(clicked(request, 'Accept', first));
    expect(await outcome(6)).toMatchObject({ disposition: 'choice_recorded' });
    const later = await sink.take(second, 'Your approval is asked for');
    expect(await db().select().from(approvals)).toMatchObject([{ state: 'accepted' }, { state: 'waiting' }]);
    await send(clicked(later, 'Accept', second));
    await outcome(7);
    await eventually('it is fulfilled by its group', async () => {
      const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
      return ticket?.phase === 'fulfilment' && ticket.assignedGroup === 'Workplace' ? ticket : undefined;
    });
    await send(clicked(later, 'Refuse', second));
    expect(await outcome(8)).toMatchObject({ disposition: 'rejected', reason: 'already_decided' });
  });

  it('asks the requestor whether it is solved, and is closed by their word', async () => {
    const body = `@OPERATION@='SOLVE' @RFC_NUMBER@='${number}' @SOLUTION@='Here it is.'`;
    await send(written({ from: 'jberg@aef.com', to: inbox, subject: 'done', body }));
    expect(await outcome(9)).toMatchObject({ disposition: 'solved' });
    const asked = await sink.take(requestor, 'Is it solved?');
    expect(asked.text).toContain('Here it is.');
    await send(clicked(asked, 'No, it is not', requestor, 'The screen is broken.'));
    await outcome(10);
    await eventually('it is open again', async () => {
      const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
      return ticket?.state === 'registered' ? ticket : undefined;
    });
    await send(written({ from: 'jberg@aef.com', to: inbox, subject: 'done', body: body.replace('Here', 'There') }));
    await outcome(11);
    await send(clicked(await sink.take(requestor, 'Is it solved?'), 'Yes, it is solved', requestor));
    await outcome(12);
    await eventually('its process has ended', async () => {
      const { status } = await client.workflow.getHandle(`ticket/${number}`).describe();
      return status.name === 'COMPLETED' ? true : undefined;
    });
    const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
    expect(ticket?.state).toBe('closed');
  });

  it('keeps no token in the database but as a hash', async () => {
    const [token] = /[A-Za-z0-9_-]{43}/.exec(request.text ?? '') ?? [];
    const stored = await db().select().from(approvalTokens);
    expect(token).toBeDefined();
    expect(stored.length).toBeGreaterThan(0);
    expect(stored.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  });
});
