import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

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
    [
      'a grant as some exporters spell it',
      { AccessControlList: { x_amz_grant_read: 'uri=http://acs.amazonaws.com/groups/global/AllUsers' } },
      true,
    ],
    ['a private list', { 'x-amz-acl': 'private' }, false],
    ['log delivery', body([{ Grantee: { URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery' } }]), false],
    ['a bucket that is called so', { bucketName: 'public-read', acl: '' }, false],
  ])('of %s', (_name, parameters, expected) => {
    expect(derivedOf('aclPublic', 's3 PutBucketAcl', parameters)).toBe(expected);
  });

  it('is absent without parameters', () => {
    expect(derivedOf('aclPublic', 's3 PutBucketAcl', null)).toBeUndefined();
    expect(derivedOf('aclPublic', 's3 PutBucketAcl', { omitted: true })).toBeUndefined();
  });
});
