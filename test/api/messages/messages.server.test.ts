import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findOptionalCategory } from '../../../src/db/master-data/categories.ts';
import { listPending, recordDisposition, type DispositionRecord } from '../../../src/db/messages/ledger.ts';
import type { MailboxRecord } from '../../../src/db/mailboxes/mailboxes.ts';
import { storeReceived } from '../../../src/db/messages/raw-messages.ts';
import { mailbox as createMailbox, now } from '../../db/fixtures.ts';
import { readFixture } from '../../support/fixtures.ts';
import { brokenRules, problemOf, startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
let mailbox: MailboxRecord;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  mailbox = await createMailbox(api.database.db);
  api.control.calls.length = 0;
});

let stored = 0;
const store = async (raw: Buffer): Promise<number> => {
  const received = { protocolId: `1:${++stored}`, raw, arrivedAt: now };
  const [message] = await storeReceived(api.database.db, mailbox.id, [received], now);
  if (message === undefined) throw new Error('Nothing was stored.');
  return message.id;
};

/** A message that ended so, from gsmith@aef.com. */
const refuse = async (raw: Buffer, outcome: Partial<DispositionRecord> = {}): Promise<number> => {
  const id = await store(raw);
  await recordDisposition(api.database.db, {
    id,
    disposition: 'rejected',
    reason: 'sender_mismatch',
    explanation: 'The requestor is not the sender.',
    notices: [{ code: 'unknown_asset', message: 'No asset is P1.', line: 3, column: 1, variable: 'ASSET' }],
    ticketNumber: null,
    messageId: `<${id}@aef.com>`,
    contentKey: `key ${id}`,
    fromAddress: 'gsmith@aef.com',
    senderAuthentication: 'off',
    subject: `Message 100%_${id}`,
    now,
    ...outcome,
  });
  return id;
};

const ids = (page: unknown): number[] => (page as { items: { id: number }[] }).items.map(({ id }) => id);
const ofMailbox = (query: string) => api.get(`/api/v1/messages?mailbox=${mailbox.id}&${query}`);

