import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailHostsOf } from '../../../src/cli/shared/mail-hosts.ts';
import { readConfig } from '../../../src/config/config.ts';
import { checkedTarget, type MailHosts, remoteMailHosts } from '../../../src/mail/connection/mail-hosts.ts';
import { ServerProbe } from '../../../src/mail/connection/server-probe.ts';
import { connectTcp } from '../../../src/mail/connection/socket.ts';
import { createTokenSource } from '../../../src/mail/microsoft/tokens.ts';
import { watchInbox } from '../../../src/mail/imap/watch-inbox.ts';
import { openSession } from '../../../src/mail/open-session.ts';
import { testConnection } from '../../../src/mail/probe/test-connection.ts';
import { localMailHosts, mailboxOf } from '../../support/mailbox.ts';
import { mailErrorOf, password } from './session-helpers.ts';

const at = (host: string, port = 9) => ({ host, port, namedBy: 'mailbox' }) as const;
const hostsOf = (env: Record<string, string>): MailHosts =>
  mailHostsOf(readConfig(env), [env['DATABASE_URL'], env['TEMPORAL_ADDRESS']]);

describe('S-15: a mail server', () => {
  it.each([
    '169.254.169.254',
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '224.0.0.1',
    '255.255.255.255',
    '240.0.0.1',
    '168.63.129.16',
    '100.100.100.200',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%lo',
    'ff02::1',
    'fec0::1',
    '2001:0:a9fe:a9fe::1',
    '::ffff:169.254.169.254',
    '::ffff:0:169.254.169.254',
    '::a9fe:a9fe',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::169.254.169.254',
    '2002:a9fe:a9fe::1',
    '2852039166',
    '0xA9FEA9FE',
    '0',
  ])('is never at %s, whatever is listed', async (host) => {
    await expect(connectTcp(at(host), { timeoutMs: 2_000, hosts: localMailHosts })).rejects.toThrow(
      'an address at which the agent talks to no mail server',
    );
  });

  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:0:127.0.0.1',
    '::7f00:1',
    '64:ff9b::127.0.0.1',
    '2002:7f00:1::1',
    'localhost',
    '2130706433',
    '0x7f.1',
    '017700000001',
  ])('is at this machine only where that is listed: %s', async (host) => {
    const error = await mailErrorOf(connectTcp(at(host), { timeoutMs: 2_000 }));
    expect(error.message).toContain('this machine itself');
    expect(error.remedy).toContain('TSA_MAIL_HOSTS');
  });

  it.each(['192.0.2.1', '203.0.113.9'])('is not at an address of examples: %s', (host) => {
    expect(() => checkedTarget(at(host))).toThrow('talks to no mail server');
  });

  it.each([
    '8.8.8.8',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    'fd12::1',
    '2a00:1450::1',
    '64:ff9b::8.8.8.8',
  ])('may be at %s', (host) => {
    expect(checkedTarget(at(host))).toMatchObject({ host, port: 9 });
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['127.0.0.1', '::1', false],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    ['127.0.0.0/8', '127.9.9.9', true],
    ['::1', '::1', true],
    ['localhost', '127.0.0.53', true],
    ['localhost', '::1', true],
  ])('with TSA_MAIL_HOSTS=%s is at %s: %j', (listed, host, allowed) => {
    const check = () => checkedTarget(at(host), hostsOf({ TSA_MAIL_HOSTS: listed }));
    if (allowed) expect(check()).toMatchObject({ host });
    else expect(check).toThrow('this machine itself');
  });

  it.each([
    { what: 'the API', env: {}, port: 8080 },
    { what: 'the API', env: { TSA_PORT: '8443' }, port: 8443 },
    { what: 'PostgreSQL', env: { DATABASE_URL: 'postgres://u:p@db.internal/tsa' }, port: 5432 },
    { what: 'PostgreSQL', env: { DATABASE_URL: 'postgres://u:p@db.internal:6543/tsa' }, port: 6543 },
    { what: 'Temporal', env: { TEMPORAL_ADDRESS: '10.0.0.7:7233' }, port: 7233 },
    { what: 'metrics', env: { TSA_WORKER_METRICS: '127.0.0.1:9464' }, port: 9464 },
  ])('is never at a port of $what: $port', ({ env, port }) => {
    const hosts = hostsOf({ ...env, TSA_MAIL_HOSTS: 'localhost' });
    for (const host of ['127.0.0.1', '10.0.0.7', 'db.internal'])
      expect(() => checkedTarget(at(host, port), hosts)).toThrow('the agent itself uses port');
    expect(checkedTarget(at('10.0.0.7', 993), hosts)).toMatchObject({ port: 993 });
  });

  it('of the operator’s own choice may be at this machine', () => {
    expect(checkedTarget({ ...at('127.0.0.1'), namedBy: 'operator' })).toMatchObject({ host: '127.0.0.1' });
  });
});

describe('S-15: a server of this machine', () => {
  let server: Server;
  let port = 0;
  let met = 0;
  beforeAll(async () => {
    server = createServer((socket) => {
      met += 1;
      socket.on('error', () => undefined);
      socket.end('SSH-2.0-INTERNAL-SECRET-BANNER\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    met = 0;
  });

  const names = ['127.0.0.1', 'localhost', '::ffff:127.0.0.1', '2130706433'];

  it.each(['imap4', 'pop3'] as const)('is not connected to by name or number: %s', async (type) => {
    for (const mailServer of names)
      for (const sslTls of [true, false]) {
        const mailbox = mailboxOf({ type, mailServer, port, sslTls });
        expect((await mailErrorOf(openSession(mailbox, password))).message).toContain('this machine itself');
        const { steps } = await testConnection(mailbox, password);
        expect(steps.find(({ status }) => status === 'failed')).toMatchObject({
          name: 'name lookup',
          detail: expect.stringContaining('this machine itself') as unknown,
        });
        if (type === 'imap4')
          await mailErrorOf(watchInbox(mailbox, password, { tokens: createTokenSource() }, () => undefined));
      }
    expect(met).toBe(0);
  });

  it('is connected to at the address that was checked, without resolving the name again', async () => {
    const socket = await connectTcp(at('name.invalid', port), { hosts: localMailHosts }, [
      { address: '127.0.0.1', family: 4 },
    ]);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  it('gets a name checked with each look-up that a socket makes', async () => {
    const { lookup } = checkedTarget(at('localhost', port), remoteMailHosts);
    const error = await new Promise((resolve) => lookup('localhost', { all: true }, resolve));
    expect(String(error)).toContain('this machine itself');
  });

  it.each(['IMAP', 'POP3'] as const)('that is none does not get its greeting shown: %s', async (protocol) => {
    const endpoint = { protocol, host: '127.0.0.1', port, security: 'plain', namedBy: 'mailbox' } as const;
    const probe = new ServerProbe(endpoint, { timeoutMs: 2_000, hosts: localMailHosts });
    await probe.connect();
    const refused = await probe.greeting().catch((error: unknown) => error);
    probe.close();
    expect(refused).toBeInstanceOf(Error);
    expect(String(refused)).toContain('an answer that the agent cannot use');
    expect(String(refused)).not.toContain('SECRET');
  });
});
