import { describe, expect, it } from 'vitest';
import type { Mailbox } from '../../../src/domain/mailboxes/mailbox.ts';
import { testConnection } from '../../../src/mail/probe/test-connection.ts';
import { localMailHosts, mailboxOf } from '../../support/mailbox.ts';
import { scriptedImap } from './scripted-imap.ts';
import type { ImapScript } from './scripted-imap.ts';
import {
  collect,
  mail,
  mailErrorOf,
  openLocalSession,
  password,
  readAll,
  sha256,
} from '../connection/session-helpers.ts';

const mailboxAt = (port: number, fields: Partial<Mailbox> = {}): Mailbox =>
  mailboxOf({ type: 'imap4', mailServer: '127.0.0.1', port, sslTls: false, ...fields });

describe('an IMAP login', () => {
  const credentials = /LOGIN|AUTHENTICATE|secret/;

  it.each([
    { what: 'does not offer StartTLS', script: { capabilities: 'IMAP4rev1 AUTH=PLAIN' } },
    { what: 'greets with PREAUTH', script: { greeting: '* PREAUTH ready\r\n', capabilities: 'IMAP4rev1 STARTTLS' } },
    {
      what: 'refuses StartTLS',
      script: {
        capabilities: 'IMAP4rev1 STARTTLS',
        answers: {
          STARTTLS: (dialog, tag) => {
            dialog.write(`${tag} BAD no\r\n`);
            return null;
          },
        },
      },
    },
    {
      what: 'slips an answer in before encryption',
      script: {
        capabilities: 'IMAP4rev1 STARTTLS',
        answers: {
          STARTTLS: (dialog, tag) => {
            dialog.write(`${tag} OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n`);
            return null;
          },
        },
      },
    },
  ] satisfies { what: string; script: ImapScript }[])(
    'sends nothing in clear where StartTLS is on and the server $what',
    async ({ script }) => {
      await using server = await scriptedImap(script);
      const error = await mailErrorOf(openLocalSession(mailboxAt(server.port, { startTls: true }), password));
      expect(error.kind).toBe('tls');
      expect(server.received.filter((line) => credentials.test(line))).toEqual([]);
    },
  );

  it('A15: sends nothing to a server that takes no login in clear', async () => {
    await using server = await scriptedImap({ capabilities: 'IMAP4rev1 STARTTLS LOGINDISABLED' });
    const error = await mailErrorOf(openLocalSession(mailboxAt(server.port), password));
    expect(error).toMatchObject({ kind: 'tls' });
    expect(error.remedy).toContain('StartTLS');
    expect(server.received.filter((line) => credentials.test(line))).toEqual([]);
  });

  it.each([
    { answer: 'NO [AUTHENTICATIONFAILED] not secret', kind: 'credentials_refused' },
    { answer: 'NO [PRIVACYREQUIRED] Use TLS', kind: 'tls' },
    { answer: 'NO [UNAVAILABLE] Directory down', kind: 'unreachable' },
    { answer: 'NO [INUSE] Busy', kind: 'unreachable' },
    { answer: 'NO [SERVERBUG] Internal error', kind: 'unreachable' },
    { answer: 'NO Server Unavailable. 15', kind: 'unreachable' },
    { answer: 'NO [ALERT] Too many simultaneous connections. (Failure)', kind: 'unreachable' },
    { answer: 'NO System error (Failure)', kind: 'unreachable' },
    { answer: 'NO Temporary problem, please try again later', kind: 'unreachable' },
    { answer: 'NO [EXPIRED] Change your password', kind: 'credentials_refused' },
    { answer: 'NO [AUTHENTICATIONFAILED] Temporary lock, try again later', kind: 'credentials_refused' },
    { answer: 'NO Invalid login or password', kind: 'credentials_refused' },
  ])('K7: answered by $answer is $kind', async ({ answer, kind }) => {
    await using server = await scriptedImap({
      answers: {
        LOGIN: (dialog, tag) => {
          dialog.write(`${tag} ${answer}\r\n`);
          return null;
        },
      },
    });
    const error = await mailErrorOf(openLocalSession(mailboxAt(server.port), password));
    expect(error.kind).toBe(kind);
    expect(error.message).not.toContain(password.password);
  });

  it.each([
    { greeting: '* BYE too many connections\r\n', kind: 'unreachable' },
    { greeting: '220 smtp.example.test ESMTP\r\n', kind: 'unreachable' },
    { greeting: '', kind: 'unreachable' },
  ])('greeted by "$greeting" is $kind', async ({ greeting, kind }) => {
    await using server = await scriptedImap({ greeting });
    const error = await mailErrorOf(openLocalSession(mailboxAt(server.port), password, { timeoutMs: 200 }));
    expect(error.kind).toBe(kind);
  });
});

