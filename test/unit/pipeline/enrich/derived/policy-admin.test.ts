import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const admin = (call: `${string} ${string}`, parameters: object | null) =>
  derivedOf('policyAdmin', call, parameters);
const document = (statement: object) => ({ policyDocument: JSON.stringify({ Statement: statement }) });

describe('derived.policyAdmin', () => {
  it.each<[string, `${string} ${string}`, object, boolean]>([
    [
      "AWS' own policy",
      'iam AttachRolePolicy',
      { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      true,
    ],
    ['in China', 'iam AttachUserPolicy', { policyArn: 'arn:aws-cn:iam::aws:policy/IAMFullAccess' }, true],
    [
      'one that is called so',
      'iam AttachUserPolicy',
      { policyArn: 'arn:aws:iam::1:policy/AdministratorAccess' },
      false,
    ],
    ['read only', 'iam AttachUserPolicy', { policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }, false],
    ['everything', 'iam PutRolePolicy', document({ Effect: 'Allow', Action: '*', Resource: '*' }), true],
    [
      'all of IAM',
      'iam PutRolePolicy',
      document({ Effect: 'Allow', Action: ['IAM:*'], Resource: ['*'] }),
      true,
    ],
    [
      'all but billing',
      'iam PutRolePolicy',
      document({ Effect: 'Allow', NotAction: 'aws-portal:*', Resource: '*' }),
      true,
    ],
    [
      'all but IAM, as PowerUserAccess has it',
      'iam PutRolePolicy',
      document({ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' }),
      false,
    ],
    [
      'everything on a bucket',
      'iam PutRolePolicy',
      document({ Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::b' }),
      false,
    ],
    [
      'everything denied',
      'iam PutRolePolicy',
      document({ Effect: 'Deny', Action: '*', Resource: '*' }),
      false,
    ],
    [
      'a token',
      'sts GetFederationToken',
      { policyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] },
      true,
    ],
    ['a token without a policy, which has no rights', 'sts GetFederationToken', { name: 'x' }, false],
  ])('of %s', (_name, call, parameters, expected) => {
    expect(admin(call, parameters)).toBe(expected);
  });

  it('is absent where the record does not tell', () => {
    expect(admin('iam PutRolePolicy', { policyDocument: '{' })).toBeUndefined();
    expect(admin('iam PutRolePolicy', { omitted: true })).toBeUndefined();
    expect(admin('iam PutRolePolicy', null)).toBeUndefined();
  });
});
