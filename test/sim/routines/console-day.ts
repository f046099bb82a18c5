import { personActor, userActor } from '../actors.ts';
import type { AccountName, Person } from '../organisation.ts';
import type { Actor, Call } from '../record.ts';
import { DAY, HOUR, MINUTE, type Routine, routine, type Scene, SECOND } from '../routine.ts';
import { consoleLogin, identityCenterEvent } from '../sign-in.ts';

/** Pages of the console, and what the console reads to draw them. */
const PAGES: readonly (readonly Call[])[] = [
  [
    { service: 'ec2', name: 'DescribeInstances' },
    { service: 'ec2', name: 'DescribeInstanceStatus' },
    { service: 'ec2', name: 'DescribeVolumes' },
    { service: 'ec2', name: 'DescribeAddresses' },
    { service: 'ec2', name: 'DescribeSecurityGroups' },
    { service: 'monitoring', name: 'DescribeAlarms' },
    { service: 'compute-optimizer', name: 'GetEnrollmentStatus' },
  ],
  [
    { service: 's3', name: 'ListBuckets' },
    { service: 's3', name: 'GetBucketLocation' },
    { service: 's3', name: 'GetBucketPublicAccessBlock' },
    { service: 's3', name: 'GetBucketPolicyStatus' },
    { service: 's3', name: 'GetAccountPublicAccessBlock' },
  ],
  [
    { service: 'iam', name: 'GetAccountSummary' },
    { service: 'iam', name: 'ListRoles' },
    { service: 'iam', name: 'ListPolicies' },
    { service: 'iam', name: 'ListAccountAliases' },
    { service: 'iam', name: 'GetRole' },
  ],
  [
    { service: 'logs', name: 'DescribeLogGroups' },
    { service: 'logs', name: 'StartQuery' },
    { service: 'logs', name: 'GetQueryResults' },
    { service: 'monitoring', name: 'GetMetricData' },
  ],
  [
    { service: 'rds', name: 'DescribeDBInstances' },
    { service: 'rds', name: 'DescribeDBClusters' },
    { service: 'rds', name: 'DescribeEvents' },
    { service: 'pi', name: 'GetResourceMetrics' },
  ],
  [
    { service: 'lambda', name: 'ListFunctions20150331' },
    { service: 'lambda', name: 'GetFunction20150331v2' },
    { service: 'lambda', name: 'GetAccountSettings20160819' },
  ],
  [
    { service: 'ce', name: 'GetCostAndUsage' },
    { service: 'ce', name: 'GetCostForecast' },
    { service: 'freetier', name: 'GetFreeTierUsage' },
  ],
  [
    { service: 'ecs', name: 'ListClusters' },
    { service: 'ecs', name: 'DescribeServices' },
    { service: 'elasticloadbalancing', name: 'DescribeTargetHealth' },
  ],
];

/** What people change by hand on an ordinary day, by team. */
const CHANGES: Readonly<Record<Person['team'], readonly Call[]>> = {
  platform: [
    {
      service: 'ec2',
      name: 'CreateTags',
      request: {
        resourcesSet: { items: [{ resourceId: 'i-1' }] },
        tagSet: { items: [{ key: 'owner', value: 'platform' }] },
      },
    },
    {
      service: 'ec2',
      name: 'RebootInstances',
      request: { instancesSet: { items: [{ instanceId: 'i-1' }] } },
    },
    {
      service: 'autoscaling',
      name: 'SetDesiredCapacity',
      request: { autoScalingGroupName: 'shop-orders', desiredCapacity: 6 },
    },
    { service: 'monitoring', name: 'PutMetricAlarm', request: { alarmName: 'orders-latency' } },
  ],
  shop: [
    {
      service: 'ecs',
      name: 'UpdateService',
      request: { service: 'shop-frontend', forceNewDeployment: true },
    },
    { service: 'logs', name: 'PutQueryDefinition', request: { name: 'slow orders' } },
    { service: 'monitoring', name: 'PutDashboard', request: { dashboardName: 'shop' } },
  ],
  data: [
    {
      service: 'athena',
      name: 'StartQueryExecution',
      request: { queryString: 'HIDDEN_DUE_TO_SECURITY_REASONS', workGroup: 'analysts' },
    },
    { service: 'glue', name: 'StartJobRun', request: { jobName: 'orders-daily' } },
  ],
  security: [
    { service: 'securityhub', name: 'BatchUpdateFindings', request: { workflow: { status: 'NOTIFIED' } } },
  ],
  finance: [{ service: 'ce', name: 'CreateReport', request: {} }],
};

