import { describe, expect, it } from 'vitest';
import { NO_PLACES } from '../../../../src/domain/place.ts';
import { actorEnricher } from '../../../../src/pipeline/enrich/enrichers/actor.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent } from '../../../helpers/an-event.ts';

const actorOf = (userIdentity: unknown, overrides: Record<string, unknown> = {}) =>
  actorEnricher.enrich(anEvent({ userIdentity, ...overrides }), aCompany(), NO_PLACES);

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
    expect(actor).toEqual({
      ...{ kind: 'user', nature: 'unknown', channel: 'programmatic', principal: '', name: '', account },
    });
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

  const session = (more: object = {}, name = 'ci-42') => ({
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/deploy/${name}`,
    accountId: account,
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    sessionContext: { sessionIssuer: issuer, ...more },
  });
  const oidc = (host: string) => ({
    webIdFederationData: {
      federatedProvider: `arn:aws:iam::${account}:oidc-provider/${host}`,
      attributes: {},
    },
  });
  const reserved = {
    ...issuer,
    arn: `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef`,
  };

  it.each<[string, unknown, Record<string, unknown>, string]>([
    ['root', { type: 'Root', accountId: account }, {}, 'root'],
    ['a caller without credentials', { type: 'AWSAccount', accountId: 'anonymous' }, {}, 'anonymous'],
    ['a service', { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, {}, 'aws'],
    [
      'a service-linked role',
      session({
        sessionIssuer: {
          arn: `arn:aws:iam::${account}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`,
        },
      }),
      {},
      'aws',
    ],
    ['a permission set of Identity Center', session({ sessionIssuer: reserved }), {}, 'person'],
    ['a build of GitHub', session(oidc('token.actions.githubusercontent.com')), {}, 'pipeline'],
    ['a build of one’s own GitLab', session(oidc('gitlab.example.com')), {}, 'pipeline'],
    ['a pod', session(oidc('oidc.eks.eu-west-1.amazonaws.com/id/ABC')), {}, 'service'],
    ['an instance', session({ ec2RoleDelivery: '2.0' }), {}, 'service'],
    ['an instance by the name of its session', session({}, 'i-0123456789abcdef0'), {}, 'service'],
    ['a function', { ...session(), inScopeOf: { issuerType: 'AWS::Lambda::Function' } }, {}, 'service'],
    [
      'a function by its user agent',
      session(),
      { userAgent: 'Boto3/1 exec-env/AWS_Lambda_python3.12' },
      'service',
    ],
    ['a CodeBuild build', session({}, 'AWSCodeBuild-6f2a'), {}, 'pipeline'],
    [
      'a user at the console',
      { type: 'IAMUser', accountId: account },
      { eventType: 'AwsConsoleSignIn' },
      'person',
    ],
    ['a session with MFA', session({ attributes: { mfaAuthenticated: 'true' } }), {}, 'person'],
    [
      'an instance that claims the console',
      session({ ec2RoleDelivery: '1.0' }),
      { userAgent: 'S3Console/0.4' },
      'service',
    ],
    ['a SAML login', { type: 'SAMLUser', userName: 'bob', identityProvider: 'idp' }, {}, 'federated'],
    ['a key of a user', { type: 'IAMUser', accountId: account, userName: 'ci' }, {}, 'unknown'],
    ['a role of which nothing is told', session(), {}, 'unknown'],
    [
      'a session that calls itself a build, of an instance',
      session({ ec2RoleDelivery: '2.0' }, 'AWSCodeBuild-1'),
      {},
      'service',
    ],
  ])('takes %s for what it is', (_name, identity, more, nature) => {
    expect(actorOf(identity, more).nature).toBe(nature);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ sessionCredentialFromConsole: 'true', userAgent: 'curl/8' }, 'console'],
    [{ eventType: 'AwsConsoleSignIn', userAgent: 'Mozilla/5.0' }, 'console'],
    [{ userAgent: 'console.amazonaws.com' }, 'console'],
    [{ sourceIPAddress: 'cloudformation.amazonaws.com', userAgent: 'cloudformation.amazonaws.com' }, 'aws'],
    [{ sourceIPAddress: 'AWS Internal' }, 'aws'],
    [{ sourceIPAddress: 'evil.amazonaws.com.example.org' }, 'programmatic'],
    [{}, 'programmatic'],
  ])('tells the channel of %j', (more, channel) => {
    expect(actorOf(session(), more).channel).toBe(channel);
  });

  it('tells the session: its name, its age, its kind of key and who vouched for it', () => {
    const attributes = { creationDate: '2026-11-22T09:30:00Z', mfaAuthenticated: 'false' };
    expect(actorOf(session({ attributes, ...oidc('gitlab.com') }))).toMatchObject({
      sessionName: 'ci-42',
      sessionStart: Date.UTC(2026, 10, 22, 9, 30),
      credential: 'temporary',
      identityProvider: `arn:aws:iam::${account}:oidc-provider/gitlab.com`,
    });
    expect(actorOf({ type: 'IAMUser', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }).credential).toBe('permanent');
    expect('sessionStart' in actorOf(session({ attributes: { creationDate: 'yesterday' } }))).toBe(false);
  });

  const store = `arn:aws:identitystore::${account}:identitystore/d-1`;
  const behalf = { onBehalfOf: { userId: 'u-1', identityStoreArn: store } };

  it('names the Identity Center user behind a session as that user is named at sign-in', () => {
    const signIn = actorOf({ type: 'IdentityCenterUser', accountId: account, ...behalf });
    const later = actorOf({ ...session({ sessionIssuer: reserved }), ...behalf });
    expect(later).toMatchObject({ onBehalfOf: signIn.principal, nature: 'person' });
    expect(signIn).toMatchObject({ principal: `${store}/user/u-1`, nature: 'person' });
  });

  it.each<[string, object, Record<string, unknown>, object]>([
    [
      'by the name that was typed',
      {
        type: 'Unknown',
        accountId: account,
        principalId: account,
        userName: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      },
      { additionalEventData: { UserName: 'carol', CredentialType: 'WEBAUTHN' } },
      {
        kind: 'user',
        nature: 'person',
        principal: `identity-center:${account}:carol`,
        name: 'carol',
        mfa: true,
      },
    ],
    [
      'by the id where no name is told',
      { type: 'Unknown', accountId: account, principalId: '9067-aa' },
      { additionalEventData: { CredentialType: 'PASSWORD' } },
      { principal: `identity-center:${account}:9067-aa`, name: '9067-aa' },
    ],
    [
      'by the person of its directory',
      { type: 'Unknown', accountId: account, ...behalf },
      {},
      { principal: `${store}/user/u-1` },
    ],
    [
      'and nobody where all of it is hidden',
      { type: 'Unknown', accountId: account, userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      { additionalEventData: { UserName: 'HIDDEN_DUE_TO_SECURITY_REASONS' } },
      { kind: 'unknown', principal: '', name: '' },
    ],
  ])('reads a sign-in to Identity Center of an unknown type %s', (_name, identity, more, expected) => {
    const event = { eventSource: 'sso.amazonaws.com', eventName: 'UserAuthentication', ...more };
    expect(actorOf(identity, event)).toMatchObject(expected);
  });

  it('bounds what an attacker wrote', () => {
    const actor = actorOf({ type: 'SAMLUser', userName: 'x'.repeat(100_000), identityProvider: 'p' });
    expect(actor.name).toHaveLength(2048);
    expect(actor.principal.length).toBeLessThanOrEqual(2048 + 2);
  });
});
