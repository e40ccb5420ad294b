import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleInOrder } from '../../../src/activities/handling/handle-in-order.ts';
import { policyFor } from '../../../src/db/handling/policy.ts';
import { readMessages } from '../../../src/activities/handling/read-message.ts';
import type { ActivityDeps } from '../../../src/activities/shared/deps.ts';
import { noFailpoint } from '../../../src/activities/shared/failpoint.ts';
import type { MailboxInput, MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { switchMailbox } from '../../../src/db/mailboxes/mailbox-switch.ts';
import { listPending } from '../../../src/db/messages/ledger.ts';
import { storeReceived } from '../../../src/db/messages/raw-messages.ts';
import { readSettings, updateSettings } from '../../../src/db/settings/settings.ts';
import { connect, type Database } from '../../../src/db/shared/connect.ts';
import { loadSamples } from '../../../src/demo/samples.ts';
import { defaultMimeLimits } from '../../../src/mail/mime/parts/mime-limits.ts';
import { parseMime } from '../../../src/mail/mime/mime-parse.ts';
import { mailbox, secretBox } from '../../db/fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mail } from '../../support/mime.ts';
import { createPicker } from '../../support/random.ts';
import { randomMails } from './mails.ts';

/** Takes the next of the messages that are left to be handled, at least one. */
type Share = (left: number) => number;

/** A database with the samples, in which mails are handled as in production. */
class World {
  readonly database: Database;
  readonly deps: ActivityDeps;
  /** What the log was told: of a chunk that was handled one by one, for example. */
  readonly complaints: string[] = [];
  readonly #test: TestDatabase;

  private constructor(test: TestDatabase, failpoint: ActivityDeps['failpoint']) {
    this.#test = test;
    this.database = connect(test.url);
    this.deps = {
      db: this.database.db,
      ping: () => Promise.resolve(),
      secretBox,
      mimeReader: { read: (raw) => parseMime(raw, defaultMimeLimits), close: () => Promise.resolve() },
      senderVerifier: { authenticate: () => Promise.resolve('pass'), close: () => Promise.resolve() },
      openSession: () => Promise.reject(new Error('no session is needed')),
      failpoint,
      logger: pino({ level: 'warn' }, { write: (line: string) => void this.complaints.push(line) }),
      timeZone: 'UTC',
      dateFormat: 'dd/MM/yyyy',
    };
  }

  static async open(failpoint: ActivityDeps['failpoint'] = noFailpoint): Promise<World> {
    const world = new World(await createTestDatabase(), failpoint);
    await loadSamples(world.database.db);
    return world;
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.#test.drop();
  }

  async box(changes: Partial<MailboxInput> = {}): Promise<MailboxRecord> {
    return mailbox(this.database.db, { trustedSenders: ['jberg@aef.com'], maxMessageBytes: 10_000_000, ...changes });
  }

  /** Stores the mails, a second between the arrivals, and handles them, so many at a time. */
  async handle(box: MailboxRecord, mails: ReadonlyMap<string, Buffer>, share: Share): Promise<void> {
    await this.store(box, mails);
    await this.handlePending(box, mails, share);
  }

  async store(box: MailboxRecord, mails: ReadonlyMap<string, Buffer>): Promise<void> {
    const begun = Date.parse('2026-11-23T09:00:00.000Z');
    const received = [...mails].map(([protocolId, raw], place) => ({
      ...{ protocolId, raw },
      arrivedAt: new Date(begun + place * 100_000).toISOString(),
    }));
    await storeReceived(this.database.db, box.id, received, new Date().toISOString());
  }

  async handlePending(box: MailboxRecord, mails: ReadonlyMap<string, Buffer>, share: Share): Promise<void> {
    const { db } = this.database;
    const handledFor = { mailbox: box, policy: policyFor(box, await readSettings(db)) };
    const pending = await listPending(db, box.id, new Date().toISOString(), 1_000);
    for (let place = 0; place < pending.length;) {
      const next = pending.slice(place, place + share(pending.length - place));
      const raw = next.flatMap(({ id, protocolId }) => {
        const octets = mails.get(protocolId);
        return octets === undefined ? [] : [[id, octets] as const];
      });
      const messages = readMessages(this.deps, box, next, { raw: new Map(raw), rules: [] });
      await handleInOrder(this.deps, handledFor, messages, () => undefined);
      place += next.length;
    }
  }

  /** All that handling writes, without the times of the handling itself and without ids that only order rows. */
  async everything(): Promise<Readonly<Record<string, unknown>>> {
    const { db } = this.database;
    const rows = async (query: ReturnType<typeof sql>): Promise<unknown> => [...(await db.execute(query))];
    return {
      messages: await rows(sql`
        select id, mailbox_id, protocol_id, raw_sha256, size, arrived_at, attempts, last_error, message_id, content_key, from_address,
          subject, sender_authentication, disposition, reason, explanation, notices, ticket_number, handled_at is null as open
        from messages order by id`),
      tickets: await rows(sql`
        select to_jsonb(tickets) - '{id,created_at,updated_at,occurred_at,solved_at,responded_at,hold_until,held_since,close_at}'::text[] as row
        from tickets order by number`),
      actions: await rows(sql`
        select number, kind, text, employee_id, message_id from actions join tickets on tickets.id = ticket_id order by actions.id`),
      documents: await rows(sql`
        select number, sha256, name, content_type, documents.size, inline, message_id
        from documents join tickets on tickets.id = ticket_id order by documents.id`),
      blobs: await rows(sql`select sha256, encode(bytes, 'escape') as bytes, size from blobs order by sha256`),
      log: await rows(sql`
        select level, mailbox_id, message_id, operation, ticket_number, who, who_kind, result, reason from operation_log order by id`),
      outbox: await rows(sql`
        select kind, outbox.mailbox_id, to_address, language, number, action_id, answers_message_id, tags, attached_message_id, outbox.state
        from outbox left join tickets on tickets.id = ticket_id order by coalesce(answers_message_id, attached_message_id), outbox.id`),
      words: await rows(sql`select kind, ticket_number, payload from workflow_outbox order by id`),
      counters: await rows(sql`select type, day, last from ticket_counters order by type, day`),
      people: await rows(sql`
        select address, name, made_by_mail, is_primary from employees join employee_addresses on employee_id = employees.id
        order by employees.id, address`),
    };
  }
}

const oneByOne: Share = () => 1;
const together: Share = (left) => left;

describe('messages that are handled together', () => {
  const worlds: World[] = [];
  const world = async (failpoint?: ActivityDeps['failpoint']): Promise<World> => {
    const opened = await World.open(failpoint);
    worlds.push(opened);
    return opened;
  };
  afterAll(() => Promise.all(worlds.map((opened) => opened.close())));

  it.each([
    ['strangers are sent on', { redirectUnknownEmailsTo: 'desk@aef.com' }],
    ['strangers are made', { createUnknownRequestors: true }],
    ['strangers are refused', {}],
  ] as const)('leave all tables as if they had been handled one by one: %s', async (_name, form) => {
    const pick = createPicker();
    const mails = randomMails(pick, 60);
    const [single, many] = await Promise.all([world(), world()]);
    for (const each of [single, many])
      await updateSettings(each.database.db, { loopLimit: 3, stormLimit: 2, strangersPerHour: 3, answersPerHour: 6 });
    const boxes = [await single.box(form), await many.box(form)] as const;
    await single.handle(boxes[0], mails, oneByOne);
    await many.handle(boxes[1], mails, (left) => Math.min(left, pick([1, 5, 12, 60])));
    expect(await many.everything()).toEqual(await single.everything());
    expect(many.complaints).toEqual([]);
  });

  it('leave them so in several mailboxes at once, each in its own order', async () => {
    const pick = createPicker();
    const [single, many] = await Promise.all([world(), world()]);
    const names = ['first', 'second', 'third', 'fourth'];
    // Nothing that one of them does is to be the business of another.
    const mails = names.map((name) =>
      randomMails(pick, 30, name)
        .entries()
        .filter(([, raw]) => !/RFC_NUMBER|: Re: \[|EXTERNAL/.test(raw.toString())),
    );
    const byBox = mails.map((entries) => new Map(entries));
    for (const each of [single, many]) {
      await updateSettings(each.database.db, { loopLimit: 0, strangersPerHour: 0, answersPerHour: 1_000 });
      const boxes: MailboxRecord[] = [];
      for (const login of names) boxes.push(await each.box({ login, redirectUnknownEmailsTo: 'desk@aef.com' }));
      const handling = boxes.map((box, place) =>
        each.handle(box, byBox[place] ?? new Map(), each === single ? oneByOne : together),
      );
      await Promise.all(handling);
    }
    const outcome = async ({ database: { db } }: World) => [
      ...(await db.execute(sql`
        select messages.mailbox_id, messages.protocol_id, disposition, reason, content_key, title, description, tickets.type,
          case when ticket_number is not null then row_number() over (partition by messages.mailbox_id, tickets.type order by ticket_number) end as nth,
          (select count(*) from actions where actions.message_id = messages.id) as actions,
          (select count(*) from documents where documents.message_id = messages.id) as documents,
          (select count(*) from operation_log where operation_log.message_id = messages.id) as lines,
          (select string_agg(kind, ',') from outbox where answers_message_id = messages.id) as answers,
          (select count(*) from workflow_outbox where workflow_outbox.ticket_number = messages.ticket_number) as words
        from messages left join tickets on number = ticket_number order by mailbox_id, messages.id`)),
    ];
    const gaps = await many.database.db.execute(sql`
      select last - (select count(*) from tickets where tickets.type = counters.type) as gap from ticket_counters as counters`);
    // What a number is in its explanation depends on who was first; all else does not.
    expect(await outcome(many)).toEqual(await outcome(single));
    expect(many.complaints).toEqual([]);
    expect([...gaps].every((row) => Number(row['gap']) === 0)).toBe(true);
  });

  it('cost as many statements as one more, in one transaction, however many they are', async () => {
    const counted = await world();
    await updateSettings(counted.database.db, { loopLimit: 0 });
    const box = await counted.box();
    let statements: string[] = [];
    // The driver tells of every statement where it is asked to.
    Reflect.set(counted.database.sql.options, 'debug', (_connection: number, text: string) => statements.push(text));
    const costOf = async (count: number, share: Share) => {
      const mails = Array.from({ length: count }, (_, nth) => {
        const id = `${String(count)}-${String(nth)}`;
        return [id, mail(['From: fleblanc@aef.com', `Subject: ${id}`, `Message-ID: <${id}@aef.com>`])] as const;
      });
      await counted.store(box, new Map(mails));
      statements = [];
      await counted.handlePending(box, new Map(mails), share);
      return { statements: statements.length, transactions: statements.filter((text) => /^begin/i.test(text)).length };
    };
    const ten = await costOf(10, together);
    const fifty = await costOf(50, together);
    const one = await costOf(1, oneByOne);
    expect(fifty).toEqual(ten);
    expect(fifty.transactions).toBe(1);
    expect(fifty.statements).toBeLessThanOrEqual(24);
    expect(one.transactions).toBe(1);
    expect(one.statements).toBeLessThanOrEqual(20);
  });

  describe('with a fault', () => {
    const plain = new Map(
      [1, 2, 3, 4].map((nth) => [
        `plain ${nth}`,
        mail(['From: fleblanc@aef.com', `Subject: ${nth}`, `Message-ID: <${nth}@aef.com>`]),
      ]),
    );
    let count = 0;
    let faulty: World;
    beforeAll(async () => {
      faulty = await world((name) => {
        if (name !== 'effects_committed:before') return;
        count += 1;
        if (count === 1) throw new Error('a fault of a chunk');
      });
    });

    it('are handled one by one, and none is lost or there twice', async () => {
      const box = await faulty.box();
      await faulty.handle(box, plain, together);
      const { messages, tickets, counters } = await faulty.everything();
      expect(messages).toMatchObject(
        [1, 2, 3, 4].map((nth) => ({ subject: String(nth), disposition: 'created', attempts: 0 })),
      );
      expect(tickets).toHaveLength(4);
      expect(counters).toMatchObject([{ last: 4 }]);
      expect(count).toBe(5);
    });

    it('and none is handled once the mailbox is switched off', async () => {
      const box = await faulty.box();
      await switchMailbox(faulty.database.db, box.id, false);
      await faulty.handle(box, plain, together);
      const rows = await faulty.database.db.execute(
        sql`select 1 from messages where mailbox_id = ${box.id} and disposition is null`,
      );
      expect(rows).toHaveLength(4);
    });
  });
});
