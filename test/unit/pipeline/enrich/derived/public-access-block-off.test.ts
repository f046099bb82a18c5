import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const on = {
  BlockPublicAcls: true,
  IgnorePublicAcls: 'true',
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
const off = (PublicAccessBlockConfiguration: unknown) =>
  derivedOf('publicAccessBlockOff', 's3 PutBucketPublicAccessBlock', {
    bucketName: 'b',
    PublicAccessBlockConfiguration,
  });

describe('derived.publicAccessBlockOff', () => {
  it('is false where all four switches are on', () => {
    expect(off({ xmlns: 'x', ...on })).toBe(false);
  });

  it.each(['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'])(
    'is true where %s is off or left out',
    (name) => {
      expect(off({ ...on, [name]: false })).toBe(true);
      expect(off({ ...on, [name]: undefined })).toBe(true);
    },
  );

  it('is absent without a block: an access point comes with all of it', () => {
    expect(derivedOf('publicAccessBlockOff', 's3 CreateAccessPoint', { name: 'ap' })).toBeUndefined();
    expect(off(undefined)).toBeUndefined();
  });
});
