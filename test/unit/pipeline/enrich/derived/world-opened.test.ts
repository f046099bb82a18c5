import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const INGRESS = 'ec2 AuthorizeSecurityGroupIngress';
const opened = (parameters: unknown, more: object = {}) =>
  derivedOf('worldOpened', INGRESS, parameters, { ...more });
const to = (...cidrs: string[]) => ({
  ipPermissions: {
    items: [
      {
        ipProtocol: 'tcp',
        fromPort: 22,
        toPort: 22,
        ipRanges: { items: cidrs.map((cidrIp) => ({ cidrIp })) },
      },
    ],
  },
});

describe('derived.worldOpened', () => {
  it.each([
    '0.0.0.0/0',
    '0.0.0.0/00',
    ' 0.0.0.0/0 ',
    '208.236.235.254/0',
    '128.0.0.0/1',
    '::/0',
    '0:0:0:0:0:0:0:0/0',
    '0000::/0',
    '8000::/1',
    '2000::/3',
    '3000::/4',
  ])('knows %s', (cidr) => {
    expect(opened({ cidrIp: cidr, ipPermissions: {} })).toBe(true);
    expect(opened(to('10.0.0.0/8', cidr))).toBe(true);
  });

  it.each([
    '0.0.0.0/2',
    '10.0.0.0/8',
    '0.0.0.0',
    '0.0.0.0/',
    '192.0.2.0/10',
    'fc00::/7',
    '2a00::/12',
    '0.0.0.0/0.0.0.0',
  ])('leaves %s alone', (cidr) => {
    expect(opened({ cidrIp: cidr, ipPermissions: {} })).toBe(false);
  });

  it('adds up what is opened for the same ports, each network once', () => {
    expect(opened(to('0.0.0.0/2', '64.0.0.0/2'))).toBe(true);
    expect(opened(to('0.0.0.0/2', '1.2.3.4/2'))).toBe(false);
    expect(opened(to('0.0.0.0/2', '4000::/2'))).toBe(false);
    expect(opened(to('2000::/5', '2800::/5', '3000::/5', '3800::/5'))).toBe(true);
  });

  it.each<[string, `${string} ${string}`, object]>([
    [
      'an existing rule',
      'ec2 ModifySecurityGroupRules',
      {
        ModifySecurityGroupRulesRequest: { SecurityGroupRule: [{ SecurityGroupRule: { CidrIpv6: '::/0' } }] },
      },
    ],
    [
      'a group of RDS',
      'rds AuthorizeDBSecurityGroupIngress',
      { dBSecurityGroupName: 'd', cIDRIP: '0.0.0.0/0' },
    ],
    ['a group of Redshift', 'redshift AuthorizeClusterSecurityGroupIngress', { cIDRIP: '0.0.0.0/0' }],
    ['a group of ElastiCache', 'elasticache AuthorizeCacheSecurityGroupIngress', { CIDRIP: '0.0.0.0/0' }],
    [
      'a prefix list',
      'ec2 CreateManagedPrefixList',
      { CreateManagedPrefixListRequest: { Entry: [{ Cidr: '0.0.0.0/0' }] } },
    ],
  ])('reads %s', (_name, call, parameters) => {
    expect(derivedOf('worldOpened', call, parameters)).toBe(true);
  });

  it('reads the answer, where parameters are missing too, but not what goes out', () => {
    const rule = (isEgress: boolean) => ({
      responseElements: { securityGroupRuleSet: { items: [{ isEgress, cidrIpv4: '0.0.0.0/0' }] } },
    });
    expect(opened({ omitted: true }, rule(false))).toBe(true);
    expect(opened({ groupId: 'sg-1' }, rule(true))).toBe(false);
  });

  it('is absent where nothing tells', () => {
    expect(opened(null)).toBeUndefined();
    expect(opened({ omitted: true })).toBeUndefined();
  });

  it('does not read what is taken out of a prefix list', () => {
    const asked = { ModifyManagedPrefixListRequest: { RemoveEntry: [{ Cidr: '0.0.0.0/0' }] } };
    expect(derivedOf('worldOpened', 'ec2 ModifyManagedPrefixList', asked)).toBe(false);
  });

  it('survives whatever an attacker sends, and very deep nesting', () => {
    let deep: unknown = { cidrIp: '0.0.0.0/0' };
    for (let at = 0; at < 3000; at += 1) deep = { items: deep };
    expect(opened(deep)).toBe(false);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => ['boolean', 'undefined'].includes(typeof opened(value))),
    );
  });
});

describe('derived.worldOpenedIsWeb', () => {
  const isWeb = (ipProtocol: string, fromPort: number | undefined, toPort = fromPort, cidrIp = '0.0.0.0/0') =>
    derivedOf('worldOpenedIsWeb', INGRESS, { ipProtocol, fromPort, toPort, cidrIp, ipPermissions: {} });

  it.each<[string, number, number, boolean]>([
    ['tcp', 80, 80, true],
    ['6', 443, 443, true],
    ['udp', 443, 443, true],
    ['icmp', -1, -1, true],
    ['udp', 80, 80, false],
    ['tcp', 80, 443, false],
    ['tcp', 22, 22, false],
  ])('of %s from %i to %i is %s', (protocol, from, toPort, expected) => {
    expect(isWeb(protocol, from, toPort)).toBe(expected);
  });

  it('is false for all traffic, and absent where the world is not let in', () => {
    expect(isWeb('-1', undefined)).toBe(false);
    expect(isWeb('tcp', 22, 22, '10.0.0.0/8')).toBeUndefined();
  });

  it('asks it of every rule that lets the world in', () => {
    const rule = (port: number, cidrIp: string) => ({
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      ipRanges: { items: [{ cidrIp }] },
    });
    const of = (...items: object[]) => derivedOf('worldOpenedIsWeb', INGRESS, { ipPermissions: { items } });
    expect(of(rule(443, '0.0.0.0/0'), rule(22, '10.0.0.0/8'))).toBe(true);
    expect(of(rule(443, '0.0.0.0/0'), rule(22, '0.0.0.0/0'))).toBe(false);
  });
});
