import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REACH_LEVELS, RISK_CLASSES } from '../../../../src/domain/company.ts';
import { parseContext } from '../../../../src/language/context.ts';
import { withAccess } from '../../../../src/pipeline/enrich/blast-radius/access.ts';
import { parseSnapshot } from '../../../../src/pipeline/enrich/blast-radius/snapshot.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEnrichedEvent } from '../../../helpers/an-event.ts';
import {
  allow,
  anIamSnapshot,
  deny,
  type PolicyDocument,
  type SnapshotUser,
  snapshotText,
} from '../../../helpers/an-iam-snapshot.ts';

const ALICE = 'arn:aws:iam::111122223333:user/alice';

function reachOf(alice: SnapshotUser, groups: Readonly<Record<string, readonly PolicyDocument[]>> = {}) {
  return withAccess(aCompany(), [anIamSnapshot({ users: { alice }, groups })]).reach(ALICE);
}

const levelOf = (...statements: readonly PolicyDocument[]) => reachOf({ inline: statements })?.level;

describe('reach', () => {
  it('is admin for everything on everything', () => {
    expect(reachOf({ inline: [allow('*')] })).toEqual({ level: 'admin', riskClasses: RISK_CLASSES });
    expect(levelOf(allow('*:*'))).toBe('admin');
    expect(
      levelOf(allow(['iam:*', 'sts:*']), { Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' }),
    ).toBe('admin');
  });

  it.each<[string, string, readonly PolicyDocument[]]>([
    [
      'power user: all but IAM',
      'nearly-admin',
      [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }],
    ],
    ['may give itself a policy', 'nearly-admin', [allow('iam:PutUserPolicy')]],
    ['may hand a role to a machine', 'nearly-admin', [allow(['iam:PassRole', 'ec2:RunInstances'])]],
    ['in any letters', 'nearly-admin', [allow('IAM:putuser*')]],
    ['only half of the way', 'write', [allow(['ec2:RunInstances'])]],
    ['a way for one resource only', 'write', [allow('iam:PutUserPolicy', { Resource: ALICE })]],
    [
      'a way with a condition',
      'write',
      [allow('iam:PutUserPolicy', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
    ],
    ['reads', 'read', [allow(['s3:Get*', 'ec2:Describe*'])]],
    ['nothing', 'none', []],
    ['an action that does not exist', 'none', [allow('s3:NoSuchThing')]],
    ['everything denied', 'none', [allow('*'), deny('*')]],
    ['admin without IAM', 'nearly-admin', [allow('*'), deny('iam:*')]],
    [
      'a denial under a condition takes nothing away',
      'admin',
      [allow('*'), deny('*', { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } })],
    ],
    [
      'a denial on one resource takes nothing away',
      'admin',
      [allow('*'), deny('s3:*', { Resource: 'arn:aws:s3:::payroll' })],
    ],
    [
      'a denial of all but reading',
      'read',
      [allow('*'), { Effect: 'Deny', NotAction: ['s3:Get*', 's3:List*'], Resource: '*' }],
    ],
  ])('%s', (_what, level, statements) => {
    expect(levelOf(...statements)).toBe(level);
  });

  it('names the risk classes that are open', () => {
    expect(reachOf({ inline: [allow('s3:GetObject')] })?.riskClasses).toEqual(['data-exfiltration']);
    expect(reachOf({ inline: [allow('cloudtrail:StopLogging')] })?.riskClasses).toEqual([
      'infrastructure-modification',
      'defence-evasion',
    ]);
    expect(reachOf({ inline: [allow('iam:PutUserPolicy', { Resource: ALICE })] })?.riskClasses).toContain(
      'privilege-escalation',
    );
    expect(reachOf({ inline: [allow('*'), deny('s3:GetObject')] })?.riskClasses).toEqual(RISK_CLASSES);
  });

  it('takes managed policies by their default version, and those of groups', () => {
    expect(reachOf({ managed: [allow('s3:ListBucket')] })?.level).toBe('read');
    expect(reachOf({ groups: ['ops'] }, { ops: [allow('*')] })?.level).toBe('admin');
    expect(reachOf({ groups: ['ops'] }, { others: [allow('*')] })?.level).toBe('none');
  });

  it('is held back by a permission boundary', () => {
    expect(reachOf({ inline: [allow('*')], boundary: [allow(['s3:Get*', 's3:List*'])] })?.level).toBe('read');
    expect(reachOf({ inline: [allow('s3:ListBucket')], boundary: [allow('*')] })?.level).toBe('read');
    expect(reachOf({ inline: [allow('*')], boundary: [allow('*'), deny('iam:*')] })?.level).toBe(
      'nearly-admin',
    );
  });

  it('finds a role behind a path, and knows the root user without a snapshot', () => {
    const company = withAccess(aCompany(), [
      anIamSnapshot({ roles: { deploy: { inline: [allow('*')], path: 'team/ci/' } } }),
    ]);
    expect(company.reach('arn:aws:iam::111122223333:role/deploy')?.level).toBe('admin');
    expect(company.reach('arn:aws:iam::111122223333:role/team/ci/deploy')?.level).toBe('admin');
    expect(company.reach('arn:aws:iam::999988887777:role/deploy')).toBeUndefined();
    expect(withAccess(aCompany(), []).reach('root:111122223333')?.level).toBe('admin');
  });

  it('never grows by a denial or a boundary, and never shrinks by an Allow', () => {
    const action = fc.constantFrom(
      '*',
      'iam:*',
      's3:*',
      's3:Get*',
      'iam:PassRole',
      'ec2:RunInstances',
      'ec2:D*',
      '?3:Put*',
    );
    const statement = fc.record({ action, negated: fc.boolean(), wide: fc.boolean() });
    const written = (
      { action: of, negated, wide }: { action: string; negated: boolean; wide: boolean },
      Effect: string,
    ) => ({
      Effect,
      [negated ? 'NotAction' : 'Action']: of,
      Resource: wide ? '*' : 'arn:aws:s3:::one',
    });
    const rank = (user: SnapshotUser) => REACH_LEVELS.indexOf(reachOf(user)?.level ?? 'none');
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 3 }), statement, (some, one) => {
        const inline = some.map((each) => written(each, 'Allow'));
        const before = rank({ inline });
        expect(rank({ inline: [...inline, written(one, 'Allow')] })).toBeGreaterThanOrEqual(before);
        expect(rank({ inline: [...inline, written(one, 'Deny')] })).toBeLessThanOrEqual(before);
        expect(rank({ inline, boundary: [written(one, 'Allow')] })).toBeLessThanOrEqual(before);
      }),
      { numRuns: 60 },
    );
  });
});

