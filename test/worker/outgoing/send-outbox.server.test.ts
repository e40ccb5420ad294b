import { eq } from 'drizzle-orm';
import pino from 'pino';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReplyIds } from '../../../src/db/outgoing/reply-ids.ts';
import { enqueueMail, takeUnsent } from '../../../src/db/outgoing/outbox.ts';
import { outbox } from '../../../src/db/schema/index.ts';
import { connect, type Db } from '../../../src/db/shared/connect.ts';
import { updateSettings } from '../../../src/db/settings/settings.ts';
import { SendError, type Sender } from '../../../src/mail/outgoing/send.ts';
import { createOutboxSender } from '../../../src/worker/outgoing/send-outbox.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { isDatabaseAway } from '../../../src/activities/shared/faults.ts';
import { mailbox, now, secretBox, useDatabase } from '../../db/fixtures.ts';

const { db, url } = useDatabase();
const logger = pino({ level: 'silent' });

beforeAll(async () => {
  await mailbox(db());
});
beforeEach(async () => {
  await db().delete(outbox);
  await updateSettings(db(), { supportReturnEmailAddress: 'support@aef.com', answersPerHour: 1000 });
});

const write = (address: string) => enqueueMail(db(), { kind: 'assignment', to: { address }, ticketId: null, now });

/** A server that does with each mail what `fate` says of its recipient. */
const serverWith = (fate: (to: string) => void = () => undefined) => {
  const got: string[] = [];
  const sender: Sender = {
    send: (_raw, { to }) => {
      try {
        fate(to);
        got.push(to);
        return Promise.resolve();
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
    close: () => undefined,
  };
  return { got, sender };
};
const turnOf = (sender: Sender, on: Db = db()) =>
  createOutboxSender({ db: on, replyIds: createReplyIds(secretBox), timeZone: 'UTC', sender, logger });
const states = async () =>
  db().select({ to: outbox.toAddress, state: outbox.state, attempts: outbox.attempts }).from(outbox).orderBy(outbox.id);

describe('sending the outbox', () => {
  it.each([
    ['an address that no mail can be written to', 'no address at all', () => undefined],
    [
      'a fault of the sender',
      'odd@aef.com',
      (to: string) => {
        if (to.startsWith('odd')) throw new TypeError('odd');
      },
    ],
  ])('R4: %s holds back nobody, and is recorded with its mail', async (_, address, fate) => {
    await write(address);
    await write('a@aef.com');
    await write('b@aef.com');
    const { got, sender } = serverWith(fate);
    await turnOf(sender)();
    expect(got).toEqual(['a@aef.com', 'b@aef.com']);
    expect(await states()).toMatchObject([{ state: 'pending', attempts: 1 }, { state: 'sent' }, { state: 'sent' }]);
  });

  it('R4: an address that the product accepts can be written to', async () => {
    await write('taro..yamada.@docomo.ne.jp');
    const { got, sender } = serverWith();
    await turnOf(sender)();
    expect(got).toEqual(['taro..yamada.@docomo.ne.jp']);
  });

  it('R11, R12: a sender holds one mail, for a minute', async () => {
    await write('a@aef.com');
    await write('b@aef.com');
    const seen: unknown[] = [];
    const { sender } = serverWith();
    const slow: Sender = {
      ...sender,
      send: async (raw, envelope) => {
        const held = await db().$count(outbox, eq(outbox.state, 'pending'));
        const [row] = await db().select().from(outbox).where(eq(outbox.toAddress, envelope.to));
        const left = Date.parse(row?.nextAttemptAt ?? '') - Date.now();
        const others = await takeUnsent(db(), 10);
        seen.push({ held, within: left > 0 && left <= 61_000, others: others.map(({ to }) => to) });
        await sender.send(raw, envelope);
      },
    };
    await turnOf(slow)();
    expect(seen).toEqual([{ held: 2, within: true, others: ['b@aef.com'] }]);
  });

  it('R10: a mail that the server took is not sent again because the database was away', async () => {
    await write('a@aef.com');
    let away = true;
    const proxy = await startTcpProxy(Number(new URL(url()).port), (sent) =>
      away && /update "outbox" set .*"sent_at"/.test(sent) ? 'lost' : 'passes',
    );
    const proxied = new URL(url());
    proxied.hostname = '127.0.0.1';
    proxied.port = String(proxy.port);
    const database = connect(proxied.href, { max: 1 });
    const { got, sender } = serverWith();
    const turn = turnOf(sender, database.db);
    await expect(turn()).rejects.toSatisfy(isDatabaseAway);
    away = false;
    await db().update(outbox).set({ nextAttemptAt: '2020-01-01T00:00:00.000Z' }).where(eq(outbox.state, 'pending'));
    await turn();
    expect(got).toEqual(['a@aef.com']);
    expect(await states()).toMatchObject([{ state: 'sent' }]);
    await database.close();
    await proxy.close();
  });

  it.each(['credentials_refused', 'sender_refused', 'tls'] as const)(
    'K10: %s keeps the mails as they are, and sending rests',
    async (kind) => {
      await write('a@aef.com');
      await write('b@aef.com');
      let tries = 0;
      const { sender } = serverWith(() => {
        tries += 1;
        throw new SendError(kind, 'No.', 'Cure it.');
      });
      const turn = turnOf(sender);
      expect(await turn()).toBe(false);
      expect(await turn()).toBe(false);
      expect(tries).toBe(1);
      expect(await states()).toMatchObject([
        { state: 'pending', attempts: 0 },
        { state: 'pending', attempts: 0 },
      ]);
      await db().update(outbox).set({ nextAttemptAt: null });
      const cured = serverWith();
      await turnOf(cured.sender)();
      expect(cured.got).toEqual(['a@aef.com', 'b@aef.com']);
    },
  );
});
