import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { MailError } from './session.ts';

/** Where the mail servers of mailboxes may be, beyond public and private addresses. */
export interface MailHosts {
  /** Loopback addresses and ranges (CIDR) with mail servers. */
  readonly loopback: readonly string[];
  /** Ports that the agent's own servers listen on. No mailbox is read from them, at any address. */
  readonly ownPorts: ReadonlySet<number>;
}

/** Public and private addresses only. */
export const remoteMailHosts: MailHosts = { loopback: [], ownPorts: new Set() };

/** Where a connection goes, and who says so. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** `mailbox`: whoever may fill in the form, so that it is checked where it leads. `operator`: the environment. */
  readonly namedBy: 'mailbox' | 'operator';
}

/** What `connect` of `node:net` and `node:tls` takes. */
export interface CheckedTarget {
  readonly host: string;
  readonly port: number;
  /** Resolves the name and checks each of its addresses; the socket connects to one of these, so the name cannot change in between. */
  readonly lookup: LookupFunction;
}

/**
 * Checks where a connection goes. Throws MailError for a port or a literal address at which no mailbox is read. Names are checked
 * when the socket resolves them: `lookup` then fails with the MailError. `found` are addresses that were checked before.
 */
export function checkedTarget(
  endpoint: Target,
  hosts: MailHosts = remoteMailHosts,
  found?: readonly LookupAddress[],
): CheckedTarget {
  requirePort(endpoint, hosts);
  if (isIP(endpoint.host) !== 0) requireAddress(endpoint, hosts, endpoint.host);
  return {
    host: endpoint.host,
    port: endpoint.port,
    lookup: (_, { all, family }, done) => {
      const resolved = found === undefined ? addressesOf(endpoint, hosts) : Promise.resolve(found);
      resolved.then(
        (addresses) => {
          const fitting = addresses.filter(
            (address) => typeof family !== 'number' || family === 0 || address.family === family,
          );
          const [first] = fitting;
          if (all === true) done(null, fitting);
          else if (first === undefined) done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
          else done(null, first.address, first.family);
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ''),
      );
    },
  };
}

/** All addresses of a host. Throws MailError when one of them is not of a mail server, and what `node:dns` throws. */
export async function addressesOf(
  endpoint: Target,
  hosts: MailHosts = remoteMailHosts,
): Promise<readonly LookupAddress[]> {
  requirePort(endpoint, hosts);
  const found = await new Promise<readonly LookupAddress[]>((resolve, reject) =>
    lookup(endpoint.host, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error))),
  );
  for (const { address } of found) requireAddress(endpoint, hosts, address);
  return found;
}

function requirePort({ host, port, namedBy }: Target, { ownPorts }: MailHosts): void {
  if (namedBy === 'operator' || !ownPorts.has(port)) return;
  throw new MailError(
    'unreachable',
    `${host}:${String(port)}: the agent itself uses port ${String(port)}, and reads no mailbox there.`,
    'Enter the Port of the mail server.',
  );
}

/** Where mail servers are: public, private (RFC 1918, RFC 4193) and shared (RFC 6598) addresses. */
const usual: ReadonlySet<string> = new Set(['unicast', 'private', 'uniqueLocal', 'carrierGradeNat']);

/** Where clouds tell a machine its secrets, besides 169.254.0.0/16: Azure, Alibaba Cloud, AWS, Google Cloud. */
const metadata: ReadonlySet<string> = new Set(['168.63.129.16', '100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254']);

function requireAddress({ host, namedBy }: Target, { loopback }: MailHosts, text: string): void {
  const address = plainAddress(text);
  const range = address?.range();
  if (address !== undefined && range !== undefined && !metadata.has(address.toString())) {
    if (usual.has(range)) return;
    if (range === 'loopback' && (namedBy === 'operator' || isListed(address, loopback))) return;
  }
  if (range === 'loopback')
    throw new MailError(
      'unreachable',
      `${host} is ${text}, this machine itself, where the agent reads mailboxes only if its operator allows it.`,
      `Enter the name of another machine as Mail Server. If the mail server does run beside the agent: set TSA_MAIL_HOSTS to ${address?.toString() ?? text} and start the agent again.`,
    );
  throw new MailError(
    'unreachable',
    `${host} is ${text}, an address at which the agent talks to no mail server.`,
    'Enter the Mail Server by its name or its own address. Addresses of the link, of groups, of nobody and of a cloud’s own services are refused.',
  );
}

type Address = ReturnType<typeof ipaddr.process>;

const isListed = (address: Address, loopback: readonly string[]): boolean =>
  loopback.some((entry) => {
    const [range, bits] = entry.includes('/') ? ipaddr.parseCIDR(entry) : [ipaddr.process(entry), undefined];
    return range.kind() === address.kind() && address.match(range, bits ?? address.toByteArray().length * 8);
  });

/** IPv6 prefixes, in octets, whose addresses lead to the IPv4 address at this octet: RFC 4291 §2.5.5.1, RFC 6145, RFC 6052, RFC 8215, RFC 3056. */
const carriers: readonly { readonly prefix: readonly number[]; readonly at: number }[] = [
  { prefix: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], at: 12 },
  { prefix: [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0], at: 12 },
  { prefix: [0, 0x64, 0xff, 0x9b], at: 12 },
  { prefix: [0x20, 0x02], at: 2 },
];

/** The address that packets end at, whatever the spelling; undefined for what is no address. */
function plainAddress(text: string): Address | undefined {
  const withoutZone = text.split('%', 1)[0] ?? '';
  if (!ipaddr.isValid(withoutZone)) return undefined;
  const address = ipaddr.process(withoutZone);
  if (address.kind() === 'ipv4' || ['loopback', 'unspecified'].includes(address.range())) return address;
  const octets = address.toByteArray();
  const carrier = carriers.find(({ prefix }) => prefix.every((octet, index) => octets[index] === octet));
  return carrier === undefined ? address : ipaddr.fromByteArray(octets.slice(carrier.at, carrier.at + 4));
}
