import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

describe('derived.foreignKey', () => {
  const key = (account: string) => `arn:aws:kms:eu-west-1:${account}:key/k`;

  it.each<[string, `${string} ${string}`, object, string | undefined]>([
    [
      'an object',
      's3 PutObject',
      { 'x-amz-server-side-encryption-aws-kms-key-id': key('999988887777') },
      '999988887777',
    ],
    [
      'the own account',
      's3 PutObject',
      { 'x-amz-server-side-encryption-aws-kms-key-id': key('111122223333') },
      undefined,
    ],
    [
      'a key by its id alone',
      's3 PutObject',
      { 'x-amz-server-side-encryption-aws-kms-key-id': 'k' },
      undefined,
    ],
    [
      'a bucket',
      's3 PutBucketEncryption',
      {
        ServerSideEncryptionConfiguration: {
          Rule: {
            ApplyServerSideEncryptionByDefault: {
              KMSMasterKeyID: key('999988887777'),
              SSEAlgorithm: 'aws:kms',
            },
          },
        },
      },
      '999988887777',
    ],
    ['a copy of a database', 'rds CopyDBSnapshot', { kmsKeyId: key('999988887777') }, '999988887777'],
  ])('of %s', (_name, call, parameters, expected) => {
    expect(derivedOf('foreignKey', call, parameters)).toBe(expected);
  });
});
