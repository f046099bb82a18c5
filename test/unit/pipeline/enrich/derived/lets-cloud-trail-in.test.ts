import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const bucket = (...Statement: object[]) =>
  derivedOf('letsCloudTrailIn', 's3 PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement } });
const trail = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Resource: '*' };
const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };

describe('derived.letsCloudTrailIn', () => {
  it.each<[string, object[], boolean]>([
    ['CloudTrail may write', [{ ...trail, Action: 's3:PutObject' }], true],
    [
      'CloudTrail among others',
      [
        {
          ...trail,
          Principal: { Service: ['a.amazonaws.com', 'cloudtrail.amazonaws.com'] },
          Action: ['s3:Put*'],
        },
      ],
      true,
    ],
    ['everyone may write', [{ Effect: 'Allow', Principal: '*', Action: '*' }], true],
    ['CloudTrail may only look', [{ ...trail, Action: 's3:GetBucketAcl' }], false],
    ['somebody else may write', [{ ...trail, Principal: { AWS: '111122223333' }, Action: 's3:*' }], false],
    ['nobody may do anything', [], false],
    ['everyone is denied', [{ ...trail, Action: 's3:PutObject' }, deny], false],
    [
      'CloudTrail is denied',
      [
        { ...trail, Action: 's3:PutObject' },
        { ...deny, Principal: trail.Principal },
      ],
      false,
    ],
    [
      'everyone without TLS is denied',
      [
        { ...trail, Action: 's3:PutObject' },
        { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
      true,
    ],
  ])('where %s', (_name, statements, expected) => {
    expect(bucket(...statements)).toBe(expected);
  });

  it('reads the policy of a key, which is text', () => {
    const of = (Statement: object[]) =>
      derivedOf('letsCloudTrailIn', 'kms PutKeyPolicy', {
        keyId: 'k',
        policy: JSON.stringify({ Statement }),
      });
    expect(of([{ ...trail, Action: 'kms:GenerateDataKey*' }])).toBe(true);
    expect(
      of([{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*' }]),
    ).toBe(false);
  });

  it.each([
    ['no parameters', null],
    ['a policy that cannot be read', { bucketPolicy: '{' }],
  ])('is absent with %s', (_name, parameters) => {
    expect(derivedOf('letsCloudTrailIn', 's3 PutBucketPolicy', parameters)).toBeUndefined();
  });
});