describe('the list of messages', () => {
  it('is read page by page, newest first', async () => {
    const made = [];
    for (let count = 0; count < 5; count++) made.push(await store(Buffer.from('Subject: x\r\n\r\n')));
    const found: number[] = [];
    let cursor = '';
    for (let pages = 0; pages < 3; pages++) {
      const page = (await ofMailbox(`limit=2${cursor}`)) as { nextCursor: string | null };
      found.push(...ids(page));
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(found).toEqual(made.toReversed());
    expect(cursor).toBe('&cursor=null');
  });

  it('is searched by disposition, reason, sender and text, whose signs mean themselves', async () => {
    const pending = await store(Buffer.from('Subject: x\r\n\r\n'));
    const rejected = await refuse(Buffer.from('Subject: x\r\n\r\n'));
    const other = await refuse(Buffer.from('Subject: x\r\n\r\n'), {
      disposition: 'quarantined',
      reason: 'mail_loop',
      fromAddress: 'loop@example.com',
      subject: 'Nothing',
    });
    expect(ids(await ofMailbox('disposition=pending'))).toEqual([pending]);
    expect(ids(await ofMailbox('disposition=rejected'))).toEqual([rejected]);
    expect(ids(await ofMailbox('reason=mail_loop'))).toEqual([other]);
    expect(ids(await ofMailbox('from=SMITH'))).toEqual([rejected]);
    expect(ids(await ofMailbox(`text=${encodeURIComponent(`100%_${rejected}`)}`))).toEqual([rejected]);
    expect(ids(await ofMailbox('text=%25'))).toEqual([rejected]);
    expect(ids(await ofMailbox('ticket=I261123_000001'))).toEqual([]);
    expect(await api.get(`/api/v1/mailboxes/${mailbox.id}`)).toMatchObject({
      counts: { pending: 1, rejected: 1, quarantined: 1 },
    });
  });
});

describe('one message', () => {
  it('tells why it ended so and what its instruction says', async () => {
    const id = await refuse(await readFixture('page-example'));
    expect(await api.get(`/api/v1/messages/${id}`)).toMatchObject({
      id,
      mailbox: mailbox.name,
      disposition: 'rejected',
      reason: 'sender_mismatch',
      explanation: 'The requestor is not the sender.',
      notices: [{ code: 'unknown_asset', line: 3 }],
      rawAvailable: true,
      understood: { variables: { ASSET: 'P04319', CODE_CATALOG: 'Smartphone' } },
      places: expect.arrayContaining([{ from: { line: 2, column: 1 }, to: { line: 2, column: 49 } }]) as unknown,
    });
    expect((await api.send('GET', '/api/v1/messages/999999')).status).toBe(404);
  });

  it('tells what of its instruction cannot be followed, and where', async () => {
    const id = await refuse(Buffer.from("From: a@example.com\r\n\r\nIt is slow.\r\n@ASSET@=‘P1’ @URGENCY@='2'\r\n"));
    expect(await api.get(`/api/v1/messages/${id}`)).toMatchObject({
      errors: [{ line: 2, column: 9, variable: 'ASSET' }],
      places: [{ from: { line: 2, column: 14 }, to: { line: 2, column: 27 } }],
    });
  });

  it('keeps a token to itself', async () => {
    const id = await refuse(Buffer.from("From: a@example.com\r\n\r\n@CHOICE@='1' @TOKEN@='one-time-secret'\r\n"));
    const response = await api.send('GET', `/api/v1/messages/${id}`);
    const text = await response.text();
    expect(text).toContain('"TOKEN":"********"');
    expect(text).not.toContain('one-time-secret');
  });

  it('S-06: is downloaded by an operator without its tokens, or not at all where they are hidden in it', async () => {
    const made = await api.send('POST', '/api/v1/tokens', { name: 'script', role: 'operator' });
    const { token } = (await made.json()) as { token: string };
    const asOperator = { Authorization: `Bearer ${token}` };
    const order = "@CHOICE@='1' @TOKEN@='one-time-secret'";
    const plain = await refuse(Buffer.from(`From: a@example.com\r\n\r\n${order}\r\n`));
    const masked = await api.send('GET', `/api/v1/messages/${plain}/raw`, undefined, asOperator);
    expect(masked.status).toBe(200);
    expect(await masked.text()).toContain("@TOKEN@='***************'");
    expect(await (await api.send('GET', `/api/v1/messages/${plain}/raw`)).text()).toContain('one-time-secret');
    const encoded = await refuse(
      Buffer.from(
        `From: a@example.com\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(order).toString('base64')}\r\n`,
      ),
    );
    expect((await api.send('GET', `/api/v1/messages/${encoded}/raw`, undefined, asOperator)).status).toBe(403);
    expect((await api.send('GET', `/api/v1/messages/${encoded}/raw`)).status).toBe(200);
  });

  it('A11: is downloaded with the octets that came, and nothing runs', async () => {
    const raw = await readFixture('page-example');
    const id = await refuse(raw);
    const response = await api.send('GET', `/api/v1/messages/${id}/raw`);
    // S-22: who looked at it is in the log.
    expect(await api.get(`/api/v1/log?message=${id}&operation=message.read_original`)).toMatchObject({
      items: [{ who: 'admin token' }],
    });
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(await response.bytes())).toBe(digest(raw));
    expect(response.headers.get('Content-Type')).toBe('message/rfc822');
    expect(response.headers.get('Content-Disposition')).toMatch(/^attachment; filename="?message-\d+\.eml"?$/);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Content-Security-Policy')).toBe("sandbox; default-src 'none'");
  });
});

describe('a release', () => {
  it('may name the category of the ticket to be made, by code, path or name', async () => {
    const id = await refuse(await readFixture('page-example'));
    const unknown = await api.send('POST', `/api/v1/messages/${id}/release`, { category: 'no such' });
    expect(await brokenRules(unknown)).toEqual(['category: unknown']);
    expect((await api.send('POST', `/api/v1/messages/${id}/release`, { category: 'smartphone' })).status).toBe(202);
    const [pending] = await listPending(api.database.db, mailbox.id, now, 1);
    const category = await findOptionalCategory(api.database.db, 'SMARTPHONE');
    expect(pending?.releasedCategoryId).toBe(category?.id);
    expect(await api.get(`/api/v1/log?message=${id}`)).toMatchObject({
      items: [{ result: 'released with the category SMARTPHONE' }],
    });
  });

  it('has the message handled again', async () => {
    const id = await refuse(Buffer.from('Subject: x\r\n\r\n'));
    const response = await api.send('POST', `/api/v1/messages/${id}/release`);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ id, disposition: null, arrivedAt: now });
    expect(api.control.calls).toEqual([`wake ${mailbox.id}`]);
    expect(await api.get(`/api/v1/log?message=${id}`)).toMatchObject({
      items: [{ operation: 'message.release', who: 'admin token', mailbox: mailbox.name }],
    });
  });

  it('is refused for what waits to be handled', async () => {
    const id = await store(Buffer.from('Subject: x\r\n\r\n'));
    const response = await api.send('POST', `/api/v1/messages/${id}/release`);
    expect((await problemOf(response)).detail).toContain('waiting to be handled');
    expect(response.status).toBe(409);
    expect(api.control.calls).toEqual([]);
  });
});

