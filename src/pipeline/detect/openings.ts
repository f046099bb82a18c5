import type { CloudTrailRecord } from '../../domain/event.ts';
import { listAt, own, textAt, valueAt } from '../../domain/record.ts';

/** One network that a call lets into a security group. */
export interface Opening {
  readonly group: string;
  /** `tcp 22`, `udp 0-1024`, `all traffic` */
  readonly ports: string;
  readonly network: string;
}

/** How many openings of one call are looked at: a call may carry some hundred. */
const LIMIT = 200;

/**
 * The networks that AuthorizeSecurityGroupIngress or ModifySecurityGroupRules
 * lets in, widest first. EC2 has three forms for it: a list of permissions, one
 * rule in flat parameters, and changed rules.
 */
export function openingsOf(record: CloudTrailRecord): readonly Opening[] {
  const asked = own(record, 'requestParameters');
  const group = textAt(asked, 'groupId') || textAt(asked, 'groupName') || '(not named)';
  const openings = [
    ...withNetworks(asked, group),
    ...listAt(asked, 'ipPermissions').flatMap((permission) => withNetworks(permission, group)),
    ...changedRules(asked),
  ].slice(0, LIMIT);
  return openings.sort((a, b) => prefixOf(a.network) - prefixOf(b.network));
}

function withNetworks(permission: unknown, group: string): readonly Opening[] {
  const networks = [
    textAt(permission, 'cidrIp'),
    textAt(permission, 'cidrIpv6'),
    ...listAt(permission, 'ipRanges').map((range) => textAt(range, 'cidrIp')),
    ...listAt(permission, 'ipv6Ranges').map((range) => textAt(range, 'cidrIpv6')),
  ].filter((network) => network !== '');
  const ports = portsOf(
    valueAt(permission, 'ipProtocol'),
    own(permission, 'fromPort'),
    own(permission, 'toPort'),
  );
  return networks.map((network) => ({ group, ports, network }));
}

function changedRules(asked: unknown): readonly Opening[] {
  const request = own(asked, 'ModifySecurityGroupRulesRequest');
  const group = textAt(request, 'GroupId') || '(not named)';
  return listAt(request, 'SecurityGroupRule').flatMap((change) => {
    const rule = own(change, 'SecurityGroupRule');
    const networks = [textAt(rule, 'CidrIpv4'), textAt(rule, 'CidrIpv6')].filter((network) => network !== '');
    const ports = portsOf(own(rule, 'IpProtocol'), own(rule, 'FromPort'), own(rule, 'ToPort'));
    return networks.map((network) => ({ group, ports, network }));
  });
}

function portsOf(protocol: unknown, from: unknown, to: unknown): string {
  const name = protocol === undefined ? '' : String(protocol).slice(0, 16);
  if (name === '-1' || name === '') return 'all traffic';
  if (typeof from !== 'number' || from === -1) return `all ${name}`;
  return from === to || typeof to !== 'number' ? `${name} ${from}` : `${name} ${from}-${to}`;
}

function prefixOf(network: string): number {
  const length = Number(network.slice(network.lastIndexOf('/') + 1));
  return Number.isFinite(length) ? length : 128;
}
