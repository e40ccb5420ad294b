import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Mailbox } from '../../../src/domain/mailboxes/mailbox.ts';
import { mailboxOf } from '../../support/mailbox.ts';
import { scriptedPop3 } from './scripted-pop3.ts';
import {
  collect,
  mail,
  mailErrorOf,
  openLocalSession,
  password,
  readAll,
  removalOf,
  sha256,
} from '../connection/session-helpers.ts';
import type { Dialog } from '../connection/scripted-server.ts';

const mailboxAt = (port: number, fields: Partial<Mailbox> = {}): Mailbox =>
  mailboxOf({ type: 'pop3', mailServer: '127.0.0.1', port, sslTls: false, ...fields });

/** Each piece in a TCP segment of its own, or at least in a write of its own. */
function sendInPieces(dialog: Dialog, pieces: readonly string[]): void {
  const [first, ...rest] = pieces;
  if (first === undefined || dialog.socket.destroyed) return;
  dialog.write(first);
  setImmediate(() => sendInPieces(dialog, rest));
}

const two = [
  { uidl: 'a', raw: mail('a', '.\r\n..\r\n.x') },
  { uidl: 'b', raw: mail('b', 'caf\xe9') },
];

describe('a POP3 server that splits its answers', () => {
  it.each([
    { how: 'octet by octet', pieces: (text: string) => text.split('') },
    { how: 'in the terminator', pieces: (text: string) => text.split(/(?<=\r\n\.)|(?<=\r)(?=\n\.\r\n$)/) },
    { how: 'behind each CR', pieces: (text: string) => text.split(/(?<=\r)/) },
  ])('$how is read all the same', async ({ pieces }) => {
    await using server = await scriptedPop3(two, { send: (dialog, text) => sendInPieces(dialog, pieces(text)) });
    const session = await openLocalSession(mailboxAt(server.port), password);
    const { ids, mails } = await readAll(session);
    expect(ids).toEqual(['a', 'b']);
    expect(mails).toEqual(two.map(({ raw }) => raw));
    expect(await session.remove(await removalOf(session, ids))).toEqual({ removed: ids, left: [] });
    expect(server.mails).toEqual([]);
    await session.close();
  });
});

describe('a POP3 login', () => {
  it('A15: sends nothing in clear where StartTLS is on and the server does not offer it', async () => {
    await using server = await scriptedPop3([], { answers: { STLS: '-ERR unknown command\r\n' } });
    const error = await mailErrorOf(openLocalSession(mailboxAt(server.port, { startTls: true }), password));
    expect(error.kind).toBe('tls');
    expect(error.message).toContain('does not offer StartTLS');
    expect(server.received).toEqual(['STLS']);
  });

  it('A15: is given up when something is slipped in before encryption', async () => {
    await using server = await scriptedPop3([], { answers: { STLS: '+OK begin\r\n+OK injected' } });
    const error = await mailErrorOf(openLocalSession(mailboxAt(server.port, { startTls: true }), password));
    expect(error.kind).toBe('tls');
    expect(server.received).toEqual(['STLS']);
  });

  it.each([
    { word: 'USER', answer: '-ERR [AUTH] Plaintext authentication disallowed on non-secure connections.', kind: 'tls' },
    { word: 'PASS', answer: '-ERR [IN-USE] Do you have another POP session running?', kind: 'unreachable' },
    { word: 'PASS', answer: '-ERR [SYS/TEMP] Try later', kind: 'unreachable' },
    { word: 'PASS', answer: '-ERR maildrop already locked', kind: 'unreachable' },
    { word: 'PASS', answer: '-ERR Unable to lock mailbox, another MUA active', kind: 'unreachable' },
    { word: 'PASS', answer: '-ERR Server Unavailable. 21', kind: 'unreachable' },
    { word: 'PASS', answer: '-ERR Lock busy! Is another session active? (10)', kind: 'unreachable' },
    { word: 'PASS', answer: '-ERR no such login: secret', kind: 'credentials_refused' },
    { word: 'PASS', answer: 'cut', kind: 'unreachable' },
    { word: 'PASS', answer: '250 OK', kind: 'protocol' },
  ])('answered by $answer is $kind', async ({ word, answer, kind }) => {
    const line = answer === 'cut' ? answer : `${answer}\r\n`;
    await using server = await scriptedPop3([], { answers: { [word]: line } });
    const error = await mailErrorOf(openLocalSession(mailboxAt(server.port), password));
    expect(error.kind).toBe(kind);
    expect(`${error.message}${error.remedy}`).not.toContain(password.password);
  });

  it.each([
    { greeting: '-ERR too many connections\r\n', kind: 'unreachable', says: 'too many connections' },
    { greeting: '* OK IMAP4rev1 ready\r\n', kind: 'protocol', says: 'IMAP4rev1 ready' },
    { greeting: 'x'.repeat(10_000), kind: 'protocol', says: 'without an end' },
  ])('greeted by $kind trouble tells what the server said', async ({ greeting, kind, says }) => {
    await using server = await scriptedPop3([], { greeting });
    const error = await mailErrorOf(openLocalSession(mailboxAt(server.port), password));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(says);
  });

  it('F15: does not wait for ever for a silent server', async () => {
    await using server = await scriptedPop3([], { greeting: '' });
    const error = await mailErrorOf(openLocalSession(mailboxAt(server.port), password, { timeoutMs: 100 }));
    expect(error).toMatchObject({ kind: 'unreachable' });
    expect(error.message).toContain('did not answer in time');
  });

  it('takes no line breaks in a login', async () => {
    await using server = await scriptedPop3(two);
    const mailbox = mailboxAt(server.port, { login: 'a\r\nDELE 1' });
    expect((await mailErrorOf(openLocalSession(mailbox, password))).kind).toBe('credentials_refused');
    expect(server.received).toEqual([]);
  });
});

