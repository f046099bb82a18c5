import { personActor, pipelineActor, serviceRoleActor } from '../actors.ts';
import { runInstances } from '../ec2.ts';
import { MINUTE, routine, SECOND } from '../routine.ts';

/** Images of the company, of allowed vendors, fresh from the bakery, or only looked at. */
export const imageNearMisses = routine('image-near-misses', (scene) => {
  const { org, day, random } = scene;
  const time = scene.at(15.3);
  const near = (why: string, act: () => void) => scene.nearMiss('unknown-image', why, act);
  const [own = ''] = org.images.own;
  const vendor = random.pick(org.images.vendor);
  near('a vendor’s image that is allowed', () =>
    scene.call(
      pipelineActor(org, 'terraform-apply', { account: 'staging', startedAt: time }),
      time,
      runInstances({ image: vendor, type: 't3.large' }, random),
    ),
  );
  near('an image that the bakery made yesterday', () => {
    const fresh =
      org.images.fresh[(day.index + org.images.fresh.length - 1) % org.images.fresh.length] ?? own;
    const actor = serviceRoleActor(org, 'autoscaling', 'AWSServiceRoleForAutoScaling', {
      account: 'staging',
      startedAt: day.start,
      session: 'AutoScaling',
    });
    scene.call(
      actor,
      time + SECOND,
      runInstances({ image: fresh, type: 'm6i.large', template: 'lt-0b1b2c3d4e5f60718' }, random),
    );
  });
  near('an image that does not exist', () => {
    const [, , person] = org.people;
    if (person === undefined) return;
    const actor = personActor(org, person, { account: 'sandbox', startedAt: time, tool: 'cli' });
    scene.call(actor, time + MINUTE, {
      ...runInstances({ image: `ami-0${random.hex(16)}`, type: 't3.medium' }, random),
      error: ['Client.InvalidAMIID.NotFound', 'The image id does not exist'],
    });
  });
  near('images of strangers are listed', () => {
    const [, person] = org.people;
    if (person === undefined) return;
    const actor = personActor(org, person, { account: 'sandbox', startedAt: time, tool: 'console' });
    scene.call(actor, time + 2 * MINUTE, {
      service: 'ec2',
      name: 'DescribeImages',
      request: { imagesSet: { items: [{ imageId: `ami-0${random.hex(16)}` }] }, ownersSet: {} },
    });
  });
  near('a vendor’s image is copied to be hardened', () =>
    scene.call(
      pipelineActor(org, 'image-bakery', { account: 'shared', startedAt: time }),
      time + 3 * MINUTE,
      {
        service: 'ec2',
        name: 'CopyImage',
        request: {
          sourceImageId: vendor,
          sourceRegion: org.regions.second,
          name: `hardened-${random.hex(3)}`,
          encrypted: true,
        },
      },
    ),
  );
});

export const imageControls = routine('image-controls', (scene) => {
  const { org, random } = scene;
  const person = org.people[6];
  if (person === undefined) return;
  const time = scene.at(21);
  const actor = personActor(org, person, { account: 'production', startedAt: time, tool: 'cli' });
  scene.call(actor, time, runInstances({ image: 'ami-0badbadbadbadbad0', type: 't3.large' }, random));
});