describe('a discard', () => {
  it('deletes the original and keeps the line of the ledger', async () => {
    const id = await refuse(Buffer.from('Subject: x\r\n\r\n'));
    expect((await api.send('POST', `/api/v1/messages/${id}/discard`)).status).toBe(200);
    expect(await api.get(`/api/v1/messages/${id}`)).toMatchObject({
      disposition: 'rejected',
      rawAvailable: false,
      understood: null,
    });
    expect((await api.send('GET', `/api/v1/messages/${id}/raw`)).status).toBe(404);
    expect((await api.send('POST', `/api/v1/messages/${id}/discard`)).status).toBe(409);
    expect((await api.send('POST', `/api/v1/messages/${id}/release`)).status).toBe(409);
  });
});

describe('many messages at once', () => {
  it('releases each with the category, wakes their mailbox once, and says which failed and why', async () => {
    const first = await refuse(Buffer.from('Subject: x\r\n\r\n'));
    const second = await refuse(Buffer.from('Subject: x\r\n\r\n'));
    const pending = await store(Buffer.from('Subject: x\r\n\r\n'));
    const response = await api.send('POST', '/api/v1/messages/bulk', {
      ...{ action: 'release', category: 'SMARTPHONE' },
      ids: [first, pending, second, first, 999_999],
    });
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        done: [first, second],
        failed: [
          { id: pending, detail: `Message ${pending} is waiting to be handled.` },
          { id: 999_999, detail: 'There is no message 999999.' },
        ],
      },
    ]);
    expect(api.control.calls).toEqual([`wake ${mailbox.id}`]);
    expect(ids(await ofMailbox('disposition=pending'))).toEqual([pending, second, first]);
  });

  it('discards them: they are gone from the list of what can still be handled', async () => {
    const arrived = { disposition: 'quarantined', reason: 'mail_loop' } as const;
    const first = await refuse(Buffer.from('Subject: x\r\n\r\n'), arrived);
    const second = await refuse(Buffer.from('Subject: x\r\n\r\n'), arrived);
    const response = await api.send('POST', '/api/v1/messages/bulk', { action: 'discard', ids: [first] });
    expect(await response.json()).toEqual({ done: [first], failed: [] });
    expect(ids(await ofMailbox('disposition=quarantined&discarded=false'))).toEqual([second]);
    expect(ids(await ofMailbox('disposition=quarantined&discarded=true'))).toEqual([first]);
    expect(api.control.calls).toEqual([]);
  });

  it.each([
    [{ action: 'release', ids: [] }, 'ids: too_small'],
    [{ action: 'discard', ids: [1], category: 'X' }, 'category: unknown_field'],
    [{ action: 'release', ids: [1], category: 'NOTHING' }, 'category: unknown'],
  ])('refuses %j', async (body, broken) => {
    const response = await api.send('POST', '/api/v1/messages/bulk', body);
    expect(response.status).toBe(422);
    expect(await brokenRules(response)).toEqual([broken]);
  });

  it('lists messages by their time of arrival', async () => {
    const one = await store(Buffer.from('Subject: x\r\n\r\n'));
    const after = new Date(Date.parse(now) + 1).toISOString();
    expect(ids(await ofMailbox(`arrivedFrom=${now}&arrivedBefore=${after}`))).toEqual([one]);
    expect(ids(await ofMailbox(`arrivedFrom=${after}`))).toEqual([]);
    expect(ids(await ofMailbox(`arrivedBefore=${now}`))).toEqual([]);
  });
});
