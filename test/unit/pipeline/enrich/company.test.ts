import { describe, expect, it } from 'vitest';
import { parseContext } from '../../../../src/language/context.ts';
import { anEnrichedEvent, type RecordOverrides } from '../../../helpers/an-event.ts';

const { context: company } = parseContext([
  {
    file: 'c.yml',
    text: `accounts: [{ id: "111122223333", name: shop, criticality: high }]
principals:
  - { arn: "arn:aws:iam::111122223333:user/alice", kind: person, owner: bob, team: shop, onCall: pager, breakGlass: true }
  - { arn: "arn:aws:iam::111122223333:user/boss", admin: true }
adminGroups: [{ arn: "arn:aws:iam::*:group/admins" }]
networks: [{ name: office, kind: vpn, cidrs: [203.0.113.0/24] }]
images:
  - { id: ami-00000000000000001, allowed: true }
  - { id: ami-00000000000000002, owner: "111122223333" }
  - { id: ami-00000000000000003, owner: "444455556666" }
instanceTypes: [{ types: ["t3.*"] }]
regions: [{ regions: [eu-west-1] }]
assets:
  - { arn: "arn:aws:cloudtrail:*:*:trail/main", name: the trail, criticality: critical, owner: security }
workingHours: [{ timezone: UTC, days: [sun], from: "09:00", to: "17:00" }]
`,
  },
]);
const facts = (record: RecordOverrides = {}) => anEnrichedEvent(record, {}, company).context.company;

const run = (parameters: unknown, more: RecordOverrides = {}) =>
  facts({
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    requestParameters: parameters,
    ...more,
  });
const iam = (eventName: string, requestParameters: unknown) =>
  facts({ eventSource: 'iam.amazonaws.com', eventName, requestParameters });

describe('company facts of an event', () => {
  it('say who acts, from where, on what, and when', () => {
    expect(facts()).toEqual({
      actorKind: 'person',
      actorOwner: 'bob',
      actorTeam: 'shop',
      actorOnCall: 'pager',
      actorIsPipeline: false,
      actorIsBreakGlass: true,
      network: 'office',
      networkKind: 'vpn',
      networkIsOurs: true,
      asset: 'the trail',
      assetCriticality: 'critical',
      assetOwner: 'security',
      regionInUse: true,
      inWorkingHours: true,
    });
  });

  it('say that an address is a stranger only where networks are listed, and nothing of services', () => {
    expect(facts({ sourceIPAddress: '198.51.100.9' }).networkIsOurs).toBe(false);
    expect(facts({ sourceIPAddress: 'cloudformation.amazonaws.com' })).not.toHaveProperty('networkIsOurs');
  });

  it('judge images: the most suspicious of a call speaks', () => {
    const image = (...ids: string[]) => run({ instancesSet: { items: ids.map((imageId) => ({ imageId })) } });
    expect(image('ami-00000000000000001').image).toBe('allowed');
    expect(image('ami-00000000000000002')).toMatchObject({ image: 'own', imageOwner: '111122223333' });
    expect(image('ami-00000000000000003')).toMatchObject({ image: 'foreign', imageOwner: '444455556666' });
    expect(image('ami-00000000000000009').image).toBe('unknown');
    expect(image('ami-00000000000000001', 'ami-00000000000000003').image).toBe('foreign');
    expect(facts()).not.toHaveProperty('image');
  });

  it('say whether types and regions are in use, and nothing of the region of global services', () => {
    expect(run({ instanceType: 't3.micro' }).instanceTypesInUse).toBe(true);
    expect(run({ instanceType: 'p5.48xlarge' }).instanceTypesInUse).toBe(false);
    expect(run({ instanceType: 't3.micro' }, { awsRegion: 'ap-east-1' }).regionInUse).toBe(false);
    const global = facts({ eventSource: 'iam.amazonaws.com', awsRegion: 'us-east-1' });
    expect(global).not.toHaveProperty('regionInUse');
  });

  it('say whether a touched user or group is of administrators', () => {
    expect(iam('UpdateLoginProfile', { userName: 'boss' }).targetIsAdmin).toBe(true);
    expect(iam('UpdateLoginProfile', { userName: 'alice' })).not.toHaveProperty('targetIsAdmin');
    expect(iam('AddUserToGroup', { userName: 'alice', groupName: 'admins' }).targetGroupIsAdmin).toBe(true);
    expect(iam('AddUserToGroup', { userName: 'alice', groupName: 'others' })).not.toHaveProperty(
      'targetGroupIsAdmin',
    );
  });
});
