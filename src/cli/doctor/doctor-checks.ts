import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { createOpenIdConnect } from '../../api/accounts/open-id-connect.ts';
import { ConfigError } from '../../config/config-error.ts';
import { readKeys, type Keys } from '../../config/keys.ts';
import { connect, type Db } from '../../db/shared/connect.ts';
import { listMailboxes, readMailboxSecrets } from '../../db/mailboxes/mailboxes.ts';
import { createSecretBox } from '../../db/mailboxes/secrets.ts';
import { secretWarning } from '../../domain/mailboxes/secret-expiry.ts';
import { searchAttributesLacking } from '../../embedded/temporal/temporal-namespace.ts';
import type { OpenSessionOptions } from '../../mail/open-session.ts';
import { testConnection } from '../../mail/probe/test-connection.ts';
import { searchAttributeTypes } from '../../workflows/shared/search-attributes.ts';
import { failed, note, ok, type Finding } from './doctor-report.ts';

const journal = z.object({ entries: z.array(z.object({ when: z.number() })) });

export function checkKeys(
  config: Config,
  hasRun: boolean,
): { readonly findings: readonly Finding[]; readonly keys?: Keys } {
  try {
    return { findings: [ok('keys', 'there are a secret key and an admin token')], keys: readKeys(config) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (!hasRun) return { findings: [note('keys', 'none yet: the first tsa up makes them')] };
    return { findings: error.problems.map(({ variable, problem }) => failed(variable, problem, 'see above')) };
  }
}

/** Whether it answers, and has all migrations and no other. */
export async function checkDatabase(url: string): Promise<Finding> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    const [server] = await sql<{ version: string }[]>`select current_setting('server_version') as version`;
    const version = `PostgreSQL ${server?.version ?? '?'}`;
    const [table] = await sql<
      { there: boolean }[]
    >`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
    const [last] =
      table?.there === true
        ? await sql<{ at: string | null }[]>`select max(created_at)::text as at from drizzle.__drizzle_migrations`
        : [];
    return migrationFinding(version, Number(last?.at ?? 0));
  } catch (error) {
    return failed('database', `does not answer: ${reason(error)}`, 'start it, or correct DATABASE_URL');
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function migrationFinding(version: string, lastApplied: number): Finding {
  const file = new URL('../../../drizzle/meta/_journal.json', import.meta.url);
  const { entries } = journal.parse(JSON.parse(readFileSync(file, 'utf8')));
  const pending = entries.filter(({ when }) => when > lastApplied).length;
  if (pending > 0)
    return failed('database', `${version}, ${pending} migrations to apply`, 'run tsa migrate (tsa up does so itself)');
  const newest = Math.max(...entries.map(({ when }) => when));
  if (lastApplied > newest)
    return failed('database', `${version}, made by a newer TSA`, 'install the version that made it');
  return ok('database', `${version}, all ${entries.length} migrations applied`);
}

export async function checkTemporal(address: string, namespace: string): Promise<Finding> {
  try {
    const lacking = await searchAttributesLacking({ address, namespace, searchAttributes: searchAttributeTypes });
    if (lacking === undefined)
      return ok('Temporal', `${address}, namespace ${namespace}, search attributes registered`);
    return failed('Temporal', lacking, 'run tsa migrate');
  } catch (error) {
    const remedy = 'start it, or correct TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE';
    return failed('Temporal', `${address}, namespace ${namespace}: ${reason(error)}`, remedy);
  }
}

/** Whether the provider is found; nobody is signed in. */
export async function checkOpenIdConnect(options: Config['openIdConnect']): Promise<readonly Finding[]> {
  if (options === undefined) return [];
  try {
    await createOpenIdConnect(options).begin();
    return [ok('sign-in', `${options.issuer} answers; it must know the redirect URI ${options.redirectUrl}`)];
  } catch (error) {
    return [failed('sign-in', `${options.issuer}: ${reason(error)}`, 'start it, or correct TSA_OIDC_ISSUER')];
  }
}

/** Logs in to each active mailbox, one after the other. */
export async function checkMailboxes(
  databaseUrl: string,
  keys: Keys,
  connection: OpenSessionOptions,
): Promise<readonly Finding[]> {
  const database = connect(databaseUrl, { max: 1 });
  try {
    const active = (await listMailboxes(database.db)).filter(({ active }) => active);
    if (active.length === 0) return [note('mailboxes', 'none is active')];
    const findings: Finding[] = [];
    for (const mailbox of active) {
      findings.push(await checkMailbox(database.db, keys, connection, mailbox));
      const warning = secretWarning(mailbox, new Date().toISOString());
      if (warning !== null) findings.push(note(`mailbox ${mailbox.name}`, warning.message, warning.remedy));
    }
    return findings;
  } finally {
    await database.close();
  }
}

type MailboxRecord = Awaited<ReturnType<typeof listMailboxes>>[number];

async function checkMailbox(
  db: Db,
  keys: Keys,
  connection: OpenSessionOptions,
  mailbox: MailboxRecord,
): Promise<Finding> {
  const check = `mailbox ${mailbox.name}`;
  try {
    const secrets = await readMailboxSecrets(db, createSecretBox(keys.secretKeys), mailbox.id);
    const { steps } = await testConnection(mailbox, secrets, connection);
    const broken = steps.find(({ status }) => status === 'failed');
    if (broken === undefined) return ok(check, 'login works');
    return failed(
      check,
      `${broken.name}: ${broken.detail}`,
      broken.remedy ?? 'test its connection: POST /api/v1/mailboxes/{id}/test-connection',
    );
  } catch (error) {
    const remedy = error instanceof Error && 'remedy' in error ? String(error.remedy) : 'correct the mailbox';
    return failed(check, reason(error), remedy);
  }
}

/** Drivers put the reason in a code, or in the errors of several addresses that were tried. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (error instanceof TypeError && error.cause !== undefined) return reason(error.cause); // as fetch has it
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
