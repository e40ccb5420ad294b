import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts, readPlainFacts, type FactsRequest } from '../../../src/db/handling/facts.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import {
  listPending,
  listToRemove,
  lockAllPending,
  readBacklog,
  recordDispositions,
  recordRemoved,
  unknownProtocolIds,
} from '../../../src/db/messages/ledger.ts';
import { storeReceived } from '../../../src/db/messages/raw-messages.ts';
import { enqueueAnswers } from '../../../src/db/outgoing/answers.ts';
import { takeUndispatched } from '../../../src/db/processes/workflow-outbox.ts';
import * as schema from '../../../src/db/schema/index.ts';
import type { Db } from '../../../src/db/shared/connect.ts';
import { withPreparedStatements } from '../../../src/db/shared/prepared.ts';
import { planAnew } from '../../../src/db/shared/sets.ts';
import { refreshStatistics } from '../../../src/db/shared/statistics.ts';
import { mailbox, noLookups, now, useDatabase } from '../fixtures.ts';

const LEDGER = 100_000;
const CHUNK = 100;
/** Rows that a statement may look at, for the hundred mails that it is about. */
const LOOKED_AT = 2_000;

const world = useDatabase();

/** A node of EXPLAIN (FORMAT JSON). */
interface Node {
  readonly 'Node Type': string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Node[];
}

const scanned = (node: Node): number => {
  const own = node['Node Type'].endsWith('Scan')
    ? ((node['Actual Rows'] ?? 0) +
        (node['Rows Removed by Filter'] ?? 0) +
        (node['Rows Removed by Index Recheck'] ?? 0)) *
      (node['Actual Loops'] ?? 1)
    : 0;
  return (node.Plans ?? []).reduce((sum, child) => sum + scanned(child), own);
};

describe('on a ledger of 100,000 messages, with statements prepared when it was empty', () => {
  let client: postgres.Sql;
  let db: Db;
  let box: MailboxRecord;
  let plans: { readonly text: string; readonly rows: number }[] = [];

  beforeAll(async () => {
    box = await mailbox(world.db());
    client = postgres(world.url(), {
      max: 1,
      fetch_types: false,
      connection: { TimeZone: 'UTC', plan_cache_mode: 'force_generic_plan' },
      onnotice: ({ message = '' }) => {
        const plan = /plan:\s*(\{.*)/s.exec(message)?.[1];
        if (plan === undefined) return;
        const explained = JSON.parse(plan) as { 'Query Text': string; Plan: Node };
        plans.push({ text: explained['Query Text'], rows: scanned(explained.Plan) });
      },
      types: world.sql().options.types,
    });
    db = drizzle(withPreparedStatements(client), { schema, casing: 'snake_case' });
    await client.unsafe(`load 'auto_explain'`);
    for (const setting of ['log_min_duration = 0', 'log_analyze = on', 'log_timing = off', "log_format = 'json'"])
      await client.unsafe(`set auto_explain.${setting}`);
    for (const work of Object.values(hot)) await work();
    await world.db().execute(sql`
      insert into messages (mailbox_id, protocol_id, raw_sha256, size, arrived_at, received_at, message_id, content_key, from_address,
        subject, sender_authentication, disposition, reason, explanation, handled_at, removed_at)
      select ${box.id}, 'old ' || n, '', 1000, ${now}::timestamptz - n * interval '1 minute', ${now}::timestamptz, '<' || n || '@aef.com>',
        'content ' || n, 'user' || n % 1000 || '@aef.com', 'old', 'off', 'rejected', 'auto_reply', 'old', ${now}::timestamptz - interval '1 day',
        case when n > 50 then ${now}::timestamptz end
      from generate_series(1, ${LEDGER}) as n`);
    await refreshStatistics(db);
    await client.unsafe('set client_min_messages = log');
  }, 120_000);
  afterAll(() => client.end({ timeout: 5 }));

  const places = Array.from({ length: CHUNK }, (_, place) => place + 1);
  const request = (nth: number): FactsRequest => ({
    lookups: { ...noLookups, sender: `user${nth}@aef.com`, category: 'SMARTPHONE', asset: 'P04319' },
    contentKey: `content ${nth}`,
    ...{ senderAuthentication: 'off', vouched: false, releasedCategoryId: null, arrivedAt: now, mailbox: box, now },
  });
  const isolated = (work: (tx: Parameters<Parameters<Db['transaction']>[0]>[0]) => Promise<unknown>) =>
    db
      .transaction(async (tx) => {
        await work(tx);
        tx.rollback();
      })
      .catch(() => undefined);

  const hot = {
    'the ids that are not known': () =>
      unknownProtocolIds(
        db,
        box.id,
        places.map((nth) => `old ${nth * 700}`),
      ),
    'what waits to be handled': () => listPending(db, box.id, now, CHUNK),
    'what is left to do': () => readBacklog(db, box.id, now),
    'the facts of one mail': () => db.transaction((tx) => readFacts(tx, request(1))),
    'the facts of many': () =>
      db.transaction(async (tx) => {
        await planAnew(tx);
        return readPlainFacts(tx, places.map(request));
      }),
    'a batch that is stored': () =>
      storeReceived(
        db,
        box.id,
        places.map((nth) => ({ protocolId: `new ${nth}`, raw: Buffer.from(`${nth}`), arrivedAt: now })),
        now,
      ),
    'the lock of many': () =>
      isolated(async (tx) => {
        await planAnew(tx);
        await lockAllPending(tx, places);
      }),
    'the end of many': () =>
      isolated(async (tx) => {
        await planAnew(tx);
        const outcome = {
          disposition: 'rejected',
          reason: 'auto_reply',
          explanation: '',
          notices: [],
          ticketNumber: null,
        } as const;
        const traits = {
          messageId: null,
          contentKey: null,
          fromAddress: null,
          senderAuthentication: 'off',
          subject: null,
          now,
        } as const;
        const pending = await listPending(tx, box.id, now, CHUNK);
        await recordDispositions(
          tx,
          pending.map(({ id }) => ({ id, ...outcome, ...traits })),
        );
      }),
    'the answers of many': () =>
      isolated(async (tx) => {
        await planAnew(tx);
        const answer = { kind: 'acknowledgement', tags: {}, ticketId: null, mailboxId: box.id } as const;
        await enqueueAnswers(
          tx,
          places.map((messageId) => ({ ...answer, messageId, address: `user${messageId}@aef.com` })),
          now,
        );
      }),
    'what is to be removed': () => listToRemove(db, box.id, CHUNK, 1, places),
    'what was removed': () => isolated((tx) => recordRemoved(tx, places, now)),
    'what is to be started': () => takeUndispatched(db, 'starts', 20, 10_000),
  };

  it.each(Object.keys(hot) as (keyof typeof hot)[])('%s is found without a walk through it', async (name) => {
    plans = [];
    await hot[name]();
    expect(plans).not.toEqual([]);
    expect(plans.filter(({ rows }) => rows > LOOKED_AT)).toEqual([]);
  });
});
