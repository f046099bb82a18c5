import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

describe('derived.lifecycleDays', () => {
  const rule = (rest: object) => ({ ID: 'x', Status: 'Enabled', Filter: { Prefix: '' }, ...rest });

  it.each<[string, unknown, number | undefined]>([
    ['a day', rule({ Expiration: { Days: 1 } }), 1],
    ['the soonest of several', [rule({ Expiration: { Days: 90 } }), rule({ Expiration: { Days: '7' } })], 7],
    ['a date', rule({ Expiration: { Date: '2026-11-23T00:00:00Z' } }), 0],
    ['a rule that is off', rule({ Status: 'Disabled', Expiration: { Days: 1 } }), undefined],
    ['a folder', rule({ Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } }), undefined],
    [
      'a folder, as it was written once',
      { Status: 'Enabled', Prefix: 'tmp/', Expiration: { Days: 1 } },
      undefined,
    ],
    [
      'what has a tag',
      rule({ Filter: { Tag: { Key: 'a', Value: 'b' } }, Expiration: { Days: 1 } }),
      undefined,
    ],
    ['markers of what is deleted', rule({ Expiration: { ExpiredObjectDeleteMarker: true } }), undefined],
    ['unfinished uploads', rule({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }), undefined],
  ])('of %s', (_name, rules, expected) => {
    const parameters = { bucketName: 'b', lifecycle: '', LifecycleConfiguration: { Rule: rules } };
    expect(derivedOf('lifecycleDays', 's3 PutBucketLifecycle', parameters)).toBe(expected);
  });
});
