import { personActor, pipelineActor, serviceRoleActor, workloadActor } from '../actors.ts';
import { createFleet, runInstances } from '../ec2.ts';
import { MINUTE, routine, SECOND } from '../routine.ts';
import { grow } from '../routines/autoscaling.ts';

/** Many instances by those whose work it is, and few by others. */
export const manyInstancesNearMisses = routine('many-instances-near-misses', (scene) => {
  const { org, day, random } = scene;
  const time = scene.at(14.2);
  const [image = ''] = org.images.own;
  const near = (why: string, act: () => void) => scene.nearMiss('many-instances', why, act);
  near('a group grows by thirty for a sale', () => grow(scene, time, 30));
  near('the cluster’s autoscaler asks for twenty nodes', () => {
    const actor = workloadActor(org, 'karpenter', {
      account: 'production',
      startedAt: day.start,
      session: '1725680000000000000',
    });
    for (let at = 0; at < 20; at += 1)
      scene.call(
        actor,
        time + 5 * MINUTE + at * SECOND,
        createFleet({ image: org.images.vendor[0] ?? '', type: 'c6i.xlarge' }, random),
      );
  });
  near('a person starts two', () => {
    const [, , person] = org.people;
    if (person === undefined) return;
    const actor = personActor(org, person, { account: 'sandbox', startedAt: time, tool: 'cli' });
    scene.call(actor, time + 10 * MINUTE, runInstances({ image, type: 't3.medium', count: 2 }, random));
  });
  near('the pipeline builds an environment of eight', () =>
    scene.call(
      pipelineActor(org, 'terraform-apply', { account: 'staging', startedAt: time }),
      time + 12 * MINUTE,
      runInstances({ image, type: 't3.large', count: 8 }, random),
    ),
  );
  near('there is no capacity, and the group asks again and again', () => {
    const actor = serviceRoleActor(org, 'autoscaling', 'AWSServiceRoleForAutoScaling', {
      account: 'staging',
      startedAt: day.start,
      session: 'AutoScaling',
    });
    for (let at = 0; at < 15; at += 1)
      scene.call(actor, time + 20 * MINUTE + at * 20 * SECOND, {
        ...runInstances({ image, type: 'm6i.large' }, random),
        error: [
          'Server.InsufficientInstanceCapacity',
          'We currently do not have sufficient m6i.large capacity in the Availability Zone you requested',
        ],
      });
  });
});

export const manyInstancesControls = routine('many-instances-controls', (scene) => {
  const { org, random } = scene;
  const [, , , , person] = org.people;
  if (person === undefined) return;
  const time = scene.at(16);
  const actor = personActor(org, person, { account: 'sandbox', startedAt: time, tool: 'cli', from: 'home' });
  scene.call(
    actor,
    time,
    runInstances({ image: org.images.own[0] ?? '', type: 't3.medium', count: 40 }, random),
  );
});
