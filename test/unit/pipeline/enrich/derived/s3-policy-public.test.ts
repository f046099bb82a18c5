import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const allow = (more: object) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more });
const policyPublic = (policy: unknown) =>
  derivedOf('s3PolicyPublic', 's3 PutBucketPolicy', { bucketName: 'b', bucketPolicy: policy });

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
      'a user name, which every account may have',
      allow({ Principal: '*', Condition: { StringEquals: { 'aws:username': 'bob' } } }),
    ],
    ['any bucket', allow({ Principal: '*', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } } })],
    [
      'a negated test',
      allow({ Principal: '*', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
    ],
  ])('is true for %s', (_name, statement) => {
    expect(policyPublic({ Statement: [statement] })).toBe(true);
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
    ['one bucket', allow({ Principal: '*', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b' } } })],
    [
      'services of AWS',
      allow({ Principal: '*', Condition: { Bool: { 'aws:PrincipalIsAWSService': 'true' } } }),
    ],
    [
      'endpoints of an account',
      allow({ Principal: '*', Condition: { StringEquals: { 'aws:VpceAccount': '1' } } }),
    ],
    [
      'a distribution',
      allow({
        Principal: '*',
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/*' } },
      }),
    ],
  ])('is false for %s', (_name, statement) => {
    expect(policyPublic({ Statement: [statement] })).toBe(false);
  });

  it('does not let the condition of one statement narrow another', () => {
    const narrowed = allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } });
    expect(policyPublic({ Statement: [narrowed, allow({ Principal: '*' })] })).toBe(true);
  });

  it('reads a policy that is text, and a statement that is no list', () => {
    expect(policyPublic(JSON.stringify({ Statement: allow({ Principal: '*' }) }))).toBe(true);
  });

  it.each([
    ['no policy', undefined],
    ['broken text', '{'],
  ])('is absent with %s', (_name, policy) => {
    expect(policyPublic(policy)).toBeUndefined();
  });

  const door = allow({ Principal: '*' });
  const wall = (more: object) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
    ...more,
  });

  it('is false where strangers are denied what everyone is allowed', () => {
    expect(policyPublic({ Statement: [door, wall({})] })).toBe(false);
    const network = { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } };
    expect(policyPublic({ Statement: [door, wall({ Condition: network, Action: 's3:GetObject' })] })).toBe(
      false,
    );
  });

  it.each<[string, object]>([
    ['only for another action', wall({ Action: 's3:PutObject' })],
    ['only for another resource', wall({ Resource: 'arn:aws:s3:::b/private/*' })],
    [
      'only where they come without TLS as well',
      wall({
        Condition: {
          StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' },
          Bool: { 'aws:SecureTransport': 'false' },
        },
      }),
    ],
    ['but for all organisations', wall({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': '*' } } })],
    ['by name', wall({ Principal: { AWS: 'arn:aws:iam::1:root' } })],
  ])('is true where they are denied it %s', (_name, statement) => {
    expect(policyPublic({ Statement: [door, statement] })).toBe(true);
  });

  it('reads the policy of an access point, which is text', () => {
    const asked = {
      name: 'ap',
      PutAccessPointPolicyRequest: { Policy: JSON.stringify({ Statement: [door] }) },
    };
    expect(derivedOf('s3PolicyPublic', 's3 PutAccessPointPolicy', asked)).toBe(true);
  });
});
