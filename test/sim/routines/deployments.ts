import { pipelineActor, serviceActor } from '../actors.ts';
import type { AccountName } from '../organisation.ts';
import type { Actor, Call } from '../record.ts';
import { MINUTE, type Routine, routine, type Scene, SECOND } from '../routine.ts';
import { denied } from './console-day.ts';

/** Builds all day, deployments several times a day; now and then one lacks a right and is refused a few times. */
export const deployments: Routine = routine('deployments', (scene) => {
  const { org, day, random } = scene;
  if (!day.isWorkday) return;
  for (let at = 0; at < 18; at += 1) build(scene, scene.at(6.5 + random.next() * 10));
  for (let at = 0; at < 8; at += 1) {
    const account: AccountName = at % 2 === 0 ? 'staging' : 'production';
    const startedAt = scene.at(7 + at * 1.1);
    deploy(scene, pipelineActor(org, 'deploy', { account, startedAt }), startedAt);
  }
});

function build(scene: Scene, startedAt: number): void {
  const { org, random } = scene;
  const actor = pipelineActor(org, 'build', { account: 'shared', startedAt });
  const repositoryName = random.pick(['shop/orders', 'shop/frontend', 'shop/search']);
  const layers: Call[] = Array.from({ length: random.int(3, 7) }, () => ({
    service: 'ecr',
    name: 'InitiateLayerUpload',
    request: { repositoryName },
  }));
  const calls: readonly Call[] = [
    { service: 'sts', name: 'GetCallerIdentity' },
    { service: 'ecr', name: 'GetAuthorizationToken' },
    { service: 'ecr', name: 'BatchCheckLayerAvailability', request: { repositoryName }, readOnly: true },
    ...layers,
    { service: 'ecr', name: 'PutImage', request: { repositoryName, imageTag: random.hex(7) } },
    { service: 'codeartifact', name: 'GetAuthorizationToken' },
  ];
  let time = startedAt;
  for (const call of calls) {
    time += random.int(1, 8) * SECOND;
    scene.call(actor, time, call);
  }
}

const DEPLOYMENT: readonly Call[] = [
  { service: 'sts', name: 'GetCallerIdentity' },
  { service: 'ecs', name: 'RegisterTaskDefinition', request: { family: 'shop-orders' } },
  { service: 'iam', name: 'GetRole', request: { roleName: 'shop-orders' } },
  { service: 'ecs', name: 'UpdateService', request: { cluster: 'shop', service: 'shop-orders' } },
  { service: 'ecs', name: 'DescribeServices' },
  { service: 'ecs', name: 'DescribeServices' },
  {
    service: 'lambda',
    name: 'UpdateFunctionCode20150331v2',
    request: { functionName: 'shop-thumbnails', publish: true, dryRun: false },
  },
  { service: 'lambda', name: 'PublishVersion20150331', request: { functionName: 'shop-thumbnails' } },
  {
    service: 'lambda',
    name: 'UpdateAlias20150331',
    request: { functionName: 'shop-thumbnails', name: 'live' },
  },
  { service: 'cloudfront', name: 'CreateInvalidation', request: { distributionId: 'E1' } },
  { service: 'ssm', name: 'PutParameter', request: { name: '/shop/orders/version', overwrite: true } },
  { service: 'secretsmanager', name: 'GetSecretValue', request: { secretId: 'shop/deploy-token' } },
];

function deploy(scene: Scene, actor: Actor, startedAt: number): void {
  const { org, random } = scene;
  let time = startedAt;
  for (const call of DEPLOYMENT) {
    time += random.int(2, 15) * SECOND;
    scene.call(actor, time, call);
  }
  // A new version needs a right that nobody has given to the pipeline yet: it tries, waits, tries again and gives up.
  if (random.chance(0.25)) {
    const call: Call = { service: 'events', name: 'PutRule', request: { name: 'orders-nightly' } };
    for (let at = 0; at < random.int(2, 5); at += 1)
      scene.call(actor, time + (at + 1) * 50 * SECOND, { ...call, error: denied(actor, call) });
  }
  for (let at = 0; at < 4; at += 1)
    scene.call(serviceActor(org, 'ecs', 'production'), time + at * MINUTE, {
      service: 'elasticloadbalancing',
      name: 'RegisterTargets',
      request: { targetGroupArn: 'arn:1' },
    });
}
