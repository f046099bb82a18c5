import { personActor, pipelineActor, serviceActor, workloadActor } from '../actors.ts';
import { runInstances } from '../ec2.ts';
import { MINUTE, type Routine, routine, SECOND } from '../routine.ts';

/** What keeps things running: shells on instances by the people on call, images baked, patches, secrets rotated. */
export const operations: Routine = routine('operations', (scene) => {
  const { org, day, random } = scene;
  const patch = serviceActor(org, 'ssm', 'production');
  scene.call(patch, scene.at(4), {
    service: 'ssm',
    name: 'UpdateInstanceInformation',
    request: { instanceId: `i-0${random.hex(16)}` },
  });
  for (let at = 0; at < 3; at += 1) {
    const rotation = workloadActor(org, 'secret-rotation', {
      account: 'production',
      startedAt: day.start,
      session: `rotate-${at}`,
    });
    const time = scene.at(2.5 + at);
    const secretId = `shop/rotated-${at}`;
    for (const [step, name] of [
      'DescribeSecret',
      'GetSecretValue',
      'PutSecretValue',
      'UpdateSecretVersionStage',
    ].entries())
      scene.call(rotation, time + step * 5 * SECOND, {
        service: 'secretsmanager',
        name,
        request: { secretId },
      });
  }
  if (!day.isWorkday) return;
  const onCall = org.people.filter(({ team }) => team === 'platform')[day.index % 3];
  if (onCall === undefined) return;
  for (let at = 0; at < 2; at += 1) {
    const startedAt = scene.at(8.5 + at * 4);
    const actor = personActor(org, onCall, { account: 'production', startedAt, tool: 'cli' });
    const target = `i-0${random.hex(16)}`;
    scene.call(actor, startedAt, { service: 'ec2', name: 'DescribeInstances' });
    scene.call(actor, startedAt + 20 * SECOND, {
      service: 'ssm',
      name: 'StartSession',
      request: { target },
      response: { sessionId: `${onCall.name}-${random.hex(17)}` },
      readOnly: false,
    });
    scene.call(actor, startedAt + 20 * MINUTE, {
      service: 'ssm',
      name: 'TerminateSession',
      request: { sessionId: `${onCall.name}-x` },
    });
  }
  bake(scene);
});

/** The bakery starts one instance, makes an image of it, and takes it away. */
function bake({ org, day, random, call, at }: Parameters<Parameters<typeof routine>[1]>[0]): void {
  const startedAt = at(11);
  const actor = pipelineActor(org, 'image-bakery', { account: 'shared', startedAt });
  const [image = ''] = org.images.vendor;
  const baked = org.images.fresh[day.index % org.images.fresh.length];
  call(actor, startedAt + MINUTE, runInstances({ image, type: 't3.large' }, random));
  call(actor, startedAt + 15 * MINUTE, {
    service: 'ec2',
    name: 'CreateImage',
    request: { instanceId: `i-0${random.hex(16)}`, name: `base-${day.index}`, noReboot: false },
    response: { imageId: baked },
  });
  call(actor, startedAt + 25 * MINUTE, {
    service: 'ec2',
    name: 'ModifyImageAttribute',
    request: {
      imageId: baked,
      attributeType: 'launchPermission',
      launchPermission: {
        add: { items: [{ userId: org.accounts.staging }, { userId: org.accounts.production }] },
      },
    },
    response: { requestId: random.uuid(), _return: true },
  });
  call(actor, startedAt + 26 * MINUTE, {
    service: 'ec2',
    name: 'TerminateInstances',
    request: { instancesSet: { items: [{ instanceId: `i-0${random.hex(16)}` }] } },
  });
}
