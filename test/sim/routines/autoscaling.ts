import { serviceActor, serviceRoleActor, workloadActor } from '../actors.ts';
import { createFleet, runInstances } from '../ec2.ts';
import { DAY, HOUR, MINUTE, type Routine, routine, type Scene, SECOND } from '../routine.ts';

/** Groups grow in the morning and shrink at night; the cluster's autoscaler follows the load all day. */
export const autoscaling: Routine = routine('autoscaling', (scene) => {
  const { day } = scene;
  const peak = day.isWorkday ? 8 : 4;
  grow(scene, scene.at(5.5), peak);
  grow(scene, scene.at(10), Math.ceil(peak / 2));
  grow(scene, scene.at(17), peak);
  shrink(scene, scene.at(13), Math.ceil(peak / 2));
  shrink(scene, scene.at(20), peak + 4);
  for (let at = 0; at < (day.isWorkday ? 16 : 8); at += 1)
    onCluster(scene, scene.at(6 + scene.random.next() * 14));
});

/** One call an instance, all at once, as EC2 Auto Scaling makes them. */
export function grow(scene: Scene, time: number, count: number, type = 'm6i.large'): void {
  const { org, day, random } = scene;
  const actor = serviceRoleActor(org, 'autoscaling', 'AWSServiceRoleForAutoScaling', {
    account: 'production',
    startedAt: day.start,
    session: 'AutoScaling',
  });
  for (let at = 0; at < count; at += 1) {
    const image = org.images.own[0] ?? '';
    const subnet = org.subnets[at % org.subnets.length];
    const launch = {
      image,
      type,
      count: 1,
      template: 'lt-0a1b2c3d4e5f60718',
      ...(subnet === undefined ? {} : { subnet }),
    };
    scene.call(actor, time + at * SECOND, runInstances(launch, random));
    scene.call(actor, time + (at + 30) * SECOND, {
      service: 'elasticloadbalancing',
      name: 'RegisterTargets',
      request: {
        targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:210000000005:targetgroup/orders/1',
        targets: [{ id: `i-0${random.hex(16)}` }],
      },
    });
  }
}

function shrink(scene: Scene, time: number, count: number): void {
  const { org, day, random } = scene;
  const actor = serviceRoleActor(org, 'autoscaling', 'AWSServiceRoleForAutoScaling', {
    account: 'production',
    startedAt: day.start,
    session: 'AutoScaling',
  });
  for (let at = 0; at < count; at += 1)
    scene.call(actor, time + at * 3 * SECOND, {
      service: 'ec2',
      name: 'TerminateInstances',
      request: { instancesSet: { items: [{ instanceId: `i-0${random.hex(16)}` }] } },
    });
}

function onCluster(scene: Scene, time: number): void {
  const { org, day, random } = scene;
  const actor = workloadActor(org, 'karpenter', {
    account: 'production',
    startedAt: day.start + Math.floor((time - day.start) / (6 * HOUR)) * 6 * HOUR,
    session: '1725680000000000000',
  });
  const image = org.images.vendor[0] ?? '';
  for (let at = 0; at < random.int(1, 4); at += 1)
    scene.call(
      actor,
      time + at * 2 * SECOND,
      createFleet({ image, type: random.pick(['m6i.xlarge', 'c6i.xlarge', 'r6i.large']) }, random),
    );
  scene.call(actor, time + 9 * SECOND, { service: 'ec2', name: 'DescribeInstances' });
  scene.call(actor, time + 10 * SECOND, {
    service: 'ssm',
    name: 'GetParameter',
    request: {
      name: '/aws/service/eks/optimized-ami/1.30/amazon-linux-2023/x86_64/standard/recommended/image_id',
    },
  });
  if (random.chance(0.4))
    scene.call(actor, time + 3 * MINUTE, {
      service: 'ec2',
      name: 'TerminateInstances',
      request: { instancesSet: { items: [{ instanceId: `i-0${random.hex(16)}` }] } },
    });
}

/** Nightly batch on spot instances: one request, many instances, always the same hour and role. */
export const nightlyBatch: Routine = routine('nightly-batch', (scene) => {
  const { org, day, random } = scene;
  const actor = serviceActor(org, 'batch', 'production');
  const time = scene.at(1);
  scene.call(actor, time, {
    service: 'ecs',
    name: 'RegisterContainerInstance',
    request: { cluster: 'batch' },
  });
  const role = serviceRoleActor(org, 'batch', 'AWSServiceRoleForBatch', {
    account: 'production',
    startedAt: day.start,
    session: 'aws-batch',
  });
  scene.call(role, time + 5 * SECOND, {
    service: 'autoscaling',
    name: 'UpdateAutoScalingGroup',
    request: { autoScalingGroupName: 'batch', desiredCapacity: 20 },
  });
  grow(scene, time + MINUTE, 12, 'c6i.xlarge');
  scene.call(role, time + 2 * HOUR, {
    service: 'autoscaling',
    name: 'UpdateAutoScalingGroup',
    request: { autoScalingGroupName: 'batch', desiredCapacity: 0 },
  });
  if (time > day.start + DAY) throw new Error(`not of this day: ${random.hex(1)}`);
});
