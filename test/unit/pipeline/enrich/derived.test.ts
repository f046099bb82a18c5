import { describe, expect, it } from 'vitest';
import { derivedEnricher } from '../../../../src/pipeline/enrich/enrichers/derived.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent } from '../../../helpers/an-event.ts';

const derivedOf = (eventSource: string, eventName: string, requestParameters: unknown) =>
  derivedEnricher.enrich(
    anEvent({ eventSource: `${eventSource}.amazonaws.com`, eventName, requestParameters }),
    aCompany(),
  );

const allow = (more: object) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more });
const policyPublic = (policy: unknown) =>
  derivedOf('s3', 'PutBucketPolicy', { bucketName: 'b', bucketPolicy: policy });

describe('derived.s3PolicyPublic', () => {
  it.each<[string, object]>([
    ['everyone', allow({ Principal: '*' })],
    ['every AWS caller', allow({ Principal: { AWS: '*' } })],
    ['one of a list being everyone', allow({ Principal: { AWS: ['arn:aws:iam::1:root', '*'] } })],
    ['everyone but some', allow({ NotPrincipal: { AWS: 'arn:aws:iam::1:root' } })],
    [
      'a condition on transport only',
      allow({ Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
    ],
    [
      'the whole address space',
      allow({ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }),
    ],
    [
      'one wide alternative',
      allow({ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': ['10.1.2.0/24', '0.0.0.0/1'] } } }),
    ],
    ['any organisation', allow({ Principal: '*', Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } } })],
    [
      'any account',
      allow({ Principal: '*', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:topic' } } }),
    ],
    [
      'a test that passes without the key',
      allow({ Principal: '*', Condition: { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } } }),
    ],
    [
      'a negated test',
      allow({ Principal: '*', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
    ],
  ])('is true for %s', (_name, statement) => {
    expect(policyPublic({ Statement: [statement] })).toEqual({ s3PolicyPublic: true });
  });

  it.each<[string, object]>([
    ['a named account', allow({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } })],
    ['a service', allow({ Principal: { Service: 'cloudtrail.amazonaws.com' } })],
    ['a denial of everyone', { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }],
    [
      'an organisation',
      allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
    ],
    ['a network', allow({ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } })],
    [
      'a VPC endpoint',
      allow({ Principal: '*', Condition: { StringEquals: { 'AWS:SourceVpce': ['vpce-1'] } } }),
    ],
    [
      'a distribution',
      allow({
        Principal: '*',
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/*' } },
      }),
    ],
  ])('is false for %s', (_name, statement) => {
    expect(policyPublic({ Statement: [statement] })).toEqual({ s3PolicyPublic: false });
  });

  it('does not let the condition of one statement narrow another', () => {
    const narrowed = allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } });
    expect(policyPublic({ Statement: [narrowed, allow({ Principal: '*' })] })).toEqual({
      s3PolicyPublic: true,
    });
  });

  it('reads a policy that is text, and a statement that is no list', () => {
    expect(policyPublic(JSON.stringify({ Statement: allow({ Principal: '*' }) }))).toEqual({
      s3PolicyPublic: true,
    });
  });

  it.each([
    ['no policy', undefined],
    ['broken text', '{'],
  ])('is absent with %s', (_name, policy) => {
    expect(policyPublic(policy)).toEqual({});
  });
});

describe('derived.aclPublic', () => {
  const group = (name: string) => ({
    Grantee: { 'xsi:type': 'Group', URI: `http://acs.amazonaws.com/groups/global/${name}` },
    Permission: 'READ',
  });
  const body = (grant: unknown) => ({ AccessControlPolicy: { AccessControlList: { Grant: grant } } });

  it.each<[string, object, boolean]>([
    ['a grant to all users', body([group('AllUsers')]), true],
    ['one grant that is no list', body(group('AuthenticatedUsers')), true],
    ['a canned public list', { 'x-amz-acl': 'public-read' }, true],
    ['a canned list in a list, other case', { 'X-Amz-Acl': ['authenticated-read'] }, true],
    ['a nested canned list', { accessControlList: { 'x-amz-acl': 'public-read-write' } }, true],
    [
      'a grant in a header',
      { accessControlList: { 'x-amz-grant-read': 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' } },
      true,
    ],
    ['a private list', { 'x-amz-acl': 'private' }, false],
    ['log delivery', body([{ Grantee: { URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery' } }]), false],
    ['a bucket that is called so', { bucketName: 'public-read', acl: '' }, false],
  ])('of %s', (_name, parameters, expected) => {
    expect(derivedOf('s3', 'PutBucketAcl', parameters)).toEqual({ aclPublic: expected });
  });

  it('is absent without parameters', () => {
    expect(derivedOf('s3', 'PutBucketAcl', null)).toEqual({});
  });
});

describe('derived.trailNarrowed', () => {
  const management = (...more: object[]) => ({
    fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }, ...more],
  });
  const basic = (...eventSelectors: object[]) => ({ eventSelectors });
  const advanced = (...advancedEventSelectors: object[]) => ({ advancedEventSelectors });

  it.each<[string, object, boolean]>([
    ['no management events', basic({ includeManagementEvents: false, readWriteType: 'All' }), true],
    ['reads only', basic({ includeManagementEvents: true, readWriteType: 'ReadOnly' }), true],
    ['writes only', basic({ readWriteType: 'WriteOnly' }), true],
    ['all of them', basic({ includeManagementEvents: true, readWriteType: 'All' }), false],
    ['all of them in two parts', basic({ readWriteType: 'ReadOnly' }, { readWriteType: 'WriteOnly' }), false],
    [
      'data events beside all',
      basic({ readWriteType: 'All', dataResources: [{ type: 'AWS::S3::Object' }] }),
      false,
    ],
    ['advanced: all', advanced(management()), false],
    [
      'advanced: data only',
      advanced({ fieldSelectors: [{ field: 'eventCategory', equals: ['Data'] }] }),
      true,
    ],
    ['advanced: writes only', advanced(management({ field: 'readOnly', equals: ['false'] })), true],
    [
      'advanced: all but the loud',
      advanced(management({ field: 'eventSource', notEquals: ['kms.amazonaws.com'] })),
      false,
    ],
    [
      'advanced: all but IAM',
      advanced(management({ field: 'eventSource', notEquals: ['iam.amazonaws.com'] })),
      true,
    ],
  ])('of selectors that keep %s', (_name, parameters, expected) => {
    expect(derivedOf('cloudtrail', 'PutEventSelectors', parameters)).toEqual({ trailNarrowed: expected });
  });

  it.each<[string, string, object, boolean]>([
    ['one region', 'UpdateTrail', { isMultiRegionTrail: false }, true],
    ['one region, as text', 'UpdateTrail', { isMultiRegionTrail: 'false' }, true],
    ['no global services', 'UpdateTrail', { includeGlobalServiceEvents: false }, true],
    ['no organisation', 'UpdateTrail', { isOrganizationTrail: false }, true],
    [
      'a log group',
      'UpdateTrail',
      { name: 't', isMultiRegionTrail: true, cloudWatchLogsRoleArn: 'x' },
      false,
    ],
    ['an event data store of one region', 'UpdateEventDataStore', { multiRegionEnabled: false }, true],
    ['a longer retention', 'UpdateEventDataStore', { retentionPeriod: 90 }, false],
  ])('of a trail changed to %s', (_name, call, parameters, expected) => {
    expect(derivedOf('cloudtrail', call, parameters)).toEqual({ trailNarrowed: expected });
  });

  it('is absent for a denied call, whose parameters CloudTrail leaves out', () => {
    expect(derivedOf('cloudtrail', 'PutEventSelectors', null)).toEqual({});
  });

  it('is absent for calls of another service', () => {
    expect(derivedOf('iam', 'UpdateTrail', { isMultiRegionTrail: false })).toEqual({});
  });
});
