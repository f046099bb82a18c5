import { personActor, pipelineActor, workloadActor } from '../actors.ts';
import { IN_USE_LARGE } from '../company.ts';
import { createFleet, runInstances } from '../ec2.ts';
import { MINUTE, routine, SECOND } from '../routine.ts';

/** Instances of a good size, large ones that are in use here, and talk of expensive ones. */
export const expensiveNearMisses = routine('expensive-near-misses', (scene) => {
  const { org, random } = scene;
  const time = scene.at(9.6);
  const [own = ''] = org.images.own;
  const data = org.people.find(({ team }) => team === 'data');
  if (data === undefined) return;
  const near = (why: string, act: () => void) => scene.nearMiss('expensive-instances', why, act);
  near('4xlarge: large, but below the bound', () =>
    scene.call(
      pipelineActor(org, 'terraform-apply', { account: 'staging', startedAt: time }),
      time,
      runInstances({ image: own, type: 'm6i.4xlarge' }, random),
    ),
  );
  near('a large type that the company has in use', () =>
    scene.call(
      workloadActor(org, 'data-cluster', { account: 'production', startedAt: time }),
      time + SECOND,
      runInstances({ image: own, type: IN_USE_LARGE }, random),
    ),
  );
  near('a fleet of small types', () =>
    scene.call(
      workloadActor(org, 'karpenter', { account: 'production', startedAt: time }),
      time + 2 * SECOND,
      createFleet({ image: org.images.vendor[0] ?? '', type: 'c6i.4xlarge' }, random),
    ),
  );
  near('somebody asks what a GPU instance would cost, and where there are any', () => {
    const actor = personActor(org, data, { account: 'sandbox', startedAt: time, tool: 'cli' });
    scene.call(actor, time + MINUTE, {
      service: 'ec2',
      name: 'DescribeInstanceTypeOfferings',
      request: {
        filterSet: { items: [{ name: 'instance-type', valueSet: { items: [{ value: 'p5.48xlarge' }] } }] },
      },
    });
    scene.call(actor, time + 2 * MINUTE, {
      service: 'ec2',
      name: 'DescribeSpotPriceHistory',
      request: { instanceTypeSet: { items: [{ instanceType: 'g5.48xlarge' }] } },
    });
  });
  near('an instance is made larger, up to 2xlarge', () =>
    scene.call(
      pipelineActor(org, 'terraform-apply', { account: 'production', startedAt: time }),
      time + 3 * MINUTE,
      {
        service: 'ec2',
        name: 'ModifyInstanceAttribute',
        request: { instanceId: `i-0${random.hex(16)}`, instanceType: { value: 'm6i.2xlarge' } },
        response: { requestId: random.uuid(), _return: true },
      },
    ),
  );
});

export const expensiveControls = routine('expensive-controls', (scene) => {
  const { org, random } = scene;
  const [, , , , , person] = org.people;
  if (person === undefined) return;
  const time = scene.at(14);
  const actor = personActor(org, person, { account: 'sandbox', startedAt: time, tool: 'cli' });
  scene.call(actor, time, runInstances({ image: org.images.own[0] ?? '', type: 'p4d.24xlarge' }, random));
});