describe('removing by POP3', () => {
  it('F14: leaves all when the server does not confirm at QUIT', async () => {
    await using server = await scriptedPop3(two, { answers: { QUIT: '-ERR some deleted messages not removed\r\n' } });
    const session = await openLocalSession(mailboxAt(server.port), password);
    const { removed, left } = await session.remove(await removalOf(session, ['a', 'b']));
    expect(removed).toEqual([]);
    expect(left.map(({ protocolId }) => protocolId)).toEqual(['a', 'b']);
    expect(server.mails).toEqual(two);
    await session.close();
  });

  it('is unknown, and told as interrupted, when the answer to QUIT gets lost', async () => {
    await using server = await scriptedPop3(two, { answers: { QUIT: 'cut' } });
    const session = await openLocalSession(mailboxAt(server.port), password);
    const error = await mailErrorOf(session.remove(await removalOf(session, ['a'])));
    expect(error.kind).toBe('interrupted');
    await session.close();
  });

  it('leaves what the server refuses to delete', async () => {
    await using server = await scriptedPop3(two, { answers: { DELE: '-ERR permission denied\r\n' } });
    const session = await openLocalSession(mailboxAt(server.port), password);
    const { left } = await session.remove(await removalOf(session, ['a']));
    expect(left).toMatchObject([{ protocolId: 'a' }]);
    await session.close();
    expect(server.mails).toEqual(two);
  });

  it('K2, R2: leaves another message that lies under a UIDL that was given again, and says so', async () => {
    await using server = await scriptedPop3(two);
    const session = await openLocalSession(mailboxAt(server.port), password);
    expect(
      await session.remove([
        { protocolId: 'a', rawSha256: sha256(mail('stored before')) },
        { protocolId: 'b', rawSha256: sha256(Buffer.from(mail('b', 'caf\xe9'), 'latin1')) },
      ]),
    ).toEqual({ removed: ['b'], left: [], replaced: ['a'] });
    expect(server.mails.map(({ uidl }) => uidl)).toEqual(['a']);
    await session.close();
  });

  it('works on after it, on another connection', async () => {
    await using server = await scriptedPop3(two);
    const session = await openLocalSession(mailboxAt(server.port), password);
    await session.remove(await removalOf(session, ['a']));
    expect(await session.list()).toEqual(['b']);
    await session.close();
  });
});

describe('equal UIDLs', () => {
  const copies = [
    { uidl: 'same', raw: mail('one') },
    { uidl: 'same', raw: mail('two') },
    { uidl: 'same', raw: mail('one') },
    { uidl: 'other', raw: mail('three') },
  ];

  it('F14: of different messages become different ids, of identical copies one', async () => {
    await using server = await scriptedPop3(copies);
    const session = await openLocalSession(mailboxAt(server.port), password);
    const { ids, mails } = await readAll(session);
    expect(ids).toEqual([`same ${sha256(mail('one'))}`, `same ${sha256(mail('two'))}`, 'other']);
    expect(mails).toEqual([mail('one'), mail('two'), mail('three')]);
    await session.close();
  });

  it('lose only what has the octets that were stored', async () => {
    await using server = await scriptedPop3(copies);
    const session = await openLocalSession(mailboxAt(server.port), password);
    const [first = ''] = await session.list();
    const request = { protocolId: first, rawSha256: sha256(mail('one')) };
    expect(await session.remove([request])).toEqual({ removed: [first], left: [] });
    expect(server.mails.map(({ raw }) => raw)).toEqual([mail('two'), mail('three')]);

    expect(await session.remove([request])).toEqual({ removed: [first], left: [] });
    expect(server.mails).toHaveLength(2);
    await session.close();
  });

  it('that came after a message was stored do not go with it', async () => {
    await using server = await scriptedPop3([
      { uidl: 'same', raw: mail('stored') },
      { uidl: 'same', raw: mail('came later') },
    ]);
    const session = await openLocalSession(mailboxAt(server.port), password);
    await session.remove([{ protocolId: 'same', rawSha256: sha256(mail('stored')) }]);
    expect(server.mails.map(({ raw }) => raw)).toEqual([mail('came later')]);
    await session.close();
  });
});

