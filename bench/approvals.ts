import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { simpleParser } from 'mailparser';
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { findOptionalCategory } from '../src/db/master-data/categories.ts';
import { createMailbox } from '../src/db/mailboxes/mailboxes.ts';
import { approvals, categories, employeeAddresses } from '../src/db/schema/index.ts';
import { updateSettings } from '../src/db/settings/settings.ts';
import { withMailboxDefaults } from '../src/domain/mailboxes/mailbox-defaults.ts';
import { readMailto } from '../src/instructions/mailto.ts';
import { startMailboxes } from '../src/worker/mailboxes/start-mailboxes.ts';
import { startWorker } from '../src/worker/worker.ts';
import { dovecotPassword, openDovecot } from '../test/support/dovecot.ts';
import { withBench } from './servers.ts';
import { localMailHosts } from '../test/support/mailbox.ts';

// usage: node bench/approvals.ts [COUNT]
// COUNT approvals (1,000) open at once, each decided by a mail that its own link made.
const count = Number(process.argv[2] ?? 1_000);
const inbox = 'approvals@bench.test';
const approver = 'ahaddad@aef.com';

const mail = (from: string, subject: string, body: string, id: string): Buffer =>
  Buffer.from(
    [`From: ${from}`, `To: ${inbox}`, `Subject: ${subject}`, `Message-ID: <${id}@bench.test>`, '', body]
      .join('\n')
      .replace(/\r?\n/g, '\r\n'),
  );

await withBench(true, async ({ dovecot, database, secretBox, temporal, client, workflowBundlePath, folder }) => {
  const { db } = database;
  const links: { subject: string; body: string }[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      simpleParser(stream).then(
        ({ text = '' }) => {
          const [url = ''] =
            /mailto:\S.*/.exec(text.split('\n').find((line) => line.startsWith('Accept: ')) ?? '') ?? [];
          const form = readMailto(url);
          if (form !== null) links.push({ subject: form.subject ?? '', body: form.body ?? '' });
          done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const address = smtp.server.address();
  if (address === null || typeof address === 'string') throw new Error('The SMTP server has no port.');

  const category = await findOptionalCategory(db, 'NEW_LAPTOP');
  const [person] = await db.select().from(employeeAddresses).where(eq(employeeAddresses.address, approver));
  const step = { rule: 'one', remindAfterHours: null, escalateAfterHours: null, escalateTo: null } as const;
  const approvalSteps = [
    { ...step, approvers: [person?.employeeId ?? 0], expireAfterHours: 24, onExpiry: 'refused' as const },
  ];
  await db.update(categories).set({ approvalSteps }).where(eq(categories.code, 'NEW_LAPTOP'));
  const form = withMailboxDefaults({
    name: 'Approvals',
    type: 'imap4',
    mailServer: 'localhost',
    port: dovecot.imapPort,
    sslTls: false,
    login: inbox,
    readIntervalMinutes: 0.02,
  });
  await createMailbox(db, secretBox, {
    ...form,
    login: inbox,
    address: inbox,
    password: dovecotPassword,
    clientSecret: null,
    defaultCategoryId: category?.id ?? 0,
  });
  await updateSettings(db, {
    supportReturnEmailAddress: inbox,
    loopLimit: 0,
    acknowledgeTickets: false,
    answersPerHour: 0,
  });
  const worker = await startWorker({
    database,
    secretBox,
    temporal,
    timeZone: 'UTC',
    dateFormat: 'dd/MM/yyyy',
    smtpUrl: `smtp://127.0.0.1:${String(address.port)}`,
    ca: undefined,
    mailHosts: localMailHosts,
    logFile: { file: path.join(folder, 'operations.log'), type: 'lt_None' },
    logger: pino({ level: 'error' }),
    workflowBundlePath,
  });
  try {
    const box = openDovecot(dovecot);
    for (let n = 0; n < count; n += 1)
      await box.deliver(inbox, mail('fleblanc@aef.com', `Laptop ${n}`, 'Please.', `ask-${n}`));
    await startMailboxes(db, client);
    await until(`${count} approvals are asked for`, () => Promise.resolve(links.length >= count));
    const [open] = await db
      .select({ n: sql<number>`count(*)::int` })
      .from(approvals)
      .where(eq(approvals.state, 'waiting'));
    console.log(`${String(open?.n)} approvals are open at once`);

    const started = performance.now();
    for (const [n, { subject, body }] of links.entries())
      await box.deliver(inbox, mail(approver, subject, body, `choice-${n}`));
    const decided = async () => {
      const [row] = await db
        .select({ n: sql<number>`count(*)::int` })
        .from(approvals)
        .where(eq(approvals.state, 'accepted'));
      return row?.n === count;
    };
    await until('all are decided', decided);
    const seconds = (performance.now() - started) / 1_000;
    await until('all workflows know', async () => {
      const [row] = await db.execute<{ n: number }>(sql`
        select count(*)::int as n from workflow_outbox where kind = 'approval_changed' and dispatched_at is null`);
      return row?.n === 0;
    });
    const [figures] = await db.execute<Record<string, number>>(sql`
      select
        (select count(*)::int from approval_requests where state = 'accepted') as votes,
        (select count(distinct message_id)::int from approval_requests where state = 'accepted') as mails,
        (select count(*)::int from messages where disposition = 'choice_recorded') as recorded,
        (select count(*)::int from messages where disposition not in ('created', 'choice_recorded')) as others,
        (select count(*)::int from tickets) as tickets,
        (select percentile_cont(0.5) within group (order by extract(epoch from handled_at - received_at) * 1000) from messages
          where disposition = 'choice_recorded')::int as p50,
        (select percentile_cont(0.95) within group (order by extract(epoch from handled_at - received_at) * 1000) from messages
          where disposition = 'choice_recorded')::int as p95,
        (select percentile_cont(0.5) within group (order by extract(epoch from dispatched_at - created_at) * 1000) from workflow_outbox
          where kind = 'approval_changed')::int as told50,
        (select percentile_cont(0.95) within group (order by extract(epoch from dispatched_at - created_at) * 1000) from workflow_outbox
          where kind = 'approval_changed')::int as told95`);
    const { votes, mails, recorded, others, tickets } = figures ?? {};
    if (votes !== count || mails !== count || recorded !== count || others !== 0 || tickets !== count)
      throw new Error(`lost or doubled: ${JSON.stringify(figures)}`);
    console.log(
      `\n${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} cores, load ${os.loadavg()[0]?.toFixed(1) ?? ''}, Node ${process.version}, with fsync\n`,
    );
    console.log(
      '| approvals open | decided in | a second | read → decided p50 / p95 | decided → workflow told p50 / p95 |',
    );
    console.log('| --- | --- | --- | --- | --- |');
    console.log(
      `| ${count} | ${seconds.toFixed(1)} s | ${(count / seconds).toFixed(0)} | ${String(figures?.['p50'])} / ${String(figures?.['p95'])} ms | ${String(figures?.['told50'])} / ${String(figures?.['told95'])} ms |`,
    );
  } finally {
    await worker.stop();
    smtp.close();
  }
});

/** Throws after ten minutes. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 600_000;
  while (!(await isSo())) {
    if (Date.now() > patience) throw new Error(`not within ten minutes: ${what}`);
    await sleep(100);
  }
}
