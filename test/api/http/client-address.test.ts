import { Hono } from 'hono';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { addressCounted, findClientAddress, isSecure, lastUntrustedHop } from '../../../src/api/http/client-address.ts';

describe('S-09: the client behind proxies', () => {
  const trusted = ['10.0.0.0/8', '127.0.0.1', '::1', '2001:db8:1::/48'];
  it.each([
    { why: 'no proxy named', peer: '203.0.113.7', header: '198.51.100.1', is: '203.0.113.7', proxies: [] },
    { why: 'a stranger’s header', peer: '203.0.113.7', header: '198.51.100.1', is: '203.0.113.7', proxies: trusted },
    { why: 'one proxy', peer: '127.0.0.1', header: '198.51.100.1', is: '198.51.100.1', proxies: trusted },
    {
      why: 'what the client wrote first',
      peer: '10.1.2.3',
      header: '1.1.1.1, 198.51.100.1',
      is: '198.51.100.1',
      proxies: trusted,
    },
    {
      why: 'two proxies',
      peer: '127.0.0.1',
      header: '1.1.1.1, 198.51.100.1, 10.9.9.9',
      is: '198.51.100.1',
      proxies: trusted,
    },
    { why: 'IPv4 within IPv6', peer: '::ffff:127.0.0.1', header: '198.51.100.1', is: '198.51.100.1', proxies: trusted },
    { why: 'with a port', peer: '127.0.0.1', header: '198.51.100.1:4711', is: '198.51.100.1', proxies: trusted },
    {
      why: 'IPv6 with a port',
      peer: '2001:db8:1::5',
      header: '[2001:db8:2::9]:4711',
      is: '2001:db8:2::9',
      proxies: trusted,
    },
    { why: 'no address', peer: '127.0.0.1', header: 'unknown', is: '127.0.0.1', proxies: trusted },
    { why: 'no header', peer: '127.0.0.1', header: undefined, is: '127.0.0.1', proxies: trusted },
    { why: 'proxies alone', peer: '127.0.0.1', header: '10.0.0.1', is: '10.0.0.1', proxies: trusted },
  ])('$why', ({ peer, header, is, proxies }) => {
    expect(lastUntrustedHop(peer, header, proxies)).toBe(is);
  });

  it('counts neighbours of one IPv6 network as one', () => {
    expect(addressCounted('2001:db8:2:3:aaaa::1')).toBe(addressCounted('2001:db8:2:3:bbbb::2'));
    expect(addressCounted('2001:db8:2:4::1')).not.toBe(addressCounted('2001:db8:2:3::1'));
    expect([addressCounted('203.0.113.7'), addressCounted('unknown')]).toEqual(['203.0.113.7', 'unknown']);
  });
});

describe('S-09: https before a proxy', () => {
  it.each([
    { why: 'a proxy that is named', peer: '10.1.2.3', header: 'https', secure: true },
    { why: 'a proxy that is named, without TLS', peer: '10.1.2.3', header: 'http', secure: false },
    { why: 'anybody else', peer: '203.0.113.7', header: 'https', secure: false },
  ])('is told by $why: $secure', async ({ peer, header, secure }) => {
    const app = new Hono();
    app.use(findClientAddress(['10.0.0.0/8'], pino({ level: 'silent' })));
    app.get('/', (c) => c.json(isSecure(c)));
    const headers = { 'X-Forwarded-Proto': header };
    const answer = await app.request(
      'http://tsa.example/',
      { headers },
      { incoming: { socket: { remoteAddress: peer } } },
    );
    expect(await answer.json()).toBe(secure);
  });
});
