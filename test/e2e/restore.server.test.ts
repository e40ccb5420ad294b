import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { backUp } from '../../src/db/system/backup.ts';
import { approvals, documents, messages, tickets } from '../../src/db/schema/index.ts';
import { connectTemporal } from '../../src/worker/temporal/temporal-client.ts';
import { eventually, startTestAgent, type TestAgent } from '../support/agent.ts';
import { openDovecot } from '../support/dovecot.ts';
import { clicked, type MailSink, startMailSink, written } from '../support/mail-sink.ts';
import { keepRequestsMailbox } from '../support/requests-mailbox.ts';
import { requires } from '../support/requires.ts';

const inbox = 'restored@example.test';
const requestor = 'fleblanc@aef.com';
const first = 'ahaddad@aef.com';
const second = 'gsmith@aef.com';

requires('dovecot')('a backup, after the database and all of Temporal are lost', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-backup-'));
  const running: TestAgent[] = [];
  let sink: MailSink;
  const agent = (): TestAgent => {
    const last = running.at(-1);
    if (last === undefined) throw new Error('no agent runs');
    return last;
  };
  const db = () => agent().database.db;
  beforeAll(async () => {
    sink = await startMailSink();
    running.push(await startTestAgent({ ca: inject('dovecot').ca, smtpUrl: sink.url }));
    await keepRequestsMailbox(agent(), inbox);
  });
  afterAll(async () => {
    await running.pop()?.stop();
    await sink.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const send = (raw: Buffer): Promise<unknown> => openDovecot(inject('dovecot')).deliver(inbox, raw);
  const outcome = (n: number) =>
    eventually(`message ${n} is handled`, async () => {
      const row = (await db().select().from(messages).orderBy(asc(messages.id)))[n - 1];
      return row?.disposition == null || row.removedAt === null ? undefined : row;
    });
  const waiting = (position: number) =>
    eventually(`step ${position} waits`, async () => {
      const [row] = await db().select().from(approvals).where(eq(approvals.state, 'waiting'));
      return row?.position === position ? row : undefined;
    });
  /** All that a restore must bring back as it was. */
  const everything = async () => ({
    messages: await db().select().from(messages).orderBy(asc(messages.id)),
    tickets: (await db().select().from(tickets).orderBy(asc(tickets.id))).map(
      ({ number, title, description, state, phase, requestorId }) =>
        ({ number, title, description, state, phase, requestorId }) as const,
    ),
    documents: await db().select().from(documents).orderBy(asc(documents.id)),
    approvals: await db().select().from(approvals).orderBy(asc(approvals.actionId)),
  });

  it('brings back the same tickets, asks nobody twice, and the links of mails from before still decide', async () => {
    await send(written({ from: requestor, to: inbox, subject: 'A laptop', body: 'Mine is too old.' }));
    const number = (await outcome(1)).ticketNumber ?? '';
    await send(clicked(await sink.take(first, 'Your approval is asked for'), 'Accept', first));
    await outcome(2);
    const asked = await sink.take(second, 'Your approval is asked for');
    await waiting(1);

    const manifest = await backUp(agent().databaseUrl, folder);
    expect(manifest.tables.find(({ name }) => name === 'tickets')?.rows).toBe(1);
    const before = await everything();

    // It goes on after the backup, and is lost then.
    await send(clicked(asked, 'Refuse', second));
    await outcome(3);
    const lost = running.pop();
    await lost?.stop();
    const sent = sink.mails.length;

    running.push(
      await startTestAgent(
        { ca: inject('dovecot').ca, smtpUrl: sink.url },
        { folder, secretBox: lost?.secretBox ?? expect.fail() },
      ),
    );
    const client = await connectTemporal(agent().temporal);
    await eventually('the process goes on with the approval that waited', async () => {
      for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' }))
        if (workflowId === `approval/${number}/${before.approvals[1]?.actionId}`) return true;
      return undefined;
    });
    await client.connection.close();
    expect(await everything()).toEqual(before);

    await send(clicked(asked, 'Accept', second));
    expect(await outcome(3)).toMatchObject({ disposition: 'choice_recorded', ticketNumber: number });
    await eventually('it is fulfilled', async () => {
      const [ticket] = await db().select().from(tickets).where(eq(tickets.number, number));
      return ticket?.phase === 'fulfilment' ? true : undefined;
    });
    expect(await db().select().from(approvals)).toMatchObject([{ state: 'accepted' }, { state: 'accepted' }]);
    expect(sink.mails.slice(sent).map(({ subject }) => subject)).toEqual([]);

    // Numbers go on where they were: none is given twice.
    await send(written({ from: requestor, to: inbox, subject: 'Another laptop', body: 'Please.' }));
    expect((await outcome(4)).ticketNumber).not.toBe(number);
    expect(await db().select().from(tickets)).toHaveLength(2);
  });
});
