import { personActor, pipelineActor } from '../actors.ts';
import { groupRule } from '../ec2.ts';
import type { AccountName } from '../organisation.ts';
import type { Actor, Call } from '../record.ts';
import { MINUTE, type Routine, routine, type Scene, SECOND } from '../routine.ts';

/** What every plan and every apply reads to learn what is there. */
export const REFRESH: readonly Call[] = [
  { service: 'sts', name: 'GetCallerIdentity' },
  { service: 'ec2', name: 'DescribeVpcs' },
  { service: 'ec2', name: 'DescribeSubnets' },
  { service: 'ec2', name: 'DescribeRouteTables' },
  { service: 'ec2', name: 'DescribeSecurityGroups' },
  { service: 'ec2', name: 'DescribeSecurityGroupRules' },
  { service: 'ec2', name: 'DescribeInstances' },
  { service: 'ec2', name: 'DescribeLaunchTemplateVersions' },
  { service: 'iam', name: 'GetRole' },
  { service: 'iam', name: 'GetRolePolicy' },
  { service: 'iam', name: 'ListAttachedRolePolicies' },
  { service: 'iam', name: 'GetPolicy' },
  { service: 'iam', name: 'GetPolicyVersion' },
  { service: 's3', name: 'GetBucketPolicy' },
  { service: 's3', name: 'GetBucketAcl' },
  { service: 's3', name: 'GetBucketPublicAccessBlock' },
  { service: 's3', name: 'GetBucketVersioning' },
  { service: 's3', name: 'GetBucketEncryption' },
  { service: 'rds', name: 'DescribeDBInstances' },
  { service: 'kms', name: 'DescribeKey' },
  { service: 'kms', name: 'GetKeyPolicy' },
  { service: 'lambda', name: 'GetFunction20150331v2' },
  { service: 'lambda', name: 'GetPolicy20150331v2' },
  { service: 'cloudtrail', name: 'DescribeTrails' },
  { service: 'cloudtrail', name: 'GetTrailStatus' },
  { service: 'cloudtrail', name: 'GetEventSelectors' },
  { service: 'sns', name: 'GetTopicAttributes' },
  { service: 'sqs', name: 'GetQueueAttributes' },
  { service: 'elasticloadbalancing', name: 'DescribeLoadBalancers' },
  { service: 'route53', name: 'ListResourceRecordSets' },
  { service: 'logs', name: 'DescribeLogGroups' },
  { service: 'autoscaling', name: 'DescribeAutoScalingGroups' },
];

export const terraform: Routine = routine('terraform', (scene) => {
  const { org, day, random } = scene;
  if (!day.isWorkday) return;
  for (let run = 0; run < 7; run += 1) {
    const account: AccountName = random.pick(['production', 'production', 'staging', 'staging', 'shared']);
    const startedAt = scene.at(7 + run * 1.4 + random.next());
    plan(scene, pipelineActor(org, 'terraform-plan', { account, startedAt }), startedAt, 120);
    if (random.chance(0.7))
      apply(
        scene,
        pipelineActor(org, 'terraform-apply', { account, startedAt: startedAt + 20 * MINUTE }),
        startedAt + 20 * MINUTE,
      );
  }
  // In the sandbox people run it themselves.
  const person = random.pick(org.people.filter(({ team }) => team === 'platform'));
  const startedAt = scene.at(13.5);
  apply(scene, personActor(org, person, { account: 'sandbox', startedAt, tool: 'terraform' }), startedAt);
});

/** Reads everything that the state names. */
export function plan(scene: Scene, actor: Actor, startedAt: number, reads: number): number {
  let time = startedAt;
  assume(scene, actor, startedAt);
  for (let at = 0; at < reads; at += 1) {
    time += scene.random.int(0, 2) * SECOND;
    scene.call(actor, time, REFRESH[at % REFRESH.length] ?? scene.random.pick(REFRESH));
  }
  return time;
}

/** A plan, and then some changes of the daily kind. */
export function apply(scene: Scene, actor: Actor, startedAt: number): number {
  let time = plan(scene, actor, startedAt, 140);
  const changes = scene.random.int(4, 12);
  for (let at = 0; at < changes; at += 1) {
    time += scene.random.int(1, 6) * SECOND;
    for (const call of scene.random.pick(CHANGES)(scene)) {
      time += SECOND;
      scene.call(actor, time, call);
    }
  }
  return time;
}

