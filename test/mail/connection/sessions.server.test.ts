import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailSession } from '../../../src/mail/connection/session.ts';
import { startDovecot } from '../../support/dovecot.ts';
import type { Dovecot } from '../../support/dovecot.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import type { Mailbox } from '../../../src/domain/mailboxes/mailbox.ts';
import {
  mail,
  mailErrorOf,
  mailboxOn,
  openLocalSession,
  password,
  readAll,
  removalOf,
  sha256,
  textOf,
} from './session-helpers.ts';
import type { Security } from './session-helpers.ts';

let dovecot: Dovecot;
beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(async () => await dovecot.stop());

const open = (mailbox: Mailbox): Promise<MailSession> => openLocalSession(mailbox, password, { ca: dovecot.ca });

const protocols = ['imap4', 'pop3'] as const;
const modes = protocols.flatMap((type) =>
  (['plain', 'starttls', 'tls'] as const satisfies Security[]).map((security) => ({ type, security })),
);

describe.each(modes)('a session by $type, $security', ({ type, security }) => {
  it('lists, describes, fetches and removes what came, oldest first', async () => {
    const mailbox = mailboxOn(dovecot, type, security);
    const mails = ['one', 'two', 'three'].map((subject) => mail(subject));
    for (const raw of mails) await dovecot.deliver(mailbox.login, raw);

    const session = await open(mailbox);
    const { ids, mails: read } = await readAll(session);
    const described = await session.describe(ids);
    const outcome = await session.remove(await removalOf(session, ids));
    await session.close();

    expect(read).toEqual(mails);
    expect(new Set(ids).size).toBe(3);
    expect(described.map(({ size }) => size)).toEqual(mails.map((raw) => raw.length));
    expect(outcome).toEqual({ removed: ids, left: [] });
    expect(await dovecot.messages(mailbox.login)).toEqual([]);
  });
});

