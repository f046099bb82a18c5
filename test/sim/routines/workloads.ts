import { serviceActor, workloadActor } from '../actors.ts';
import type { AccountName } from '../organisation.ts';
import type { Actor, Call } from '../record.ts';
import { HOUR, type Routine, routine, type Scene, SECOND } from '../routine.ts';

/** Programs at work around the clock, more by day: roles assumed by services, keys used, secrets and parameters read. */
const PROGRAMS: readonly {
  readonly role: string;
  readonly account: AccountName;
  readonly calls: number;
  readonly does: readonly Call[];
}[] = [
  { role: 'shop-frontend', account: 'production', calls: 420, does: [secret('shop/session-key'), decrypt()] },
  {
    role: 'shop-orders',
    account: 'production',
    calls: 560,
    does: [decrypt(), dataKey(), secret('shop/orders-db'), parameter('/shop/orders/flags')],
  },
  {
    role: 'shop-search',
    account: 'production',
    calls: 260,
    does: [
      parameter('/shop/search/synonyms'),
      { service: 'es', name: 'DescribeDomain', request: { domainName: 'products' } },
    ],
  },
  {
    role: 'mailer',
    account: 'production',
    calls: 180,
    does: [{ service: 'ses', name: 'GetSendQuota' }, decrypt()],
  },
  { role: 'assistant', account: 'production', calls: 150, does: [invokeModel()] },
  {
    role: 'data-loader',
    account: 'production',
    calls: 240,
    does: [
      { service: 'glue', name: 'GetTable', request: { databaseName: 'lake', name: 'orders' } },
      decrypt(),
      dataKey(),
    ],
  },
  { role: 'shop-orders', account: 'staging', calls: 120, does: [decrypt(), secret('shop/orders-db')] },
  {
    role: 'registry-mirror',
    account: 'shared',
    calls: 160,
    does: [
      { service: 'ecr', name: 'BatchGetImage', request: { repositoryName: 'shop/orders' } },
      { service: 'ecr', name: 'GetAuthorizationToken' },
    ],
  },
];

export const workloads: Routine = routine('workloads', (scene) => {
  const actors = new Map<string, Actor>();
  for (const { role, account, calls, does } of PROGRAMS) {
    const { org, day, random } = scene;
    for (let at = 0; at < calls; at += 1) {
      const time = day.start + daytime(scene) * HOUR;
      const startedAt = day.start + Math.floor((time - day.start) / (6 * HOUR)) * 6 * HOUR;
      const session = `i-0${role.length}${account.length}a${random.int(1, 4)}c0ffee0000000`;
      const name = `${role} ${account} ${session} ${startedAt}`;
      const actor = actors.get(name) ?? workloadActor(org, role, { account, startedAt, session });
      actors.set(name, actor);
      scene.call(actor, time, random.pick(does));
    }
  }
});

/** What services do in their own name. */
export const services: Routine = routine('services', (scene) => {
  const { org, day, random } = scene;
  const accounts: readonly AccountName[] = [
    'production',
    'staging',
    'shared',
    'security',
    'sandbox',
    'management',
  ];
  const does = [
    ['lambda', 'shop-thumbnails'],
    ['ec2', 'shop-orders'],
    ['eks', 'eks-cluster'],
    ['ecs-tasks', 'shop-frontend'],
    ['config', 'AWSServiceRoleForConfig'],
    ['cloudtrail', 'AWSServiceRoleForCloudTrail'],
  ] as const;
  for (const account of accounts) {
    const count = account === 'production' ? 900 : 180;
    for (let at = 0; at < count; at += 1) {
      const [service, role] = random.pick(does);
      const time = day.start + random.int(0, 86_399) * SECOND;
      const id = org.accounts[account];
      scene.call(
        serviceActor(org, service, account, random.chance(0.2) ? org.regions.second : undefined),
        time,
        {
          service: 'sts',
          name: 'AssumeRole',
          request: {
            roleArn: `arn:aws:iam::${id}:role/${role}`,
            roleSessionName: `s-${random.hex(8)}`,
            durationSeconds: 3600,
          },
          response: {
            credentials: {
              accessKeyId: `ASIA${random.letters(16)}`,
              sessionToken: 'token',
              expiration: 'Sep 7, 2026, 9:00:00 AM',
            },
            assumedRoleUser: {
              assumedRoleId: `AROA${random.letters(17)}:s`,
              arn: `arn:aws:sts::${id}:assumed-role/${role}/s`,
            },
          },
          more: {
            resources: [{ accountId: id, type: 'AWS::IAM::Role', ARN: `arn:aws:iam::${id}:role/${role}` }],
            sharedEventID: random.uuid(),
          },
        },
      );
    }
    for (let at = 0; at < (account === 'production' ? 260 : 40); at += 1)
      scene.call(serviceActor(org, 'delivery.logs', account), day.start + random.int(0, 86_399) * SECOND, {
        service: 'logs',
        name: 'CreateLogStream',
        request: { logGroupName: '/shop/flow', logStreamName: `eni-${random.hex(17)}-all` },
      });
  }
});

function daytime({ random }: Scene): number {
  return random.chance(0.7) ? 6 + random.next() * 14 : random.next() * 24;
}

function secret(secretId: string): Call {
  return { service: 'secretsmanager', name: 'GetSecretValue', request: { secretId } };
}

function parameter(name: string): Call {
  return { service: 'ssm', name: 'GetParameter', request: { name, withDecryption: true } };
}

function decrypt(): Call {
  return { service: 'kms', name: 'Decrypt', request: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT' } };
}

function dataKey(): Call {
  return { service: 'kms', name: 'GenerateDataKey', request: { keySpec: 'AES_256' }, readOnly: true };
}

function invokeModel(): Call {
  return {
    service: 'bedrock',
    name: 'InvokeModel',
    request: { modelId: 'anthropic.claude-3-haiku-20240307-v1:0' },
    readOnly: true,
  };
}
