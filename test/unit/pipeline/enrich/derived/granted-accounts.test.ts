import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const HOME = '111122223333';
const OTHER = '999988887777';
const granted = (call: `${string} ${string}`, parameters: object | null) =>
  derivedOf('grantedAccounts', call, parameters);
const trust = (statement: object) => ({
  roleName: 'r',
  policyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
});
const github = (condition: object) => ({
  Effect: 'Allow',
  Principal: { Federated: `arn:aws:iam::${HOME}:oidc-provider/token.actions.githubusercontent.com` },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: condition,
});

describe('derived.grantedAccounts of a role', () => {
  it.each<[string, object, readonly string[]]>([
    [
      'an account by its root',
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OTHER}:root` } },
      [OTHER],
    ],
    ['the bare id, in a list', { Effect: 'Allow', Principal: { AWS: [OTHER, HOME] } }, [OTHER]],
    ['everybody', { Effect: 'Allow', Principal: '*' }, ['*']],
    ['all but somebody', { Effect: 'Allow', NotPrincipal: { AWS: `arn:aws:iam::${HOME}:root` } }, ['*']],
    [
      'everybody behind an external id, which is no secret',
      { Effect: 'Allow', Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'x' } } },
      ['*'],
    ],
    [
      'everybody of one account',
      { Effect: 'Allow', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': OTHER } } },
      [OTHER],
    ],
    ['elements in lower case', { effect: 'allow', principal: { aws: OTHER } }, [OTHER]],
    ['a service', { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } }, []],
    ['the own account', { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HOME}:role/x` } }, []],
    ['a denial', { Effect: 'Deny', Principal: '*' }, []],
    ['every repository of GitHub', github({ StringEquals: { 'x:aud': 'sts.amazonaws.com' } }), ['*']],
    [
      'every repository by a wildcard',
      github({ StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:*' } }),
      ['*'],
    ],
    [
      'one repository',
      github({ StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:ours/app:*' } }),
      [],
    ],
  ])('that trusts %s', (_name, statement, expected) => {
    expect(granted('iam UpdateAssumeRolePolicy', trust(statement))).toEqual(expected);
  });

  it('reads a document that is URL-encoded', () => {
    const policyDocument = encodeURIComponent(
      JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*' } }),
    );
    expect(granted('iam UpdateAssumeRolePolicy', { policyDocument })).toEqual(['*']);
  });

  it('is absent where the document cannot be read', () => {
    expect(granted('iam UpdateAssumeRolePolicy', { policyDocument: '{"Statement":' })).toBeUndefined();
    expect(granted('iam UpdateAssumeRolePolicy', { policyDocument: '%zz' })).toBeUndefined();
    expect(granted('iam UpdateAssumeRolePolicy', { omitted: true })).toBeUndefined();
    expect(granted('iam UpdateAssumeRolePolicy', null)).toBeUndefined();
  });
});

describe('derived.grantedAccounts of what is shared', () => {
  const add = (item: object) => ({ createVolumePermission: { add: { items: [item] } } });

  it.each<[string, `${string} ${string}`, object, readonly string[]]>([
    ['a disk with an account', 'ec2 ModifySnapshotAttribute', add({ userId: OTHER }), [OTHER]],
    ['a disk with all', 'ec2 ModifySnapshotAttribute', add({ group: 'ALL' }), ['*']],
    [
      'a disk by the older parameters',
      'ec2 ModifySnapshotAttribute',
      {
        operationType: 'ADD',
        userIds: { items: [{ userId: OTHER }] },
        groupNames: { items: [{ group: 'all' }] },
      },
      [OTHER, '*'],
    ],
    [
      'what is taken back',
      'ec2 ModifySnapshotAttribute',
      { createVolumePermission: { remove: { items: [{ userId: OTHER }] } } },
      [],
    ],
    [
      'an image with an organisation',
      'ec2 ModifyImageAttribute',
      {
        launchPermission: {
          add: { items: [{ organizationArn: `arn:aws:organizations::${OTHER}:organization/o` }] },
        },
      },
      [OTHER],
    ],
    [
      'a database with all',
      'rds ModifyDBSnapshotAttribute',
      { attributeName: 'Restore', valuesToAdd: ['all'] },
      ['*'],
    ],
    ['another attribute', 'rds ModifyDBSnapshotAttribute', { attributeName: 'x', valuesToAdd: [OTHER] }, []],
    ['a function with all', 'lambda AddPermission20150331v2', { principal: '*' }, ['*']],
    [
      'a function with all of an organisation',
      'lambda AddPermission20150331v2',
      { principal: '*', principalOrgID: 'o-a' },
      [],
    ],
    [
      'a function with all, by a URL without sign-in',
      'lambda AddPermission20150331v2',
      { principal: '*', functionUrlAuthType: 'NONE', principalOrgID: '' },
      ['*'],
    ],
    ['a function with a service', 'lambda AddPermission20150331v2', { principal: 's3.amazonaws.com' }, []],
    ['a URL without sign-in', 'lambda CreateFunctionUrlConfig', { authType: 'NONE' }, ['*']],
    ['a URL with sign-in', 'lambda CreateFunctionUrlConfig', { authType: 'AWS_IAM' }, []],
    ['a key by a grant', 'kms CreateGrant', { granteePrincipal: `arn:aws:iam::${OTHER}:role/x` }, [OTHER]],
  ])('%s', (_name, call, parameters, expected) => {
    expect(granted(call, parameters)).toEqual(expected);
  });
});
