import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { brokenConstraint, ConflictError } from '../../../src/db/shared/errors.ts';
import {
  listPending,
  listToRemove,
  lockPending,
  readBacklog,
  recordAttempt,
  recordDisposition,
  recordRemovalLeft,
  recordRemoved,
  unknownProtocolIds,
  type DispositionRecord,
} from '../../../src/db/messages/ledger.ts';
import { discardMessage, releaseMessage } from '../../../src/db/messages/quarantine.ts';
import {
  chunkBytes,
  readRaw,
  storeReceived,
  storeReceivedStream,
  streamRaw,
} from '../../../src/db/messages/raw-messages.ts';
import { purgeExpiredRaw } from '../../../src/db/system/retention.ts';
import { messages } from '../../../src/db/schema/index.ts';
import { mailbox, now, store, useDatabase } from '../fixtures.ts';

const later = '2026-11-23T10:05:00.000Z';

const refusal = (id: number, changes: Partial<DispositionRecord> = {}): DispositionRecord => ({
  id,
  disposition: 'quarantined',
  reason: 'unreadable',
  explanation: 'It is no mail.',
  notices: [],
  ticketNumber: null,
  messageId: null,
  contentKey: null,
  fromAddress: null,
  senderAuthentication: 'off',
  subject: null,
  now,
  ...changes,
});

const { db } = useDatabase();
let mailboxId: number;
beforeAll(async () => {
  mailboxId = (await mailbox(db())).id;
});

const aMailbox = async (): Promise<number> => (await mailbox(db())).id;

describe('receiving', () => {
  it('stores a message once, however often the server lists it', async () => {
    const first = await store(db(), mailboxId, 'a', 'b');
    const second = await store(db(), mailboxId, 'b', 'c');
    expect(first).toHaveLength(2);
    expect(second).toHaveLength(1);
    expect(await unknownProtocolIds(db(), mailboxId, ['c', 'x', 'a', 'd'])).toEqual(['x', 'd']);
  });

  it('stores a message once when two readers store it at the same time', async () => {
    const stored = await Promise.all(Array.from({ length: 8 }, () => store(db(), mailboxId, 'e', 'f')));
    expect(stored.flat()).toHaveLength(2);
  });

  it('refuses a second row for one message by a constraint', async () => {
    const row = { mailboxId, protocolId: 'a', rawSha256: '', size: 0, arrivedAt: now, receivedAt: now };
    const error: unknown = await db()
      .insert(messages)
      .values(row)
      .then(
        () => null,
        (cause: unknown) => cause,
      );
    expect(brokenConstraint(error)).toBe('ledger_exactly_once');
  });

  it('knows the same protocol id in another mailbox as another message', async () => {
    expect(await store(db(), await aMailbox(), 'a')).toHaveLength(1);
  });

  it.each([0, 1, chunkBytes, 2 * chunkBytes + 7])('gives back the octets of a message of %i octets', async (size) => {
    const raw = Buffer.alloc(size, 'mail\0');
    const [stored] = await storeReceived(db(), mailboxId, [{ protocolId: `raw ${size}`, raw, arrivedAt: null }], now);
    const read = await readRaw(db(), stored?.id ?? 0);
    expect(Buffer.from(read ?? 'none').equals(raw)).toBe(true);
  });

  it('stores an oversized message in chunks as it comes', async () => {
    const piece = Buffer.alloc(700_000, 'x');
    const pieces = async function* () {
      for (let i = 0; i < 4; i++) yield await Promise.resolve(piece);
    };
    const id = await aMailbox();
    const stored = await storeReceivedStream(db(), id, { protocolId: 'large', arrivedAt: null }, pieces(), now);
    const [pending] = await listPending(db(), id, now, 10);
    expect(pending).toMatchObject({ id: stored?.id, oversized: true, size: 2_800_000 });
    expect(pending?.rawSha256).toBe(
      createHash('sha256')
        .update(Buffer.concat([piece, piece, piece, piece]))
        .digest('hex'),
    );
    const sizes: number[] = [];
    for await (const chunk of streamRaw(db(), stored?.id ?? 0)) sizes.push(chunk.byteLength);
    expect(sizes).toEqual([chunkBytes, chunkBytes, 2_800_000 - 2 * chunkBytes]);
  });

  it('stores nothing of an oversized message that breaks off or has vanished', async () => {
    const id = await aMailbox();
    const broken = async function* () {
      yield await Promise.resolve(Buffer.alloc(10));
      throw new Error('The connection is gone.');
    };
    await expect(storeReceivedStream(db(), id, { protocolId: 'p', arrivedAt: null }, broken(), now)).rejects.toThrow(
      'gone',
    );
    const empty = ReadableStream.from<Uint8Array>([]);
    expect(await storeReceivedStream(db(), id, { protocolId: 'p', arrivedAt: null }, empty, now)).toBeUndefined();
    expect(await unknownProtocolIds(db(), id, ['p'])).toEqual(['p']);
  });
});

