import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createSender, SendError, type Sender } from '../../../src/mail/outgoing/send.ts';
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
    expect(error).toMatchObject({ kind: 'unreachable', permanent: false });
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
    expect(await failure(senderTo(`smtp://127.0.0.1:${port}`))).toMatchObject({ kind: 'unreachable' });
  });

  it('tells a refused login without its password', async () => {
    const { port } = await startServer({
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(Object.assign(new Error('5.7.8 bad s3cret'), { responseCode: 535 })),
    });
    const error = await failure(senderTo(`smtp://agent:s3cret@127.0.0.1:${port}`));
    expect(error).toMatchObject({ kind: 'credentials_refused', permanent: false });
    expect(`${error.message}${error.cure}${String(error.cause)}${error.stack ?? ''}`).not.toContain('s3cret');
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
});
