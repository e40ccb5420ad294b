import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createSender, SendError, type Sender } from '../../../src/mail/outgoing/send.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { mail } from '../../support/mime.ts';

interface Received {
  readonly from: string | null;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
};

const startServer = async (options: SMTPServerOptions = {}) => {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    logger: false,
    onData(stream, { envelope }, done) {
      void buffer(stream).then((raw) => {
        received.push({
          from: envelope.mailFrom === false ? null : envelope.mailFrom.address || null,
          to: envelope.rcptTo.map(({ address }) => address),
          raw,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  const port = await listen(server.server);
  closing.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port, received };
};

const senderTo = (url: string): Sender => {
  const sender = createSender(url);
  closing.push(() => sender.close());
  return sender;
};

const failure = async (sender: Sender, to = 'desk@aef.com'): Promise<SendError> => {
  const error: unknown = await sender.send(mail(['From: support@aef.com']), { from: 'support@aef.com', to }).then(
    () => new Error('sent'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SendError)) throw error;
  return error;
};

const refusing = (responseCode: number, message: string): SMTPServerOptions => ({
  onRcptTo: (_address, _session, done) => done(Object.assign(new Error(message), { responseCode })),
});

describe('sending', () => {
  it('hands the server the bytes as they are', async () => {
    const { port, received } = await startServer();
    const raw = Buffer.concat([
      mail(['From: support@aef.com', 'Subject: x'], '.one\n..two\n'),
      Buffer.from('caf\xe9\r\n', 'latin1'),
    ]);
    const sender = senderTo(`smtp://127.0.0.1:${port}`);
    await sender.send(raw, { from: null, to: 'desk@aef.com' });
    await sender.send(raw, { from: 'support@aef.com', to: 'other@aef.com' });
    expect(received).toEqual([
      { from: null, to: ['desk@aef.com'], raw },
      { from: 'support@aef.com', to: ['other@aef.com'], raw },
    ]);
  });

  it('is given up when the server refuses the recipient for good', async () => {
    const { port } = await startServer(refusing(550, '5.1.1 no such user desk@aef.com'));
    const error = await failure(senderTo(`smtp://127.0.0.1:${port}`));
    expect(error).toMatchObject({ kind: 'refused', permanent: true });
    expect(error.message).toContain('(550 5.1.1)');
    expect(error.message).not.toContain('desk@aef.com');
  });

  it('is tried again when the server refuses for the moment', async () => {
    const { port } = await startServer(refusing(451, '4.7.1 greylisted'));
    expect(await failure(senderTo(`smtp://127.0.0.1:${port}`))).toMatchObject({ kind: 'deferred', permanent: false });
  });

  it('is tried again when nobody is there', async () => {
    const closed = createServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const error = await failure(senderTo(`smtp://127.0.0.1:${port}`));
    expect(error).toMatchObject({ kind: 'unreachable', permanent: false, isOurs: true, isUnknown: false });
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  it('is tried again when the server hangs up in mid-message', async () => {
    const hangUp = createServer((socket) => {
      socket.write('220 x\r\n');
      socket.once('data', () => socket.destroy());
      socket.on('error', () => undefined);
    });
    const port = await listen(hangUp);
    closing.push(() => new Promise((resolve) => hangUp.close(resolve)));
    expect(await failure(senderTo(`smtp://127.0.0.1:${port}`))).toMatchObject({
      ...{ kind: 'unreachable', isOurs: false, isUnknown: true },
    });
  });

  it('tells a refused login without its password', async () => {
    const { port } = await startServer({
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(Object.assign(new Error('5.7.8 bad s3cret'), { responseCode: 535 })),
    });
    const error = await failure(senderTo(`smtp://agent:s3cret@127.0.0.1:${port}`));
    expect(error).toMatchObject({ kind: 'credentials_refused', permanent: false });
    expect(`${error.message}${error.remedy}${String(error.cause)}${error.stack ?? ''}`).not.toContain('s3cret');
  });

  it('gives no password to a server elsewhere that does not encrypt', async () => {
    const logins: unknown[] = [];
    const { port } = await startServer({
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        logins.push(auth);
        done(null, { user: 'agent' });
      },
    });
    // Any name but those of loopback; the host part of the URL decides, not where it leads.
    const error = await failure(senderTo(`smtp://agent:s3cret@0.0.0.0:${port}`));
    expect(error.kind).toBe('tls');
    expect(logins).toEqual([]);
  });

  it('accepts no certificate that is not trusted', async () => {
    const { port } = await startServer({ secure: true });
    expect(await failure(senderTo(`smtps://127.0.0.1:${port}`))).toMatchObject({ kind: 'tls', permanent: false });
  });

  const at = (phase: 'onMailFrom' | 'onRcptTo', responseCode: number, message: string): SMTPServerOptions => ({
    [phase]: (_address: unknown, _session: unknown, done: (error: Error) => void) =>
      done(Object.assign(new Error(message), { responseCode })),
  });
  const atData = (responseCode: number, message: string): SMTPServerOptions => ({
    onData(stream, _session, done) {
      stream.resume();
      stream.on('end', () => done(Object.assign(new Error(message), { responseCode })));
    },
  });

  it.each([
    ['530 5.7.57 at MAIL FROM', at('onMailFrom', 530, '5.7.57 Client not authenticated'), 'sender_refused', true],
    ['553 at MAIL FROM', at('onMailFrom', 553, '5.1.8 sender rejected'), 'sender_refused', true],
    ['451 at MAIL FROM', at('onMailFrom', 451, '4.3.2 not now'), 'deferred', true],
    ['530 at RCPT TO', at('onRcptTo', 530, '5.7.0 Authentication required'), 'sender_refused', true],
    [
      '550 5.7.60 at RCPT TO',
      at('onRcptTo', 550, '5.7.60 SMTP; Client does not have permissions'),
      'sender_refused',
      true,
    ],
    ['554 5.2.252 SendAsDenied at DATA', atData(554, '5.2.252 SendAsDenied'), 'sender_refused', true],
    ['550 5.4.5 daily quota at DATA', atData(550, '5.4.5 Daily user sending limit exceeded'), 'sender_refused', true],
    ['552 5.3.4 size at MAIL FROM', at('onMailFrom', 552, '5.3.4 Message too big'), 'refused', false],
    ['550 at RCPT TO', at('onRcptTo', 550, '5.1.1 no such user'), 'refused', false],
    ['554 at DATA', atData(554, '5.7.1 spam'), 'refused', false],
  ])('K10: tells what is about us from what is about the recipient: %s', async (_, options, kind, isOurs) => {
    const { port } = await startServer(options);
    expect(await failure(senderTo(`smtp://127.0.0.1:${port}`))).toMatchObject({ kind, isOurs });
  });

  it.each([
    ['Amazon SES', 501, '5.5.4 Invalid MAIL FROM address provided'],
    ['Exchange', 550, '5.7.60 SMTP; Client does not have permissions to send as this sender'],
  ])('a relay that refuses an empty sender gets the address in its place: %s', async (_, responseCode, message) => {
    const seen: string[] = [];
    const { port, received } = await startServer({
      onMailFrom: ({ address }, _session, done) => {
        seen.push(address);
        done(address === '' ? Object.assign(new Error(message), { responseCode }) : null);
      },
    });
    const sender = senderTo(`smtp://127.0.0.1:${port}`);
    const envelope = { from: null, fromOtherwise: 'support@aef.com', to: 'desk@aef.com' };
    await sender.send(mail(['From: support@aef.com']), envelope);
    await sender.send(mail(['From: support@aef.com']), envelope);
    expect(received.map(({ from }) => from)).toEqual(['support@aef.com', 'support@aef.com']);
    // It is asked once.
    expect(seen).toEqual(['', 'support@aef.com', 'support@aef.com']);
  });

  it('asks a server that can for reports, under the left part of the Message-ID', async () => {
    const asked: unknown[] = [];
    const { port } = await startServer({
      hideDSN: false,
      onRcptTo: (address, { envelope }, done) => {
        asked.push({ mail: envelope.dsn, recipient: address.args });
        done();
      },
    });
    const sender = senderTo(`smtp://127.0.0.1:${port}`);
    const messageId = '<I261123_000001.1a.0123456789abcdef0123@aef.com>';
    await sender.send(mail([]), { from: 'support@aef.com', to: 'desk@aef.com', messageId });
    await sender.send(mail([]), { from: null, to: 'desk@aef.com', messageId });
    expect(asked).toMatchObject([
      {
        mail: { ret: 'HDRS', envid: 'I261123_000001.1a.0123456789abcdef0123' },
        recipient: { NOTIFY: 'FAILURE,DELAY', ORCPT: 'rfc822;desk@aef.com' },
      },
      {},
    ]);
    expect(JSON.stringify(asked[1])).not.toContain('NOTIFY');
  });

  it('keeps the Message-ID that the server tells', async () => {
    const { port } = await startServer({
      onData(stream, _session, done) {
        stream.resume();
        stream.on('end', () => done(null, '2.0.0 OK <AM0PR01@EURPRD01.prod.outlook.com> [Hostname=AM0]'));
      },
    });
    const sender = senderTo(`smtp://127.0.0.1:${port}`);
    expect(await sender.send(mail([]), { from: null, to: 'desk@aef.com' })).toEqual({
      serverMessageId: '<AM0PR01@EURPRD01.prod.outlook.com>',
    });
  });

  it('K10: a login that is refused for the moment is tried again', async () => {
    const { port } = await startServer({
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(Object.assign(new Error('4.7.0 not now'), { responseCode: 454 })),
    });
    const error = await failure(senderTo(`smtp://agent:s3cret@127.0.0.1:${port}`));
    expect(error).toMatchObject({ kind: 'deferred', isOurs: true });
  });

  it('K10: an address beyond ASCII that the server refuses is told in words', async () => {
    const { port } = await startServer(at('onRcptTo', 553, '5.6.7 SMTPUTF8 needed'));
    const error = await failure(senderTo(`smtp://127.0.0.1:${port}`), 'müller@aef.com');
    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain('beyond ASCII');
  });

  it('K6: trusts the authorities of TSA_CA_FILE', async () => {
    const { key, cert } = await selfSignedCertificate();
    const { port, received } = await startServer({ secure: true, key, cert });
    const sender = createSender(`smtps://127.0.0.1:${port}`, { ca: cert });
    closing.push(() => sender.close());
    await sender.send(mail(['From: support@aef.com']), { from: null, to: 'desk@aef.com' });
    expect(received).toHaveLength(1);
    expect(await failure(senderTo(`smtps://127.0.0.1:${port}`))).toMatchObject({ kind: 'tls' });
  });
});
