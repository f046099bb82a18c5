import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const root = {
  userIdentity: { type: 'Root', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:root' },
};
const role = { userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/ops/x' } };
const device = (name: string) => ({ serialNumber: `arn:aws:iam::111122223333:mfa/${name}` });

describe('derived.signInOwner and derived.signInIsOwn', () => {
  it.each<[string, string, object, object, string | undefined, boolean | undefined]>([
    ['the password of another user', 'UpdateLoginProfile', { userName: 'bob' }, {}, 'bob', false],
    ['the own password', 'UpdateLoginProfile', { userName: 'alice' }, {}, 'alice', true],
    ['the own password, not named', 'ChangePassword', {}, {}, 'alice', true],
    ['a password, by a role', 'CreateLoginProfile', { userName: 'alice' }, role, 'alice', false],
    ['nobody, by a role', 'ChangePassword', {}, role, undefined, undefined],
    [
      'the second factor of another user',
      'DeactivateMFADevice',
      { userName: 'bob', ...device('phone') },
      {},
      'bob',
      false,
    ],
    [
      'the second factor of root',
      'DeactivateMFADevice',
      { userName: 'x', ...device('root-account-mfa-device') },
      {},
      'root',
      false,
    ],
    ["root's own password", 'ChangePassword', {}, root, 'root', true],
    ['a device that is deleted', 'DeleteVirtualMFADevice', device('bob'), {}, 'bob', false],
    [
      'the device of root that is deleted',
      'DeleteVirtualMFADevice',
      device('root-account-mfa-device'),
      root,
      'root',
      true,
    ],
  ])('of %s', (_name, call, parameters, more, owner, isOwn) => {
    expect(derivedOf('signInOwner', `iam ${call}`, parameters, { ...more })).toBe(owner);
    expect(derivedOf('signInIsOwn', `iam ${call}`, parameters, { ...more })).toBe(isOwn);
  });

  it('is the id of a user of Identity Center', () => {
    const asked = { userId: 'u-1', passwordMode: 'EMAIL' };
    expect(derivedOf('signInOwner', 'sso-directory UpdatePassword', asked)).toBe('u-1');
    expect(derivedOf('signInOwner', 'sso-directory UpdatePassword', { userName: 'alice' })).toBeUndefined();
  });

  it('is absent where CloudTrail hides the name or leaves the parameters out', () => {
    const hidden = { userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' };
    expect(derivedOf('signInOwner', 'iam UpdateLoginProfile', hidden, role)).toBeUndefined();
    expect(derivedOf('signInOwner', 'iam UpdateLoginProfile', null)).toBeUndefined();
  });
});
