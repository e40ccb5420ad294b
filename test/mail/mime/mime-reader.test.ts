import { afterEach, describe, expect, it } from 'vitest';
import { createMimeReader, type MimeReader, type MimeReaderOptions } from '../../../src/mail/mime/mime.ts';
import { readFixture } from '../../support/fixtures.ts';
import { mail } from '../../support/mime.ts';

describe('the MIME reader', () => {
  const closing: MimeReader[] = [];
  afterEach(async () => {
    for (const reader of closing.splice(0)) await reader.close();
  });
  const openReader = (options?: Partial<MimeReaderOptions>): MimeReader => {
    const reader = createMimeReader(options);
    closing.push(reader);
    return reader;
  };

  it('reads in threads of its own, and hands the contents over', async () => {
    const reader = openReader();
    const reading = await reader.read(await readFixture('page-example'));
    expect(reading).toMatchObject({ ok: true, message: { subject: 'Description of the problem on my smartphone' } });
    const [content] = reading.ok ? reading.contents.values() : [];
    expect(Buffer.from(content ?? []).toString()).toBe('twelve bytes');
  });

  it('leaves the caller its bytes', async () => {
    const reader = openReader();
    const raw = await readFixture('page-example');
    const before = Buffer.from(raw);
    await reader.read(raw);
    expect(raw.equals(before)).toBe(true);
  });

  it('F17: reads on after a mail that takes more memory than there is, and the mails beside it', async () => {
    const reader = openReader({ maxHeapMib: 32, concurrency: 2 });
    const good = mail(['Subject: good']);
    const poison = mail(
      ['From: fleblanc@aef.com', 'Subject: poison', 'Content-Type: text/html'],
      '<b>x</b>'.repeat(250_000),
    );
    const readings = await Promise.all([good, poison, good, poison, good].map((raw) => reader.read(raw)));
    expect(readings.map(({ ok }) => ok)).toEqual([true, false, true, false, true]);
    expect(readings[1]).toEqual({
      ok: false,
      reason: 'unreadable',
      explanation: 'The message could not be read within 32 MiB of memory.',
      subject: 'poison',
      from: 'fleblanc@aef.com',
      messageId: null,
    });
  });

  it('F17, A14: reads on after a mail that takes too long', async () => {
    const reader = openReader({ timeoutMs: 100, concurrency: 1 });
    const good = mail(['Subject: good']);
    // The first reading of a thread also starts the thread, which may take longer than the time limit.
    const readsGood = (): Promise<void> =>
      expect
        .poll(() => reader.read(good), { timeout: 30_000 })
        .toMatchObject({ ok: true, message: { subject: 'good' } });
    await readsGood();
    const slow = mail(
      ['Subject: slow', 'Content-Type: text/html'],
      '<blockquote>'.repeat(350) + 'a<br>'.repeat(390_000),
    );
    expect(await reader.read(slow)).toMatchObject({ ok: false, reason: 'unreadable', subject: 'slow' });
    await readsGood();
  });

  it('refuses to read when it is closed, rather than call the mail unreadable', async () => {
    const closed = createMimeReader();
    await closed.close();
    await expect(closed.read(mail(['Subject: good']))).rejects.toThrow();
  });
});