describe('POP3 listings that are not to the letter', () => {
  it.each([
    { what: 'three spaces', answers: { UIDL: '+OK\r\n1   a\r\n2 b\r\n.\r\n' } },
    { what: 'leading spaces', answers: { UIDL: '+OK\r\n  1 a\r\n 2 b \r\n.\r\n' } },
    { what: 'leading zeros and tabs', answers: { UIDL: '+OK\r\n001\ta\r\n002\tb\r\n.\r\n' } },
    { what: 'two spaces in LIST', answers: { LIST: '+OK\r\n1  40\r\n2  40\r\n.\r\n' } },
    { what: 'a status line that ends in LF', answers: { UIDL: '+OK\n1 a\r\n2 b\r\n.\r\n' } },
  ])('K8: with $what are read', async ({ answers }) => {
    await using server = await scriptedPop3(two, { answers });
    const session = await openLocalSession(mailboxAt(server.port), password);
    expect((await readAll(session)).mails).toEqual(two.map(({ raw }) => raw));
    await session.close();
  });

  it('K8: with a line without an id leave out that message alone', async () => {
    await using server = await scriptedPop3(two, { answers: { UIDL: '+OK\r\n1\r\n2 b\r\n.\r\n' } });
    const session = await openLocalSession(mailboxAt(server.port), password);
    expect(await session.list()).toEqual(['b']);
    await session.close();
  });

  it('K8: that cannot be read are shown', async () => {
    await using server = await scriptedPop3(two, { answers: { UIDL: '+OK\r\none a\r\n.\r\n' } });
    const session = await openLocalSession(mailboxAt(server.port), password);
    expect((await mailErrorOf(session.list())).message).toContain('one a');
    await session.close();
  });
});

describe('reading by POP3', () => {
  it('asks once for a message that the same session removes', async () => {
    let retrieved = 0;
    await using server = await scriptedPop3(two, {
      send: (dialog, text) => {
        if (text.includes('Subject')) retrieved += 1;
        dialog.write(text);
      },
    });
    const session = await openLocalSession(mailboxAt(server.port), password);
    const given = await collect(session.fetch(await session.describe(['a', 'b'])));
    const requests = given.map(({ protocolId, raw }) => ({
      protocolId,
      rawSha256: createHash('sha256').update(raw).digest('hex'),
    }));
    expect(await session.remove(requests)).toEqual({ removed: ['a', 'b'], left: [] });
    expect({ retrieved, mails: server.mails }).toEqual({ retrieved: 2, mails: [] });
    await session.close();
  });

  it('K4: tells of a message that is listed and refused', async () => {
    await using server = await scriptedPop3(two, { answers: { RETR: '-ERR cannot open message\r\n' } });
    const session = await openLocalSession(mailboxAt(server.port), password);
    const told: string[] = [];
    const given = await collect(session.fetch(await session.describe(['a', 'b']), (id) => told.push(id)));
    expect({ given, told }).toEqual({ given: [], told: ['a', 'b'] });
    await session.close();
  });

  it('F15: keeps nothing of a message that is cut off', async () => {
    await using server = await scriptedPop3(two, {
      send: (dialog, text) => {
        if (!text.includes('Subject')) dialog.write(text);
        else dialog.socket.end(text.slice(0, 30), 'latin1');
      },
    });
    const session = await openLocalSession(mailboxAt(server.port), password);
    const listed = await session.describe(['a']);
    const error = await mailErrorOf(collect(session.fetch(listed)));
    expect(error.kind).toBe('interrupted');
    expect(await session.list()).toEqual(['a', 'b']);
    await session.close();
  });

  it('tells of a connection that is lost before anybody reads', async () => {
    await using server = await scriptedPop3([{ uidl: 'a', raw: mail('large', 'x\r\n'.repeat(500_000)) }]);
    const stop = new AbortController();
    const session = await openLocalSession(mailboxAt(server.port), password, { signal: stop.signal });
    const [message] = await session.describe(['a']);
    if (message === undefined) throw new Error('not described');
    const pieces = session.stream(message)[Symbol.asyncIterator]();
    await pieces.next();
    stop.abort();
    await new Promise((resolve) => setImmediate(resolve));
    const rest = collect({ [Symbol.asyncIterator]: () => pieces });
    expect((await mailErrorOf(rest)).kind).toBe('interrupted');
    await session.close();
  });

  it('hands on a message without a single octet', async () => {
    await using server = await scriptedPop3([{ uidl: 'empty', raw: '' }]);
    const session = await openLocalSession(mailboxAt(server.port), password);
    expect((await readAll(session)).mails).toEqual(['']);
    await session.close();
  });

  it('F14: needs a server that tells messages apart', async () => {
    await using server = await scriptedPop3(two, { answers: { UIDL: '-ERR unknown command\r\n' } });
    const session = await openLocalSession(mailboxAt(server.port), password);
    const error = await mailErrorOf(session.list());
    expect(error).toMatchObject({ kind: 'protocol' });
    expect(error.message).toContain('no UIDL');
    await session.close();
  });
});
