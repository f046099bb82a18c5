import { workloadActor } from '../actors.ts';
import { HOUR, routine } from '../routine.ts';

/** Places where little happens: a mirror every three hours, a report by day. Their pauses are usual. */
export const silenceNearMisses = routine('silence-near-misses', (scene) => {
  const { org, random } = scene;
  const mirror = workloadActor(org, 'registry-mirror', {
    account: 'shared',
    startedAt: scene.day.start,
    region: 'us-east-2',
  });
  for (let hour = 0; hour < 24; hour += 3)
    scene.nearMiss('events-stop', 'the pause before it is three hours, as always', () =>
      scene.call(mirror, scene.at(hour) + random.int(0, 500) * 1000, {
        service: 'ecr',
        name: 'BatchGetImage',
        request: { repositoryName: 'shop/orders' },
      }),
    );
  const report = workloadActor(org, 'cost-report', {
    account: 'sandbox',
    startedAt: scene.day.start,
    region: 'us-west-2',
  });
  for (let hour = 6; hour < 19; hour += 1)
    scene.nearMiss(
      'events-stop',
      hour === 6 ? 'nothing happens here at night' : 'once an hour, as always by day',
      () =>
        scene.call(report, scene.at(hour) + Math.floor(random.next() * 0.2 * HOUR), {
          service: 's3',
          name: 'ListBuckets',
        }),
    );
});
