import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { MailboxSecrets } from '../../../src/domain/mailboxes/mailbox.ts';
import { createExchangeSender } from '../../../src/mail/microsoft/exchange-sender.ts';
import { createTokenSource } from '../../../src/mail/microsoft/tokens.ts';
import { SendError, type Sender } from '../../../src/mail/outgoing/send.ts';
import { trustedCertificate } from '../../support/certificate.ts';
import { type IdentityProvider, startIdentityProvider, tenant } from '../../support/identity-provider.ts';
import { mailboxOf } from '../../support/mailbox.ts';
import { requires } from '../../support/requires.ts';
import { startSubmission } from '../../support/submission.ts';

const password = 'pa55-w0rd-of-the-mailbox';
const applicationId = 'aaaaaaaa-0000-4000-8000-000000000005';
const secrets: MailboxSecrets = { password, clientSecret: null };
const messageId = '<I261123_000001.1a.0123456789abcdef0123@example.test>';
const raw = Buffer.from(`Message-ID: ${messageId}\r\nTo: a@aef.com\r\n\r\nHello.\r\n`);

let provider: IdentityProvider;
beforeAll(async () => {
  provider = await startIdentityProvider();
  provider.applications.set(applicationId, { id: applicationId, secret: null });
});
afterAll(() => provider.close());

const closing: (() => unknown)[] = [];
afterEach(async () => {
  provider.lifetimeSeconds = 3600;
  for (const close of closing.splice(0).reverse()) await close();
});

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

const startSink = async (options: SMTPServerOptions = {}) => {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      void buffer(stream).then((content) => {
        received.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          text: content.toString(),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  closing.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { received, port: (server.server.address() as AddressInfo).port };
};

const userOf = () => {
  const login = `${randomUUID()}@example.test`;
  provider.users.set(login, password);
  return mailboxOf({ type: 'office365', login, applicationId, directoryId: tenant, sendVia: 'mailbox' });
};

const senderTo = (
  server: { readonly smtpPort: number; readonly ca: string },
  mailbox = userOf(),
): { readonly sender: Sender; readonly login: string } => {
  const cloud = { ...provider.cloud, smtpHost: 'localhost', smtpPort: server.smtpPort };
  const sender = createExchangeSender(mailbox, secrets, { tokens: createTokenSource({ cloud }), ca: server.ca });
  return { sender, login: mailbox.login };
};
const envelope = { from: null, to: 'a@aef.com', messageId };
const failure = async (call: Promise<unknown>): Promise<SendError> => {
  const error: unknown = await call.then(
    () => new Error('sent'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SendError)) throw error;
  return error;
};

requires('submission')('sending by a submission server with XOAUTH2', () => {
  const start = async () => {
    const sink = await startSink();
    const server = await startSubmission(provider.introspectionUrl, sink.port);
    closing.push(() => server.stop());
    return { received: sink.received, server: { smtpPort: server.submissionPort, ca: server.ca } };
  };

  it('sends as the mailbox, with its address as envelope sender', async () => {
    const { received, server } = await start();
    const { sender, login } = senderTo(server);
    await sender.verify();
    await sender.send(raw, envelope);
    expect(received).toMatchObject([{ from: login, to: ['a@aef.com'] }]);
    expect(received[0]?.text).toContain(messageId);
    expect(received[0]?.text).not.toContain(provider.issued.at(-1));
  });

  it('sends with a new token where the last one has expired between two mails', async () => {
    const { received, server } = await start();
    const { sender } = senderTo(server);
    provider.lifetimeSeconds = 1;
    await sender.send(raw, envelope);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    provider.lifetimeSeconds = 3600;
    await sender.send(raw, envelope);
    expect(received).toHaveLength(2);
  });

  it('asks for a new token where the server refuses one that is good by its date', async () => {
    const { received, server } = await start();
    const { sender } = senderTo(server);
    await sender.send(raw, envelope);
    provider.revokeAll();
    await sender.send(raw, envelope);
    expect(received).toHaveLength(2);
  });

  it('a sign-in that is refused is the way’s trouble', async () => {
    const { server } = await start();
    const mailbox = userOf();
    provider.users.set(mailbox.login, 'another');
    expect(await failure(senderTo(server, mailbox).sender.send(raw, envelope))).toMatchObject({
      ...{ kind: 'credentials_refused', isOurs: true },
    });
  });
});

const exchangeLike = async (options: SMTPServerOptions) => {
  const { key, cert } = await trustedCertificate();
  const { received, port } = await startSink({
    ...{ key, cert, authMethods: ['XOAUTH2'], authOptional: false, disabledCommands: [] },
    onAuth: (_auth, _session, done) => done(null, { user: 'x' }),
    ...options,
  });
  return { received, server: { smtpPort: port, ca: cert } };
};
const refusing = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

it.each([
  [
    'Authenticated SMTP switched off',
    535,
    '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled',
    'credentials_refused',
  ],
  ['a token that is not good', 535, '5.7.3 Authentication unsuccessful', 'credentials_refused'],
  ['a login for the moment', 454, '4.7.0 Temporary authentication failure', 'deferred'],
])('Exchange at the sign-in: %s', async (_, code, message, kind) => {
  let tries = 0;
  const { server } = await exchangeLike({
    onAuth: (_auth, _session, done) => {
      tries += 1;
      done(refusing(code, message));
    },
  });
  const error = await failure(senderTo(server).sender.send(raw, envelope));
  expect(error).toMatchObject({ kind, isOurs: true });
  // A refused token is renewed once; a pause is not used up by trying.
  expect(tries).toBe(kind === 'deferred' ? 1 : 2);
  for (const token of provider.issued) expect(`${error.message}${error.remedy}`).not.toContain(token);
});

it.each([
  ['too many connections', 432, '4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded', 'deferred', true],
  ['no right to send as', 554, '5.2.252 SendAsDenied; a@b not allowed to send as c@d', 'sender_refused', true],
  [
    'basic authentication over',
    550,
    '5.7.30 Basic authentication is not supported for Client Submission',
    'sender_refused',
    true,
  ],
  ['a message of its own', 554, '5.6.0 Corrupt message content', 'refused', false],
])('Exchange at the message: %s', async (_, code, message, kind, isOurs) => {
  const { server } = await exchangeLike({
    onData(stream, _session, done) {
      stream.resume();
      stream.on('end', () => done(refusing(code, message)));
    },
  });
  expect(await failure(senderTo(server).sender.send(raw, envelope))).toMatchObject({ kind, isOurs });
});
