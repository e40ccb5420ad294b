import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import postgres from 'postgres';

export interface FloorOptions {
  readonly databaseUrl: string;
  readonly imap: { readonly host: string; readonly port: number; readonly pass: string; readonly ca: string };
  /** Read first, and not counted. */
  readonly warmUpLogin: string;
  readonly login: string;
}

export interface FloorResult {
  readonly mails: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** The least that any program has to do: fetch each mail, parse it, insert it in a transaction of its own. Nothing is removed. */
async function readInbox(sql: postgres.Sql, { imap }: FloorOptions, login: string): Promise<FloorResult> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const client = new ImapFlow({
    host: imap.host,
    port: imap.port,
    secure: false,
    doSTARTTLS: true,
    tls: { ca: imap.ca },
    auth: { user: login, pass: imap.pass },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
  });
  await client.connect();
  await client.mailboxOpen('INBOX');
  let mails = 0;
  for await (const { source } of client.fetch('1:*', { source: true })) {
    if (source === undefined) continue;
    const { messageId, from, subject, text, attachments } = await simpleParser(source);
    await sql`
      insert into floor (message_id, sender, subject, body, attachment)
      values (${messageId ?? ''}, ${from?.text ?? ''}, ${subject ?? ''}, ${text ?? ''}, ${attachments[0]?.content ?? null})`;
    mails += 1;
  }
  const seconds = (performance.now() - start) / 1000;
  await client.logout();
  const { user, system } = process.cpuUsage(cpu);
  return { mails, seconds, cpuSeconds: (user + system) / 1e6 };
}

async function main(options: FloorOptions): Promise<void> {
  const sql = postgres(options.databaseUrl, { max: 1, onnotice: () => undefined });
  await sql`
    create table if not exists floor (
      id bigint generated always as identity primary key, message_id text, sender text, subject text, body text, attachment bytea
    )`;
  await readInbox(sql, options, options.warmUpLogin);
  const result = await readInbox(sql, options, options.login);
  await sql.end();
  process.send?.(result);
  process.disconnect();
}

await main(JSON.parse(process.argv[2] ?? '') as FloorOptions);