function assume(scene: Scene, actor: Actor, time: number): void {
  const issuer = actor.identity['sessionContext'] as { sessionIssuer: { arn: string } } | undefined;
  if (issuer === undefined || !issuer.sessionIssuer.arn.includes('/ci-')) return;
  const { random } = scene;
  scene.note(time - SECOND, {
    eventVersion: '1.08',
    userIdentity: {
      type: 'WebIdentityUser',
      principalId: `arn:aws:iam::${actor.account}:oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com:repo:shop/infrastructure:ref:refs/heads/main`,
      userName: 'repo:shop/infrastructure:ref:refs/heads/main',
      identityProvider: `arn:aws:iam::${actor.account}:oidc-provider/token.actions.githubusercontent.com`,
    },
    eventTime: new Date(time - SECOND).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRoleWithWebIdentity',
    awsRegion: actor.region,
    sourceIPAddress: actor.address,
    userAgent: 'aws-sdk-nodejs-v3-api/3.600.0',
    requestParameters: {
      roleArn: issuer.sessionIssuer.arn,
      roleSessionName: String(actor.identity['arn']).split('/').at(-1),
      durationSeconds: 3600,
    },
    responseElements: {
      credentials: {
        accessKeyId: actor.identity['accessKeyId'],
        sessionToken: 'token',
        expiration: 'Sep 7, 2026, 9:00:00 AM',
      },
      subjectFromWebIdentityToken: 'repo:shop/infrastructure:ref:refs/heads/main',
      assumedRoleUser: { assumedRoleId: actor.identity['principalId'], arn: actor.identity['arn'] },
      provider: `arn:aws:iam::${actor.account}:oidc-provider/token.actions.githubusercontent.com`,
      audience: 'sts.amazonaws.com',
    },
    requestID: random.uuid(),
    eventID: random.uuid(),
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: actor.account,
    eventCategory: 'Management',
  });
}

type Change = (scene: Scene) => readonly Call[];

