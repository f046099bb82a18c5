import { describe, expect, it } from 'vitest';
import { actorEnricher } from '../../../../src/pipeline/enrich/enrichers/actor.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent } from '../../../helpers/an-event.ts';

const actorOf = (userIdentity: unknown, overrides: Record<string, unknown> = {}) =>
  actorEnricher.enrich(anEvent({ userIdentity, ...overrides }), aCompany());

const account = '111122223333';
const roleArn = `arn:aws:iam::${account}:role/ops/deploy`;
const sessionArn = `arn:aws:sts::${account}:assumed-role/deploy/ci-42`;
const issuer = { type: 'Role', arn: roleArn, accountId: account, userName: 'deploy' };

describe('actor', () => {
  it.each<[string, unknown, object]>([
    [
      'root',
      { type: 'Root', arn: `arn:aws:iam::${account}:root`, accountId: account },
      { kind: 'root', principal: `root:${account}`, name: 'root', account },
    ],
    [
      'an IAM user',
      {
        type: 'IAMUser',
        arn: `arn:aws:iam::${account}:user/dev/alice`,
        accountId: account,
        userName: 'alice',
      },
      { kind: 'user', principal: `arn:aws:iam::${account}:user/dev/alice`, name: 'alice', account },
    ],
    [
      'a role session, by the role behind it',
      { type: 'AssumedRole', arn: sessionArn, accountId: account, sessionContext: { sessionIssuer: issuer } },
      { kind: 'role', principal: roleArn, name: 'deploy/ci-42', account, session: sessionArn },
    ],
    [
      'a role session without an issuer, by its ARN',
      { type: 'AssumedRole', arn: sessionArn, accountId: account },
      { kind: 'role', principal: `arn:aws:iam::${account}:role/deploy`, name: 'deploy/ci-42', account },
    ],
    [
      'a federated user, by the user who lent the rights',
      {
        type: 'FederatedUser',
        arn: `arn:aws:sts::${account}:federated-user/mallory`,
        accountId: account,
        sessionContext: { sessionIssuer: { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/alice` } },
      },
      {
        kind: 'federated',
        principal: `arn:aws:iam::${account}:user/alice`,
        name: 'mallory',
        session: `arn:aws:sts::${account}:federated-user/mallory`,
      },
    ],
    [
      'a SAML user',
      {
        type: 'SAMLUser',
        principalId: 'x:bob',
        userName: 'bob',
        identityProvider: `arn:aws:iam::${account}:saml/adfs`,
      },
      { kind: 'federated', principal: `arn:aws:iam::${account}:saml/adfs/bob`, name: 'bob' },
    ],
    [
      'a web identity',
      {
        type: 'WebIdentityUser',
        userName: 'repo:org/app',
        identityProvider: 'token.actions.githubusercontent.com',
      },
      {
        kind: 'federated',
        principal: 'token.actions.githubusercontent.com/repo:org/app',
        name: 'repo:org/app',
      },
    ],
    [
      'an Identity Center user',
      {
        type: 'IdentityCenterUser',
        accountId: account,
        onBehalfOf: {
          userId: 'u-1',
          identityStoreArn: `arn:aws:identitystore::${account}:identitystore/d-1`,
        },
      },
      {
        kind: 'user',
        principal: `arn:aws:identitystore::${account}:identitystore/d-1/user/u-1`,
        name: 'u-1',
        account,
      },
    ],
    [
      'an AWS service',
      { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
      {
        kind: 'service',
        principal: 'ec2.amazonaws.com',
        name: 'ec2.amazonaws.com',
        invokedBy: 'ec2.amazonaws.com',
      },
    ],
    [
      'a service event without a type',
      { accountId: account, invokedBy: 'secretsmanager.amazonaws.com' },
      { kind: 'service', principal: 'secretsmanager.amazonaws.com' },
    ],
    [
      'another account',
      { type: 'AWSAccount', principalId: 'AROAEXAMPLE:session-1', accountId: '999988887777' },
      { kind: 'account', principal: 'account:999988887777:AROAEXAMPLE', account: '999988887777' },
    ],
    [
      'nobody',
      { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' },
      { kind: 'anonymous', principal: '', name: 'anonymous', account: '' },
    ],
    [
      'an unknown type with a telling ARN',
      { type: 'Unknown', arn: sessionArn, accountId: account, principalId: 'AROAEXAMPLE:ci-42' },
      { kind: 'role', principal: `arn:aws:iam::${account}:role/deploy`, session: sessionArn },
    ],
    [
      'an unknown type with an id alone',
      { type: 'Unknown', principalId: '9067-aa', accountId: account, userName: 'carol' },
      { kind: 'unknown', principal: 'unknown:9067-aa', name: 'carol' },
    ],
    ['nothing', undefined, { kind: 'unknown', principal: '', name: '', account: '' }],
    ['nonsense', 'root', { kind: 'unknown', principal: '', name: '', account: '' }],
  ])('reads %s', (_name, userIdentity, expected) => {
    expect(actorOf(userIdentity)).toMatchObject(expected);
  });

  it('names the user of a failed sign-in, which has no ARN, as the user of a call', () => {
    const actor = actorOf({ type: 'IAMUser', principalId: 'AIDA1', accountId: account, userName: 'alice' });
    expect(actor.principal).toBe(`arn:aws:iam::${account}:user/alice`);
  });

  it('keeps to the partition of the region where it makes an ARN', () => {
    const identity = { type: 'IAMUser', accountId: account, userName: 'alice' };
    expect(actorOf(identity, { awsRegion: 'cn-north-1' }).principal).toBe(
      `arn:aws-cn:iam::${account}:user/alice`,
    );
  });

  it('never takes a hidden name for an identity', () => {
    const actor = actorOf({
      type: 'IAMUser',
      accountId: account,
      accessKeyId: '',
      userName: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      principalId: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    });
    expect(actor).toEqual({ kind: 'user', principal: '', name: '', account });
  });

  it('carries key, source identity, service in between and MFA', () => {
    const actor = actorOf({
      type: 'AssumedRole',
      arn: sessionArn,
      accountId: account,
      accessKeyId: 'ASIAEXAMPLE',
      invokedBy: 'cloudformation.amazonaws.com',
      sessionContext: {
        sessionIssuer: issuer,
        sourceIdentity: 'alice',
        attributes: { mfaAuthenticated: 'true' },
      },
    });
    expect(actor).toMatchObject({
      accessKeyId: 'ASIAEXAMPLE',
      invokedBy: 'cloudformation.amazonaws.com',
      sourceIdentity: 'alice',
      mfa: true,
    });
  });

  it.each([
    ['Yes', true],
    ['No', false],
  ])('reads MFAUsed %s of a console sign-in', (MFAUsed, mfa) => {
    const identity = { type: 'IAMUser', accountId: account, userName: 'alice' };
    expect(actorOf(identity, { additionalEventData: { MFAUsed } }).mfa).toBe(mfa);
  });

  it('says nothing of MFA where the record does not', () => {
    expect('mfa' in actorOf({ type: 'IAMUser', accountId: account, userName: 'alice' })).toBe(false);
  });

  it('bounds what an attacker wrote', () => {
    const actor = actorOf({ type: 'SAMLUser', userName: 'x'.repeat(100_000), identityProvider: 'p' });
    expect(actor.name).toHaveLength(2048);
    expect(actor.principal.length).toBeLessThanOrEqual(2048 + 2);
  });
});