describe('isAdmin', () => {
  it('asks context/ first, then groups that it lists, then IAM', () => {
    const { context } = parseContext([
      {
        file: 'principals.yml',
        text: `principals:
  - { arn: "${ALICE}", admin: true }
  - { arn: "arn:aws:iam::111122223333:user/bob", admin: false }
adminGroups: [{ arn: "arn:aws:iam::*:group/ops" }]
`,
      },
    ]);
    const users = {
      alice: {},
      bob: { inline: [allow('*')] },
      carol: { groups: ['ops'] },
      dave: {},
      eve: { inline: [allow('*')] },
    };
    const company = withAccess(context, [anIamSnapshot({ users, groups: { ops: [allow('s3:*')] } })]);
    const isAdmin = (name: string) => company.isAdmin(`arn:aws:iam::111122223333:user/${name}`);
    expect(['alice', 'bob', 'carol', 'dave', 'eve', 'nobody'].map(isAdmin)).toEqual([
      true,
      false,
      true,
      false,
      true,
      undefined,
    ]);
  });
});

describe('a snapshot file', () => {
  it('may be several pages, with documents as objects', () => {
    const pages = [
      { UserDetailList: [{ Arn: ALICE, GroupList: ['ops'] }] },
      {
        GroupDetailList: [
          {
            GroupName: 'ops',
            Arn: 'arn:aws:iam::111122223333:group/ops',
            GroupPolicyList: [
              { PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: ['*'] } } },
            ],
          },
        ],
      },
    ];
    const { snapshot, problems } = parseSnapshot(JSON.stringify(pages), 'iam.json');
    expect(problems).toEqual([]);
    expect(snapshot?.account).toBe('111122223333');
    expect(withAccess(aCompany(), snapshot === undefined ? [] : [snapshot]).reach(ALICE)?.level).toBe(
      'admin',
    );
  });

  it.each(['', '[]', '{"Records":[]}', 'null', '{"UserDetailList":7}'])('%j is none', (text) => {
    expect(parseSnapshot(text, 'iam.json').snapshot).toBeUndefined();
    expect(parseSnapshot(text, 'iam.json').problems[0]?.message).toContain('trailhive context pull-iam');
  });

  it('tells of a policy that cannot be read, and keeps the others', () => {
    const text = JSON.stringify({
      UserDetailList: [
        {
          Arn: ALICE,
          UserPolicyList: [
            { PolicyDocument: '%7Bbroken' },
            { PolicyDocument: '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}' },
          ],
        },
      ],
    });
    const { snapshot, problems } = parseSnapshot(text, 'iam.json');
    expect(problems).toEqual([
      {
        file: 'iam.json',
        line: 0,
        message: `a policy of ${ALICE} cannot be read: it has no Statement. It is passed over.`,
      },
    ]);
    expect(withAccess(aCompany(), snapshot === undefined ? [] : [snapshot]).reach(ALICE)?.level).toBe(
      'admin',
    );
  });

  it('tells of two accounts in one file', () => {
    const one = JSON.parse(snapshotText({ users: { alice: {} } }));
    const two = JSON.parse(snapshotText({ users: { bob: {} } }, '999988887777'));
    expect(parseSnapshot(JSON.stringify([one, two]), 'iam.json').problems).toHaveLength(1);
  });
});

describe('fields of an event', () => {
  it('are there with a snapshot, and absent without', () => {
    const snapshot = anIamSnapshot({ users: { alice: { inline: [allow('iam:PutUserPolicy')] } } });
    const withSnapshot = anEnrichedEvent({}, {}, withAccess(aCompany(), [snapshot])).context.company;
    expect(withSnapshot.actorReach).toBe('nearly-admin');
    expect(withSnapshot.actorIsAdmin).toBe(false);
    expect(withSnapshot.actorRiskClasses).toContain('privilege-escalation');
    const without = anEnrichedEvent({}, {}, withAccess(aCompany(), [])).context.company;
    expect(Object.keys(without)).toEqual([]);
  });
});
