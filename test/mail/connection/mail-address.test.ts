import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ServerProbe } from '../../../src/mail/connection/server-probe.ts';
import { connectTcp } from '../../../src/mail/connection/socket.ts';

describe('S-15: a mail server', () => {
  it.each([
    '169.254.169.254',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '255.255.255.255',
    'fe80::1',
    'ff02::1',
    '::ffff:169.254.169.254',
    '2852039166',
    '0xA9FEA9FE',
    '0',
  ])('is never at %s', async (host) => {
    await expect(connectTcp({ host, port: 9 }, { timeoutMs: 2_000 })).rejects.toThrow(
      'an address at which the agent talks to no mail server',
    );
  });

  it.each(['IMAP', 'POP3'] as const)('that is none does not get its greeting shown: %s', async (protocol) => {
    const server = createServer((socket) => socket.end('SSH-2.0-INTERNAL-SECRET-BANNER\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const probe = new ServerProbe({ protocol, host: '127.0.0.1', port, security: 'plain' }, { timeoutMs: 2_000 });
    await probe.connect();
    const refused = await probe.greeting().catch((error: unknown) => error);
    probe.close();
    server.close();
    expect(refused).toBeInstanceOf(Error);
    expect(String(refused)).toContain('an answer that the agent cannot use');
    expect(String(refused)).not.toContain('SECRET');
  });
});