describe.each(protocols)('a session by %s', (type) => {
  it('finds an empty inbox empty', async () => {
    const session = await open(mailboxOn(dovecot, type, 'tls'));
    expect(await session.list()).toEqual([]);
    expect(await session.describe([])).toEqual([]);
    expect(await session.remove([])).toEqual({ removed: [], left: [] });
    await session.close();
  });

  it('keeps every octet: lone dots, 8-bit text, long lines, no header', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    const mails = [
      mail('dots', '.\r\n..\r\n.a\r\n\r\n.'),
      mail('8 bit', 'caf\xe9 \xff\xfe'),
      mail('long', 'x'.repeat(200_000)),
      '\r\n',
    ];
    for (const raw of mails) await dovecot.deliver(mailbox.login, Buffer.from(raw, 'latin1'));

    const session = await open(mailbox);
    expect((await readAll(session)).mails).toEqual(mails);
    await session.close();
  });

  it('lists a message under one id in every session', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    await dovecot.deliver(mailbox.login, mail('same'));
    const first = await open(mailbox);
    const ids = await first.list();
    await first.close();
    const second = await open(mailbox);
    expect(await second.list()).toEqual(ids);
    await second.close();
  });

  it('counts what is gone already as removed, and touches nothing else', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    await dovecot.deliver(mailbox.login, mail('handled'));
    await dovecot.deliver(mailbox.login, mail('not handled'));
    const session = await open(mailbox);
    const [handled = ''] = await session.list();
    const requests = await removalOf(session, [handled]);
    expect(await session.remove(requests)).toEqual({ removed: [handled], left: [] });
    expect(await session.remove(requests)).toEqual({ removed: [handled], left: [] });
    await session.close();

    const again = await open(mailbox);
    expect((await readAll(again)).mails).toEqual([mail('not handled')]);
    expect(await again.remove(requests)).toEqual({ removed: [handled], left: [] });
    await again.close();
    expect(await dovecot.messages(mailbox.login)).toHaveLength(1);
  });

  it('leaves out what vanished between listing and reading', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    for (const subject of ['a', 'b', 'c']) await dovecot.deliver(mailbox.login, mail(subject));
    const session = await open(mailbox);
    const listed = await session.describe(await session.list());
    const [, second] = await dovecot.messages(mailbox.login);
    await rm(second?.path ?? '');
    const read: string[] = [];
    for await (const { raw } of session.fetch(listed)) read.push(textOf(raw));
    await session.close();
    expect(read).toEqual([mail('a'), mail('c')]);
  });

  it('F18: streams 30 MiB in small pieces', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    const line = `${'0123456789'.repeat(7)}\r\n`;
    const raw = mail('large', line.repeat(Math.ceil((30 * 1024 * 1024) / line.length)));
    await dovecot.deliver(mailbox.login, raw);
    const session = await open(mailbox);
    const [message] = await session.describe(await session.list());
    if (message === undefined) throw new Error('not listed');
    const pieces: Buffer[] = [];
    let largest = 0;
    for await (const piece of session.stream(message)) {
      largest = Math.max(largest, piece.length);
      pieces.push(Buffer.from(piece));
    }
    await session.close();
    expect(message.size).toBe(raw.length);
    expect(sha256(Buffer.concat(pieces))).toBe(sha256(raw));
    expect(largest).toBeLessThanOrEqual(262_144);
  });

  it('goes on after a stream that nobody reads to its end', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    await dovecot.deliver(mailbox.login, mail('large', 'x\r\n'.repeat(500_000)));
    await dovecot.deliver(mailbox.login, mail('small'));
    const session = await open(mailbox);
    const ids = await session.list();
    const [large, small] = await session.describe(ids);
    if (large === undefined || small === undefined) throw new Error('not listed');
    for await (const piece of session.stream(large)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    const read: string[] = [];
    for await (const { raw } of session.fetch([small])) read.push(textOf(raw));
    await session.close();
    expect(read).toEqual([mail('small')]);
  });

  it('reads 2,000 messages', async () => {
    const mailbox = mailboxOn(dovecot, type, 'plain');
    for (let n = 0; n < 2_000; n += 1) await dovecot.deliver(mailbox.login, mail(`number ${n}`));
    const session = await open(mailbox);
    const { mails } = await readAll(session);
    await session.close();
    expect(mails).toEqual(Array.from({ length: 2_000 }, (_, n) => mail(`number ${n}`)));
  });

  it('is refused with a wrong password, which no word of the error repeats', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    const secrets = { password: 'not-the-password', clientSecret: null };
    const error = await mailErrorOf(openLocalSession(mailbox, secrets, { ca: dovecot.ca }));
    expect(error.kind).toBe('credentials_refused');
    expect(error.message).toContain('refused the login or password');
    expect(`${error.message} ${error.remedy} ${error.stack ?? ''}`).not.toContain('not-the-password');
    expect(error.cause).toBeUndefined();
  });

  it.each(['tls', 'starttls'] as const)(
    'trusts no certificate of an unknown authority by %s, and names it',
    async (security) => {
      const mailbox = mailboxOn(dovecot, type, security);
      const { cert } = await selfSignedCertificate();
      const error = await mailErrorOf(openLocalSession(mailbox, password, { ca: cert }));
      expect(error.kind).toBe('tls');
      expect(error.message).toContain('issued by TSA test authority');
      expect(error.remedy).toContain('TSA_CA_FILE');
    },
  );

  it.each(['tls', 'starttls'] as const)(
    'refuses a certificate for other names by %s, and tells them',
    async (security) => {
      const other = await startDovecot({ names: 'DNS:mail.example.test' });
      try {
        const error = await mailErrorOf(openLocalSession(mailboxOn(other, type, security), password, { ca: other.ca }));
        expect(error.kind).toBe('tls');
        expect(error.message).toContain('is for other names (DNS:mail.example.test), issued by TSA test authority');
      } finally {
        await other.stop();
      }
    },
  );

  it('tells that nothing listens, or that the name is unknown', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    const down = await mailErrorOf(open({ ...mailbox, port: 1 }));
    const unknown = await mailErrorOf(open({ ...mailbox, mailServer: 'mail.invalid' }));
    expect(down).toMatchObject({ kind: 'unreachable', message: 'Nothing listens at localhost:1.' });
    expect(unknown.kind).toBe('unreachable');
    expect(unknown.message).toMatch(/mail\.invalid (is not known|could not be looked up)/);
  });

  it('ends with the signal', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    await dovecot.deliver(mailbox.login, mail('one'));
    const stop = new AbortController();
    const session = await openLocalSession(mailbox, password, { ca: dovecot.ca, signal: stop.signal });
    stop.abort();
    expect(await mailErrorOf(session.list())).toMatchObject({
      kind: 'interrupted',
      message: 'The reading was stopped.',
    });
    await session.close();
    const early = openLocalSession(mailbox, password, { ca: dovecot.ca, signal: AbortSignal.abort() });
    expect((await mailErrorOf(early)).kind).toBe('interrupted');
  });
});