describe('reading by IMAP', () => {
  const raw = mail('one');
  const fetched = (octets: string, announced = octets.length): string =>
    `* 1 FETCH (UID 7 BODY[] {${announced}}\r\n${octets}`;
  const sizes = (size: number): string =>
    `* 1 FETCH (UID 7 RFC822.SIZE ${size} INTERNALDATE "01-Jan-2026 00:00:00 +0000")\r\n`;
  const open = async (port: number): ReturnType<typeof openLocalSession> =>
    await openLocalSession(mailboxAt(port), password, { timeoutMs: 5_000 });

  /** Answers each fetch of the octets by the next of these; the last one stays. */
  const serving = (size: number, ...octets: string[]): ImapScript => {
    let asked = 0;
    return {
      answers: {
        'UID FETCH': (_dialog, _tag, rest) => {
          if (!rest.includes('BODY')) return sizes(size);
          const answer = octets[Math.min(asked, octets.length - 1)] ?? '';
          asked += 1;
          return `${fetched(answer)})\r\n`;
        },
      },
    };
  };

  it('describes and reads', async () => {
    await using server = await scriptedImap(serving(raw.length, raw));
    const session = await open(server.port);
    expect(await session.describe(await session.list())).toEqual([
      { protocolId: '1:7', size: raw.length, arrivedAt: '2026-01-01T00:00:00.000Z' },
    ]);
    expect((await readAll(session)).mails).toEqual([raw]);
    await session.close();
  });

  it('F15: keeps nothing of a message that is cut in its literal', async () => {
    await using server = await scriptedImap({
      answers: {
        'UID FETCH': (dialog, _tag, rest) => {
          if (!rest.includes('BODY')) return sizes(raw.length);
          dialog.socket.end(fetched(raw.slice(0, 20), raw.length), 'latin1');
          return null;
        },
      },
    });
    const session = await open(server.port);
    expect((await mailErrorOf(readAll(session))).kind).toBe('interrupted');
    expect((await mailErrorOf(session.list())).kind).toBe('interrupted');
    await session.close();
  });

  it('F15: ends when the server falls silent in a literal', async () => {
    await using server = await scriptedImap({
      answers: {
        'UID FETCH': (dialog, _tag, rest) => {
          if (!rest.includes('BODY')) return sizes(raw.length);
          dialog.write(fetched(raw.slice(0, 20), raw.length));
          return null;
        },
      },
    });
    const session = await openLocalSession(mailboxAt(server.port), password, { timeoutMs: 200 });
    expect((await mailErrorOf(readAll(session))).kind).toBe('interrupted');
    await session.close();
  });

  it('takes a message shorter than announced when it comes so twice: the size was an estimate', async () => {
    await using server = await scriptedImap(serving(raw.length + 4, raw));
    const session = await open(server.port);
    expect((await readAll(session)).mails).toEqual([raw]);
    expect(server.received.filter((line) => line.includes('BODY'))).toHaveLength(2);
    await session.close();
  });

  it('F15: keeps nothing of a message that comes in two lengths', async () => {
    await using server = await scriptedImap(serving(raw.length, raw.slice(0, 20), raw));
    const session = await open(server.port);
    expect((await mailErrorOf(readAll(session))).kind).toBe('interrupted');
    await session.close();
  });

  it('ends a stream that goes far beyond the announced size', async () => {
    await using server = await scriptedImap(serving(10, 'x'.repeat(262_144)));
    const session = await open(server.port);
    const [message] = await session.describe(['1:7']);
    if (message === undefined) throw new Error('not described');
    const error = await mailErrorOf(collect(session.stream(message)));
    expect(error.kind).toBe('interrupted');
    await session.close();
  });

  it('K16: does not take a refused search for an empty inbox', async () => {
    await using server = await scriptedImap({
      answers: {
        'UID SEARCH': (dialog, tag) => {
          dialog.write(`${tag} NO not now\r\n`);
          return null;
        },
      },
    });
    const session = await open(server.port);
    const error = await mailErrorOf(session.list());
    expect(error).toMatchObject({ kind: 'unreachable' });
    expect(error.message).toContain('not now');
    await session.close();
  });

  it('K2, R2: leaves another message that lies under the id of a stored one, and says so', async () => {
    await using server = await scriptedImap({ capabilities: 'IMAP4rev1 UIDPLUS', ...serving(raw.length, raw) });
    const session = await open(server.port);
    expect(await session.remove([{ protocolId: '1:7', rawSha256: sha256(mail('two')) }])).toEqual({
      removed: [],
      left: [],
      replaced: ['1:7'],
    });
    expect(server.received.filter((line) => /EXPUNGE|STORE/.test(line))).toEqual([]);
    await session.close();
  });

  it('K2: takes a mail with notes of its server for the one that was stored', async () => {
    const noted = raw.replace('\r\n\r\n', '\r\nStatus: RO\r\nX-IMAPbase: 1795619776 2\r\n    \r\nX-UID: 7\r\n\r\n');
    await using server = await scriptedImap({ capabilities: 'IMAP4rev1 UIDPLUS', ...serving(noted.length, noted) });
    const session = await open(server.port);
    const original = () => Promise.resolve(Buffer.from(raw));
    await session.remove([{ protocolId: '1:7', rawSha256: sha256(raw), original }]);
    expect(server.received.filter((line) => line.includes('UID EXPUNGE 7'))).toHaveLength(1);
    const other = () => Promise.resolve(Buffer.from(raw.replace('Subject: ', 'Subject: another ')));
    expect(await session.remove([{ protocolId: '1:7', rawSha256: sha256('x'), original: other }])).toMatchObject({
      replaced: ['1:7'],
    });
    await session.close();
  });

  it('K2: names messages by their octets where the server gives no UIDVALIDITY', async () => {
    await using server = await scriptedImap({
      answers: { ...serving(raw.length, raw).answers, SELECT: () => '* 1 EXISTS\r\n* OK [UIDNEXT 8] ok\r\n' },
    });
    const session = await open(server.port);
    expect(await readAll(session)).toEqual({ ids: [`sha256:${sha256(raw)}`], mails: [raw] });
    await session.close();
  });

  it.each([
    { what: 'nothing', answer: '* 1 FETCH (UID 7 BODY[] {0}\r\n)\r\n' },
    { what: 'NIL', answer: '* 1 FETCH (UID 7 BODY[] NIL)\r\n' },
    { what: 'no row', answer: '' },
    { what: 'refused', answer: 'NO [SERVERBUG] cannot read it' },
    { what: 'not understood', answer: 'BAD what is that' },
  ])('K4: asks for header and text apart where the whole is $what', async ({ answer }) => {
    const [header = '', text = ''] = raw.split(/(?<=\r\n\r\n)/);
    const literal = (name: string, octets: string): string => `BODY[${name}] {${octets.length}}\r\n${octets}`;
    await using server = await scriptedImap({
      answers: {
        'UID FETCH': (dialog, tag, rest) => {
          if (!rest.includes('BODY')) return sizes(raw.length);
          if (!rest.includes('HEADER')) {
            if (answer === '' || answer.startsWith('*')) return answer;
            dialog.write(`${tag} ${answer}\r\n`);
            return null;
          }
          return `* 1 FETCH (UID 7 ${literal('HEADER', header)} ${literal('TEXT', text)})\r\n`;
        },
      },
    });
    const session = await open(server.port);
    expect((await readAll(session)).mails).toEqual([raw]);
    await session.close();
  });

  it.each([
    { what: 'far less than announced, twice', size: 4_000, octets: raw },
    {
      what: "Exchange's stand-in",
      size: 100,
      octets:
        'From: Microsoft Exchange Server\r\nSubject: Retrieval using the IMAP4 protocol failed for the following message: 7\r\n\r\nThe server could not retrieve it.\r\n',
    },
    { what: 'JSON', size: 20, octets: '{"code": "not a mail"}\r\n' },
  ])('K3: $what is not the message', async ({ size, octets }) => {
    await using server = await scriptedImap(serving(size, octets));
    const session = await open(server.port);
    const told: string[] = [];
    for await (const { protocolId } of session.fetch(await session.describe(['1:7']), (id) => told.push(id)))
      expect(protocolId).toBe('nothing');
    expect(told).toEqual(['1:7']);
    await session.close();
  });

  it('R17, K3: a stream that ends far before the announced size is no message', async () => {
    await using server = await scriptedImap(serving(1_000_000, 'x'.repeat(1_000)));
    const session = await open(server.port);
    const [message] = await session.describe(['1:7']);
    if (message === undefined) throw new Error('not described');
    expect((await mailErrorOf(collect(session.stream(message)))).kind).toBe('interrupted');
    await session.close();
  });

  it.each(['SELECT', 'UID FETCH'])('K16: shows what the server says when it refuses %s', async (word) => {
    await using server = await scriptedImap({
      answers: {
        [word]: (dialog, tag) => {
          dialog.write(`${tag} NO Server Unavailable. 15\r\n`);
          return null;
        },
      },
    });
    const error = await mailErrorOf(open(server.port).then((session) => session.describe(['1:7'])));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toContain('Server Unavailable');
  });

  it('K17: that lists and does not give fails the connection test, which changes nothing', async () => {
    await using server = await scriptedImap({
      answers: { 'UID FETCH': (_dialog, _tag, rest) => (rest.includes('BODY') ? '' : sizes(raw.length)) },
    });
    const { ok, steps } = await testConnection(mailboxAt(server.port), password, {
      timeoutMs: 5_000,
      hosts: localMailHosts,
    });
    expect(ok).toBe(false);
    expect(steps.at(-1)).toMatchObject({ name: 'first message', status: 'failed' });
    expect(server.received.filter((line) => /STORE|EXPUNGE|COPY|MOVE|BODY\[\]/.test(line))).toEqual([]);
  });

  it('K15: an INTERNALDATE of NIL is no time', async () => {
    await using server = await scriptedImap({
      answers: { 'UID FETCH': () => '* 1 FETCH (UID 7 RFC822.SIZE 9 INTERNALDATE NIL)\r\n' },
    });
    const session = await open(server.port);
    expect(await session.describe(['1:7'])).toMatchObject([{ arrivedAt: null }]);
    await session.close();
  });

  it('does not believe a deletion that the server only tells', async () => {
    await using server = await scriptedImap({ capabilities: 'IMAP4rev1 UIDPLUS', ...serving(raw.length, raw) });
    const session = await open(server.port);
    const { removed, left } = await session.remove([{ protocolId: '1:7', rawSha256: sha256(raw) }]);
    expect(removed).toEqual([]);
    expect(left).toMatchObject([{ protocolId: '1:7' }]);
    expect(server.received.filter((line) => line.includes('UID EXPUNGE 7'))).toHaveLength(1);
    await session.close();
  });
});
