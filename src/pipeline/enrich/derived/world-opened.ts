import ipaddr from 'ipaddr.js';
import type { CloudTrailRecord } from '../../../domain/event.ts';
import { flagAt, own } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';

const CALLS = [
  ...callsOf('ec2', 'AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules'),
  ...callsOf('ec2', 'CreateManagedPrefixList', 'ModifyManagedPrefixList'),
  ...callsOf('rds', 'AuthorizeDBSecurityGroupIngress'),
  ...callsOf('redshift', 'AuthorizeClusterSecurityGroupIngress'),
  ...callsOf('elasticache', 'AuthorizeCacheSecurityGroupIngress'),
];

/**
 * Whether an inbound rule lets in the whole internet, or half of it: a network of
 * prefix length 0 or 1 in any notation, or several that together make up half of
 * the address space for the same ports.
 */
export const worldOpened: DerivedFact = {
  name: 'worldOpened',
  calls: CALLS,
  says: (record) => {
    const openings = openingsOf(record);
    return openings === undefined ? undefined : wideOf(openings).length > 0;
  },
};

/** Whether what was opened to the world is the web only: TCP 80 and 443, UDP 443, and ping. */
export const worldOpenedIsWeb: DerivedFact = {
  name: 'worldOpenedIsWeb',
  calls: CALLS,
  says: (record) => {
    const wide = wideOf(openingsOf(record) ?? []);
    return wide.length === 0 ? undefined : wide.every(isWeb);
  },
};

/** A network that is let in, and what it may reach. */
interface Opening {
  readonly network: string;
  readonly protocol: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

const NETWORK_KEYS = new Set(['cidrip', 'cidripv4', 'cidripv6', 'cidr']);
/** What is taken away, or goes out, opens nothing. */
const OTHER_KEYS = new Set(['removeentry', 'revokedsecuritygrouprules']);
const DEEPEST = 16;
const MOST_NODES = 20_000;

/** The openings that were asked for, and those that EC2 says it made; undefined without parameters. */
function openingsOf(record: CloudTrailRecord): readonly Opening[] | undefined {
  const asked = own(record, 'requestParameters');
  const made = own(own(record, 'responseElements'), 'securityGroupRuleSet');
  const untold = typeof asked !== 'object' || asked === null || flagAt(asked, 'omitted') === true;
  return untold && made === undefined ? undefined : [...openingsIn(asked), ...openingsIn(made)];
}

interface Place {
  readonly node: unknown;
  readonly around: Opening;
  readonly depth: number;
}

const NOTHING: Opening = { network: '', protocol: '', from: undefined, to: undefined };

/** Not by recursion, so that no depth of nesting can harm. */
function openingsIn(value: unknown): readonly Opening[] {
  const found: Opening[] = [];
  const open: Place[] = [{ node: value, around: NOTHING, depth: 0 }];
  for (let seen = 0; seen < MOST_NODES; seen += 1) {
    const place = open.pop();
    if (place === undefined) break;
    for (const [name, item, here] of entriesOf(place)) {
      if (typeof item === 'string' && NETWORK_KEYS.has(name)) found.push({ ...here, network: item.trim() });
      else if (!OTHER_KEYS.has(name)) open.push({ node: item, around: here, depth: place.depth + 1 });
    }
  }
  return found;
}

function entriesOf({ node, around, depth }: Place): readonly (readonly [string, unknown, Opening])[] {
  if (!isOpenable(node) || depth > DEEPEST) return [];
  const here = Array.isArray(node) ? around : withPorts(node, around);
  return Object.entries(node).map(([key, item]) => [key.toLowerCase(), item, here] as const);
}

/** What says that it goes out opens nothing. */
function isOpenable(node: unknown): node is object {
  return typeof node === 'object' && node !== null && flagAt(node, 'isEgress') !== true;
}

/** A rule states its ports beside its networks or one level above them. */
function withPorts(node: object, around: Opening): Opening {
  let { protocol, from, to } = around;
  for (const [key, value] of Object.entries(node)) {
    const name = key.toLowerCase();
    if (name === 'ipprotocol') protocol = String(value).toLowerCase();
    else if (name === 'fromport') from = Number(value);
    else if (name === 'toport') to = Number(value);
  }
  return { network: '', protocol, from, to };
}

function wideOf(openings: readonly Opening[]): readonly Opening[] {
  const shares = new Map<string, Map<string, number>>();
  for (const opening of openings) {
    const { key, share } = shareOf(opening.network);
    const ports = portsOf(opening, key);
    shares.set(ports, (shares.get(ports) ?? new Map()).set(key, share));
  }
  return openings.filter((opening) => {
    const { key } = shareOf(opening.network);
    const parts = shares.get(portsOf(opening, key)) ?? new Map<string, number>();
    return [...parts.values()].reduce((sum, share) => sum + share, 0) >= 0.5;
  });
}

function portsOf({ protocol, from, to }: Opening, key: string): string {
  return [key.includes(':') ? 6 : 4, protocol, from, to].join(' ');
}

/**
 * One spelling of a network, and its share of the address space: 1 for prefix length 0, a half for
 * 1. All of IPv6 that is in use in the internet is 2000::/3 (RFC 4291), so there its share is counted.
 */
function shareOf(network: string): { readonly key: string; readonly share: number } {
  const [address = '', length = ''] = network.split('/');
  if (!/^\d{1,3}$/.test(length)) return { key: network, share: 0 };
  const bits = Number(length);
  const text = `${address.trim()}/${bits}`;
  if (!ipaddr.isValidCIDR(text)) return { key: text, share: 2 ** -bits };
  if (!address.includes(':'))
    return { key: `${ipaddr.IPv4.networkAddressFromCIDR(text)}/${bits}`, share: 2 ** -bits };
  const start = ipaddr.IPv6.networkAddressFromCIDR(text);
  const isPublic = bits >= 3 && start.match(ipaddr.IPv6.parse('2000::'), 3);
  return { key: `${start}/${bits}`, share: 2 ** -(isPublic ? bits - 3 : bits) };
}

const PING = ['icmp', 'icmpv6', '1', '58'];

function isWeb({ protocol, from, to }: Opening): boolean {
  if (PING.includes(protocol)) return true;
  if (from === undefined || from !== to) return false;
  if (protocol === 'udp' || protocol === '17') return from === 443;
  return (protocol === 'tcp' || protocol === '6') && (from === 80 || from === 443);
}