/** The daily changes: each as the provider makes it, in its order. */
const CHANGES: readonly Change[] = [
  ({ random }) => {
    const group = `sg-0${random.hex(16)}`;
    return [
      {
        service: 'ec2',
        name: 'CreateSecurityGroup',
        request: { groupName: 'orders', groupDescription: 'Managed by Terraform', vpcId: 'vpc-1' },
        response: { groupId: group, _return: true },
      },
      groupRule(
        'RevokeSecurityGroupEgress',
        group,
        { port: 0, toPort: 0, protocol: '-1', cidrs: ['0.0.0.0/0'] },
        random,
      ),
      groupRule('AuthorizeSecurityGroupIngress', group, { port: 5432, cidrs: ['10.20.0.0/16'] }, random),
      groupRule('AuthorizeSecurityGroupEgress', group, { port: 443, cidrs: ['0.0.0.0/0'] }, random),
    ];
  },
  ({ random }) => {
    const role = `svc-${random.hex(4)}`;
    return [
      {
        service: 'iam',
        name: 'CreateRole',
        request: {
          roleName: role,
          path: '/',
          assumeRolePolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'ecs-tasks.amazonaws.com' },
                Action: 'sts:AssumeRole',
              },
            ],
          }),
          maxSessionDuration: 3600,
        },
        response: { role: { roleName: role, path: '/', roleId: `AROA${random.letters(17)}` } },
      },
      {
        service: 'iam',
        name: 'PutRolePolicy',
        request: {
          roleName: role,
          policyName: 'own',
          policyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::shop-assets/*' },
            ],
          }),
        },
      },
      {
        service: 'iam',
        name: 'AttachRolePolicy',
        request: {
          roleName: role,
          policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy',
        },
      },
    ];
  },
  ({ random }) => {
    const bucketName = `shop-${random.hex(6)}`;
    return [
      {
        service: 's3',
        name: 'CreateBucket',
        request: {
          bucketName,
          CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
          'x-amz-object-ownership': 'BucketOwnerEnforced',
          Host: 's3.eu-central-1.amazonaws.com',
        },
      },
      {
        service: 's3',
        name: 'PutBucketVersioning',
        request: { bucketName, versioning: '', VersioningConfiguration: { Status: 'Enabled' } },
      },
      {
        service: 's3',
        name: 'PutBucketEncryption',
        request: {
          bucketName,
          encryption: '',
          ServerSideEncryptionConfiguration: {
            Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
          },
        },
      },
      {
        service: 's3',
        name: 'PutBucketPublicAccessBlock',
        request: {
          bucketName,
          publicAccessBlock: '',
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: true,
          },
        },
      },
    ];
  },
  ({ random }) => [
    {
      service: 'lambda',
      name: 'UpdateFunctionConfiguration20150331v2',
      request: { functionName: 'shop-thumbnails', memorySize: random.pick([256, 512, 1024]), timeout: 30 },
    },
  ],
  () => [
    {
      service: 'rds',
      name: 'ModifyDBInstance',
      request: { dBInstanceIdentifier: 'orders', allocatedStorage: 200, applyImmediately: false },
    },
  ],
  ({ random }) => [
    {
      service: 'route53',
      name: 'ChangeResourceRecordSets',
      request: {
        hostedZoneId: 'Z1',
        changeBatch: {
          changes: [
            {
              action: 'UPSERT',
              resourceRecordSet: { name: `a${random.hex(3)}.shop.example`, type: 'CNAME' },
            },
          ],
        },
      },
    },
  ],
  ({ random }) => [
    { service: 'logs', name: 'CreateLogGroup', request: { logGroupName: `/shop/${random.hex(4)}` } },
    {
      service: 'logs',
      name: 'PutRetentionPolicy',
      request: { logGroupName: '/shop/x', retentionInDays: 30 },
    },
  ],
  ({ random }) => [
    {
      service: 'ec2',
      name: 'CreateLaunchTemplateVersion',
      request: {
        CreateLaunchTemplateVersionRequest: {
          LaunchTemplateId: `lt-0${random.hex(16)}`,
          LaunchTemplateData: { InstanceType: 'm6i.large' },
        },
      },
    },
    {
      service: 'autoscaling',
      name: 'UpdateAutoScalingGroup',
      request: { autoScalingGroupName: 'shop-orders', maxSize: random.int(6, 12) },
    },
  ],
  ({ random }) => [
    {
      service: 'iam',
      name: 'CreatePolicyVersion',
      request: {
        policyArn: 'arn:aws:iam::210000000005:policy/orders',
        policyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['sqs:SendMessage'],
              Resource: `arn:aws:sqs:eu-central-1:210000000005:orders-${random.hex(2)}`,
            },
          ],
        }),
        setAsDefault: true,
      },
    },
    {
      service: 'iam',
      name: 'DeletePolicyVersion',
      request: { policyArn: 'arn:aws:iam::210000000005:policy/orders', versionId: 'v3' },
    },
  ],
  ({ random }) => [
    {
      service: 'ec2',
      name: 'CreateRoute',
      request: {
        routeTableId: `rtb-0${random.hex(16)}`,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: `nat-0${random.hex(16)}`,
      },
      response: { requestId: random.uuid(), _return: true },
    },
  ],
  ({ random }) => [
    {
      service: 'ec2',
      name: 'DeleteSecurityGroup',
      request: { groupId: `sg-0${random.hex(16)}` },
      response: { requestId: random.uuid(), _return: true },
    },
  ],
  ({ random }) => [
    {
      service: 'elasticloadbalancing',
      name: 'ModifyListener',
      request: {
        listenerArn: `arn:aws:elasticloadbalancing:eu-central-1:210000000005:listener/app/shop/${random.hex(16)}/1`,
      },
    },
  ],
  () => [
    {
      service: 'sns',
      name: 'SetTopicAttributes',
      request: {
        topicArn: 'arn:aws:sns:eu-central-1:210000000005:alarms',
        attributeName: 'Policy',
        attributeValue: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: '*',
            },
          ],
        }),
      },
    },
  ],
  () => [
    {
      service: 'kms',
      name: 'PutKeyPolicy',
      request: {
        keyId: 'k1',
        policyName: 'default',
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::210000000005:root' },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        }),
      },
    },
  ],
];
