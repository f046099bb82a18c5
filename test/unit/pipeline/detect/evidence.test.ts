import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../../src/pipeline/detect/evidence.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEnrichedEvent } from '../../../helpers/an-event.ts';

const evidence = (overrides: Record<string, unknown> = {}, company = aCompany()) =>
  evidenceOf(anEnrichedEvent(overrides, {}, company), company);

const account = '111122223333';
const trail = `arn:aws:cloudtrail:eu-west-1:${account}:trail/main`;

describe('evidenceOf', () => {
  it('holds what people need of an event', () => {
    const company = aCompany({ accounts: { [account]: { name: 'prod', environment: 'production' } } });
    expect(evidence({ eventID: 'e-1', errorCode: 'AccessDenied' }, company)).toEqual({
      key: `e-1:${account}`,
      eventId: 'e-1',
      time: Date.parse('2026-11-22T10:00:00Z'),
      account,
      accountName: 'prod',
      environment: 'production',
      region: 'eu-west-1',
      eventSource: 'cloudtrail.amazonaws.com',
      eventName: 'StopLogging',
      errorCode: 'AccessDenied',
      accessLevel: 'Write',
      actor: {
        kind: 'user',
        principal: `arn:aws:iam::${account}:user/alice`,
        name: 'alice',
        account,
        nature: 'unknown',
        channel: 'programmatic',
        credential: 'permanent',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      },
      sourceAddress: '203.0.113.7',
      userAgent: 'aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64',
      resources: [trail],
      summary: `stops trail ${trail} (failed: AccessDenied)`,
      observables: [
        { type: 'aws-principal', value: `arn:aws:iam::${account}:user/alice`, tags: ['actor'] },
        { type: 'aws-access-key', value: 'AKIAIOSFODNN7EXAMPLE', tags: ['actor'] },
        { type: 'ip', value: '203.0.113.7', tags: ['source'] },
        { type: 'user-agent', value: 'aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64', tags: ['source'] },
        { type: 'aws-account', value: account, tags: ['account', 'actor'] },
        { type: 'aws-resource', value: trail, tags: ['target'] },
      ],
      stable: {
        network: '203.0.113.0/24',
        userAgent: 'cli',
        region: 'eu-west-1',
        action: 'cloudtrail.amazonaws.com:StopLogging',
      },
      marks: ['logging'],
    });
  });

  it('takes no service for an address or a principal', () => {
    const { observables, sourceAddress } = evidence({
      userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
      sourceIPAddress: 'ec2.amazonaws.com',
      userAgent: 'ec2.amazonaws.com',
      requestParameters: null,
    });
    expect(sourceAddress).toBe('ec2.amazonaws.com');
    expect(observables).toEqual([{ type: 'aws-account', value: account, tags: ['account'] }]);
  });

  it('tells the account of the caller from that of the call', () => {
    const { observables } = evidence({ recipientAccountId: '999988887777', requestParameters: null });
    expect(observables.filter(({ type }) => type === 'aws-account')).toEqual([
      { type: 'aws-account', value: '999988887777', tags: ['account'] },
      { type: 'aws-account', value: account, tags: ['actor'] },
    ]);
  });

  it('stays small and on one line, whatever the record holds', () => {
    const long = `x\n\u202e${'y'.repeat(200_000)}`;
    const found = evidence({
      userAgent: long,
      errorCode: long,
      awsRegion: long,
      sourceIPAddress: long,
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::1:user/${long}`, userName: long, accountId: long },
      requestParameters: { name: long },
      resources: Array.from({ length: 100 }, (_, index) => ({
        ARN: `arn:aws:s3:::b${index}${long.slice(0, 5000)}`,
      })),
    });
    const text = JSON.stringify(found);
    expect(text.length).toBeLessThan(50_000);
    expect(text).not.toMatch(/\\n|\u202e/);
    expect(found.resources).toHaveLength(10);
    expect(found.summary.length).toBeLessThanOrEqual(300);
  });

  it('leaves no half character where it cuts', () => {
    const found = evidence({ userAgent: `${'a'.repeat(511)}\u{1f600}` });
    expect(found.userAgent).toBe(`${'a'.repeat(511)}\ufffd`);
  });

  it.each<[string, Record<string, unknown>, readonly string[]]>([
    [
      'a bucket once',
      {
        eventSource: 's3.amazonaws.com',
        requestParameters: { bucketName: 'b' },
        resources: [{ ARN: 'arn:aws:s3:::b' }],
      },
      ['arn:aws:s3:::b'],
    ],
    ['a trail by name', { requestParameters: { name: 'main' } }, [trail]],
    [
      'a security group',
      { eventSource: 'ec2.amazonaws.com', requestParameters: { groupId: 'sg-1' } },
      ['sg-1'],
    ],
    [
      'a changed group',
      {
        eventSource: 'ec2.amazonaws.com',
        requestParameters: { ModifySecurityGroupRulesRequest: { GroupId: 'sg-2' } },
      },
      ['sg-2'],
    ],
    [
      'instances',
      {
        eventSource: 'ec2.amazonaws.com',
        requestParameters: { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } },
      },
      ['i-1', 'i-2'],
    ],
    [
      'a user',
      { eventSource: 'iam.amazonaws.com', requestParameters: { userName: 'bob' } },
      [`arn:aws:iam::${account}:user/bob`],
    ],
    [
      'a role',
      { eventSource: 'sts.amazonaws.com', requestParameters: { roleArn: 'arn:aws:iam::1:role/x' } },
      ['arn:aws:iam::1:role/x'],
    ],
    [
      'nothing where the key means something else',
      { eventSource: 'ssm.amazonaws.com', requestParameters: { name: 'main' } },
      [],
    ],
  ])('names %s as touched', (_name, overrides, resources) => {
    expect(evidence(overrides).resources).toEqual(resources);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['deletes', { eventName: 'DeleteTrail', requestParameters: { name: 'main' } }, 'deletes trail main'],
    [
      'narrows',
      { eventName: 'UpdateTrail', requestParameters: { name: 'main', isMultiRegionTrail: false } },
      'narrows trail main',
    ],
    [
      'opens',
      {
        eventSource: 'ec2.amazonaws.com',
        eventName: 'AuthorizeSecurityGroupIngress',
        requestParameters: {
          groupId: 'sg-1',
          ipPermissions: {
            items: [
              {
                ipProtocol: 'tcp',
                fromPort: 443,
                toPort: 443,
                ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] },
              },
              { ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } },
            ],
          },
        },
      },
      'opens tcp 22 to 0.0.0.0/0 and 1 more in sg-1',
    ],
    [
      'opens by change',
      {
        eventSource: 'ec2.amazonaws.com',
        eventName: 'ModifySecurityGroupRules',
        requestParameters: {
          ModifySecurityGroupRulesRequest: {
            GroupId: 'sg-2',
            SecurityGroupRule: { SecurityGroupRule: { IpProtocol: '-1', CidrIpv6: '::/0' } },
          },
        },
      },
      'opens all traffic to ::/0 in sg-2',
    ],
    [
      'publishes',
      {
        eventSource: 's3.amazonaws.com',
        eventName: 'PutBucketAcl',
        requestParameters: { bucketName: 'b', 'x-amz-acl': 'public-read' },
      },
      'makes bucket b public by ACL',
    ],
    [
      'unblocks',
      {
        eventSource: 's3.amazonaws.com',
        eventName: 'PutBucketPublicAccessBlock',
        requestParameters: { bucketName: 'b', PublicAccessBlockConfiguration: { BlockPublicAcls: false } },
      },
      'turns off BlockPublicAcls of bucket b',
    ],
    [
      'fails to sign in',
      { eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Failure' }, requestParameters: null },
      'fails to sign in to the console',
    ],
    [
      'is denied',
      {
        eventSource: 'ec2.amazonaws.com',
        eventName: 'GetPasswordData',
        errorCode: 'Client.UnauthorizedOperation',
      },
      'is denied GetPasswordData (Client.UnauthorizedOperation)',
    ],
    ['has nothing to say', { eventSource: 'ec2.amazonaws.com', eventName: 'DescribeVpcs' }, ''],
    [
      'was padded until CloudTrail left its parameters out',
      {
        eventSource: 'iam.amazonaws.com',
        eventName: 'PutUserPolicy',
        requestParameters: { reason: 'requestParameters too large', omitted: true, originalSize: 131_072 },
      },
      'CloudTrail left its parameters out for their size, so what it asked for is unknown and the worst is supposed',
    ],
    [
      'was padded, and is known by its name',
      { eventName: 'UpdateTrail', requestParameters: { omitted: true } },
      'changes trail (not named); CloudTrail left its parameters out for their size, so what it asked for is unknown and the worst is supposed',
    ],
  ])('sums up a call that %s', (_name, overrides, summary) => {
    expect(evidence(overrides).summary).toBe(summary);
  });

  it.each<[string, Record<string, unknown>, Parameters<typeof aCompany>[0], readonly string[]]>([
    ['root', { userIdentity: { type: 'Root', accountId: account }, eventName: 'GetTrail' }, {}, ['root']],
    [
      'break-glass',
      { eventName: 'GetTrail' },
      { breakGlass: [`arn:aws:iam::${account}:user/alice`] },
      ['break-glass'],
    ],
    ['a crown jewel', { eventName: 'GetTrail' }, { critical: [trail] }, ['critical']],
    [
      'a security account',
      { eventName: 'GetTrail' },
      { accounts: { [account]: { name: 's', role: 'security' } } },
      ['security-account'],
    ],
    [
      'a management account',
      { eventName: 'GetTrail' },
      { accounts: { [account]: { name: 'm', role: 'management' } } },
      ['management-account'],
    ],
    ['tampering', { eventSource: 'guardduty.amazonaws.com', eventName: 'DeleteDetector' }, {}, ['logging']],
    ['nothing', { eventName: 'GetTrail' }, {}, []],
    ['the same word elsewhere', { eventSource: 'iam.amazonaws.com', eventName: 'DeletePolicy' }, {}, []],
  ])('marks %s', (_name, overrides, known, marks) => {
    expect(evidence(overrides, aCompany(known)).marks).toEqual(marks);
  });
});