const HOME: Readonly<Record<Person['team'], readonly AccountName[]>> = {
  platform: ['production', 'staging', 'shared', 'sandbox'],
  shop: ['production', 'staging', 'staging', 'sandbox'],
  data: ['production', 'sandbox'],
  security: ['security', 'production'],
  finance: ['management'],
};

export const consoleDays: Routine = routine('console-day', (scene) => {
  const { org, day, random } = scene;
  if (!day.isWorkday) return;
  for (const person of org.people) {
    if (random.chance(0.15)) continue;
    const from = random.chance(0.65) ? 'office' : 'home';
    const startedAt = scene.at(6.5 + random.next() * 2);
    signIn(scene, person, { startedAt, from, mistakes: random.pick([0, 0, 0, 1, 1, 2]) });
    for (let block = 0; block < random.int(2, 4); block += 1) {
      const account = random.pick(HOME[person.team]);
      const begin = startedAt + (1 + block * 2) * HOUR * random.next() + 5 * MINUTE;
      workOnPages(scene, person, personActor(org, person, { account, startedAt: begin, from }), begin);
    }
  }
  onOldUser(scene);
});

/** By Identity Center: password, second factor, and on to an account. */
export function signIn(
  scene: Scene,
  person: Person,
  {
    startedAt,
    from,
    mistakes,
  }: { readonly startedAt: number; readonly from: 'office' | 'home'; readonly mistakes: number },
): void {
  const { org, random } = scene;
  const workflow = random.uuid();
  let time = startedAt;
  const note = (
    step: Parameters<typeof identityCenterEvent>[2]['step'],
    outcome: 'Success' | 'Failure',
    credential?: 'TOTP',
  ) => {
    time += random.int(3, 20) * SECOND;
    const at = { time, step, outcome, from, workflow, ...(credential === undefined ? {} : { credential }) };
    scene.note(time, identityCenterEvent(org, person, at, random));
  };
  note('CredentialChallenge', 'Success');
  for (let at = 0; at < mistakes; at += 1) note('CredentialVerification', 'Failure');
  note('CredentialVerification', 'Success');
  note('CredentialChallenge', 'Success', 'TOTP');
  note('CredentialVerification', 'Success', 'TOTP');
  note('UserAuthentication', 'Success');
  note('Federate', 'Success');
}

function workOnPages(scene: Scene, person: Person, actor: Actor, begin: number): void {
  const { random } = scene;
  let time = begin;
  for (let page = 0; page < random.int(2, 5); page += 1) {
    for (const call of random.pick(PAGES)) {
      time += random.int(0, 2) * SECOND;
      // People with few rights see pages that cannot be filled.
      const isDenied = person.permissionSet !== 'AdministratorAccess' && random.chance(0.04);
      scene.call(actor, time, isDenied ? { ...call, error: denied(actor, call) } : call);
    }
    time += random.int(20, 400) * SECOND;
  }
  if (random.chance(0.4)) scene.call(actor, time + 5 * SECOND, random.pick(CHANGES[person.team]));
}

export function denied(actor: Actor, { service, name }: Call): readonly [string, string] {
  const code =
    service === 'ec2'
      ? 'Client.UnauthorizedOperation'
      : service === 's3' || service === 'iam'
        ? 'AccessDenied'
        : 'AccessDeniedException';
  return [code, `User: ${String(actor.identity['arn'])} is not authorized to perform: ${service}:${name}`];
}

/** The administrator of old, who signs in to one account with a password and a second factor. */
function onOldUser(scene: Scene): void {
  const { org, day, random } = scene;
  const account = org.accounts.staging;
  const startedAt = scene.at(7.2);
  for (let at = 0; at < random.pick([0, 0, 1, 2]); at += 1)
    scene.note(
      startedAt + at * 15 * SECOND,
      consoleLogin(
        org,
        { account, user: 'otto', time: startedAt + at * 15 * SECOND, outcome: 'Failure', mfa: true },
        random,
      ),
    );
  const signedInAt = startedAt + MINUTE;
  scene.note(
    signedInAt,
    consoleLogin(org, { account, user: 'otto', time: signedInAt, outcome: 'Success', mfa: true }, random),
  );
  const actor = userActor(org, 'otto', {
    account: 'staging',
    startedAt: signedInAt,
    mfa: true,
    console: true,
  });
  let time = signedInAt + MINUTE;
  for (const page of [0, 2, 4])
    for (const call of PAGES[page] ?? []) {
      time += random.int(1, 9) * SECOND;
      scene.call(actor, time, call);
    }
  // His program renews its own key every three months: the day is one of them.
  if ((day.start / DAY) % 90 === 0)
    scene.call(actor, time, { service: 'iam', name: 'CreateAccessKey', request: { userName: 'otto' } });
}