describe('handling', () => {
  it('takes messages in order of arrival and leaves the postponed ones for later', async () => {
    const id = await aMailbox();
    const [one, two, three] = (await store(db(), id, '1', '2', '3')) as [number, number, number];
    expect(await recordAttempt(db(), one, 'no luck', later)).toBe(1);
    expect((await listPending(db(), id, now, 10)).map((message) => message.id)).toEqual([two, three]);
    expect((await listPending(db(), id, later, 10)).map((message) => message.id)).toEqual([one, two, three]);
    expect(await readBacklog(db(), id, now)).toEqual({ pending: 3, postponed: 1, toRemove: 0, nextAttemptAt: later });
  });

  it('gives a message one disposition and never a second one', async () => {
    const [id] = (await store(db(), mailboxId, 'once')) as [number];
    await recordDisposition(db(), refusal(id));
    await expect(recordDisposition(db(), refusal(id, { reason: 'too_large' }))).rejects.toThrow(ConflictError);
    expect(await db().transaction((tx) => lockPending(tx, id))).toBeUndefined();
  });

  it('keeps texts that PostgreSQL cannot store, with U+FFFD in place of what it cannot', async () => {
    const [id] = (await store(db(), mailboxId, 'nul')) as [number];
    const notice = { code: 'x', message: 'a\0b\ud800', line: null, column: null, variable: null };
    await recordDisposition(db(), refusal(id, { subject: 'a\0b\ud800c', notices: [notice] }));
    const row = await db().query.messages.findFirst({ where: (t, { eq }) => eq(t.id, id) });
    expect(row).toMatchObject({ subject: 'a\ufffdb\ufffdc', notices: [{ message: 'a\ufffdb\ufffd' }] });
  });

  it('makes the second of two workers wait and then find the message handled', async () => {
    const [id] = (await store(db(), mailboxId, 'two workers')) as [number];
    const work = () =>
      db().transaction(async (tx) => {
        if ((await lockPending(tx, id)) === undefined) return 'already handled';
        await recordDisposition(tx, refusal(id));
        return 'handled';
      });
    expect((await Promise.all([work(), work(), work()])).sort()).toEqual([
      'already handled',
      'already handled',
      'handled',
    ]);
  });
});

describe('removing', () => {
  it('names what is handled and still in the inbox, what could not be removed last', async () => {
    const id = await aMailbox();
    const [one, two, three] = (await store(db(), id, '1', '2', '3')) as [number, number, number];
    await recordDisposition(db(), refusal(one));
    await recordDisposition(db(), refusal(two));
    await recordRemovalLeft(db(), [{ id: one, reason: 'The mailbox is read only.' }]);
    expect((await listToRemove(db(), id, 10)).map((message) => message.id)).toEqual([two, one]);
    await recordRemoved(db(), [one, two], later);
    expect(await listToRemove(db(), id, 10)).toEqual([]);
    expect(await readBacklog(db(), id, now)).toMatchObject({ pending: 1, toRemove: 0 });
    expect((await listPending(db(), id, now, 10)).map((message) => message.id)).toEqual([three]);
  });
});

describe('quarantine', () => {
  it('puts a released message back with its mailbox and its time of arrival', async () => {
    const id = await aMailbox();
    const [one] = (await store(db(), id, '1')) as [number];
    const [before] = await listPending(db(), id, now, 1);
    await recordDisposition(db(), refusal(one));
    await releaseMessage(db(), one, { now: later, categoryId: null });
    expect(await listPending(db(), id, now, 1)).toEqual([{ ...before, released: true }]);
  });

  it('releases a redirected message like any other', async () => {
    const id = await aMailbox();
    const [one] = (await store(db(), id, '1')) as [number];
    await recordDisposition(db(), { ...refusal(one), disposition: 'redirected', reason: null });
    await releaseMessage(db(), one, { now: later, categoryId: null });
    expect(await listPending(db(), id, now, 1)).toMatchObject([{ id: one, released: true }]);
  });

  it('releases no message that is pending, handled or without its original', async () => {
    const [pending, discarded] = (await store(db(), await aMailbox(), '1', '2')) as [number, number];
    await expect(releaseMessage(db(), pending, { now, categoryId: null })).rejects.toMatchObject({
      rule: 'message_pending',
    });
    await recordDisposition(db(), refusal(discarded));
    await discardMessage(db(), discarded, later);
    expect(await readRaw(db(), discarded)).toBeNull();
    await expect(releaseMessage(db(), discarded, { now, categoryId: null })).rejects.toMatchObject({
      rule: 'message_without_original',
    });
    await expect(releaseMessage(db(), 0, { now, categoryId: null })).rejects.toThrow('There is no message 0.');
  });
});

describe('retention', () => {
  it('deletes the originals of what was handled before its time, and nothing else', async () => {
    const [old, recent, pending] = (await store(db(), await aMailbox(), '1', '2', '3')) as [number, number, number];
    await recordDisposition(db(), refusal(old, { now: '2020-01-01T00:00:00.000Z' }));
    await recordDisposition(db(), refusal(recent));
    expect(await purgeExpiredRaw(db(), '2021-01-01T00:00:00.000Z', now, 10)).toBe(1);
    expect(await readRaw(db(), old)).toBeNull();
    expect(await readRaw(db(), recent)).not.toBeNull();
    expect(await readRaw(db(), pending)).not.toBeNull();
  });
});
