import { describe, expect, it } from 'vitest';
import { parseContext } from '../../../../src/language/context.ts';

function company(text: string) {
  const { context, problems } = parseContext([{ file: 'c.yml', text }]);
  expect(problems).toEqual([]);
  return context;
}

describe('what context files say', () => {
  it('of principals: all that fits, the more exact entry first', () => {
    const { principal, isBreakGlass, isAdmin, isAdminGroup } = company(`principals:
  - { arn: "arn:aws:iam::111122223333:role/*", owner: platform, onCall: "pager" }
  - { arn: "arn:aws:iam::111122223333:role/deploy-*", kind: pipeline, owner: ci }
  - { arn: "arn:aws:iam::111122223333:role/deploy-glass", breakGlass: true, admin: true }
adminGroups: [{ arn: "arn:aws:iam::*:group/admins" }]
`);
    expect(principal('arn:aws:iam::111122223333:role/deploy-glass')).toEqual({
      owner: 'ci',
      onCall: 'pager',
      kind: 'pipeline',
      breakGlass: true,
      admin: true,
    });
    expect(principal('arn:aws:iam::111122223333:user/alice')).toBeUndefined();
    expect(isBreakGlass('arn:aws:iam::111122223333:role/deploy-x')).toBe(false);
    expect(isAdmin('arn:aws:iam::111122223333:role/deploy-glass')).toBe(true);
    expect(isAdmin('arn:aws:iam::111122223333:role/deploy-x')).toBeUndefined();
    expect(isAdminGroup('arn:aws:iam::999988887777:group/admins')).toBe(true);
    expect(isAdminGroup('arn:aws:iam::999988887777:group/Admins')).toBe(false);
  });

  it('of networks: the narrowest one', () => {
    const { network, knowsNetworks } = company(`networks:
  - { name: office, kind: company, cidrs: [203.0.113.0/24, "2001:db8::/32"] }
  - { name: guests, kind: other, cidrs: [203.0.113.128/25] }
`);
    expect(knowsNetworks).toBe(true);
    expect(network('203.0.113.7')).toEqual({ name: 'office', kind: 'company', isOurs: true });
    expect(network('203.0.113.200')).toEqual({ name: 'guests', kind: 'other', isOurs: false });
    expect(network('2001:db8:1::9')?.name).toBe('office');
    expect(network('198.51.100.1')).toBeUndefined();
    expect(network('not an address')).toBeUndefined();
  });

  it('of images: the image before its owner, and nothing where nothing is listed', () => {
    const { image } = company(`accounts: [{ id: "111122223333", name: shop }]
images:
  - { id: ami-00000000000000001, owner: "111122223333" }
  - { id: ami-00000000000000002, owner: "999988887777", alias: amazon }
  - { id: ami-00000000000000003, owner: "999988887777", alias: amazon, allowed: false }
  - { id: ami-00000000000000004, owner: "444455556666" }
imageOwners: [{ owner: amazon, allowed: true }]
`);
    expect(image('ami-00000000000000001')).toEqual({ owner: '111122223333', own: true });
    expect(image('ami-00000000000000002')).toEqual({ owner: '999988887777', own: false, allowed: true });
    expect(image('ami-00000000000000003')?.allowed).toBe(false);
    expect(image('ami-00000000000000004')).toEqual({ owner: '444455556666', own: false });
    expect(image('ami-00000000000000005')).toEqual({});
    expect(company('').image('ami-00000000000000001')).toBeUndefined();
  });

  it('of types and regions: what is listed for all and for the account; absent is not false', () => {
    const { instanceTypeInUse, regionInUse } = company(`instanceTypes:
  - { types: ["t3.*"], accounts: ["111122223333"] }
regions:
  - { regions: [eu-west-1] }
  - { regions: [us-east-1], accounts: ["111122223333"] }
`);
    expect(instanceTypeInUse('111122223333', 't3.micro')).toBe(true);
    expect(instanceTypeInUse('111122223333', 'p5.48xlarge')).toBe(false);
    expect(instanceTypeInUse('999988887777', 'p5.48xlarge')).toBeUndefined();
    expect(regionInUse('111122223333', 'us-east-1')).toBe(true);
    expect(regionInUse('999988887777', 'us-east-1')).toBe(false);
  });

  it('of working hours: by the clock of their zone, over midnight, and without holidays', () => {
    const { inWorkingHours } = company(`workingHours:
  - { timezone: Europe/Berlin, days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", holidays: ["2026-12-25"] }
  - { timezone: UTC, days: [sun], from: "22:00", to: "06:00", principals: ["arn:aws:iam::*:role/night"] }
`);
    const at = (instant: string, who = 'arn:aws:iam::111122223333:user/alice') =>
      inWorkingHours('111122223333', who, Date.parse(instant));
    expect(at('2026-11-23T07:00:00Z')).toBe(true);
    expect(at('2026-11-23T06:59:59Z')).toBe(false);
    expect(at('2026-07-06T06:00:00Z')).toBe(true);
    expect(at('2026-11-23T17:00:00Z')).toBe(false);
    expect(at('2026-11-22T10:00:00Z')).toBe(false);
    expect(at('2026-12-25T10:00:00Z')).toBe(false);
    const night = 'arn:aws:iam::111122223333:role/night';
    expect(at('2026-11-22T22:00:00Z', night)).toBe(true);
    expect(at('2026-11-23T05:59:00Z', night)).toBe(true);
    expect(at('2026-11-23T06:00:00Z', night)).toBe(false);
    expect(company('').inWorkingHours('1', night, 0)).toBeUndefined();
  });

  it('of assets: the more exact entry, so that a test bucket is no crown jewel', () => {
    const { asset, isCritical } = company(`assets:
  - { arn: "arn:aws:s3:::payroll-*", name: payroll, critical: true, owner: people }
  - { arn: "arn:aws:s3:::payroll-test", criticality: low }
`);
    expect(asset('arn:aws:s3:::payroll-2026')).toEqual({
      name: 'payroll',
      owner: 'people',
      criticality: 'critical',
    });
    expect(asset('arn:aws:s3:::payroll-test')).toEqual({
      name: 'payroll',
      owner: 'people',
      criticality: 'low',
    });
    expect([isCritical('arn:aws:s3:::payroll-2026'), isCritical('arn:aws:s3:::payroll-test')]).toEqual([
      true,
      false,
    ]);
  });
});
