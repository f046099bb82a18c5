import { personActor, pipelineActor } from '../actors.ts';
import { groupRule } from '../ec2.ts';
import { HOUR, MINUTE, type Routine, routine, SECOND } from '../routine.ts';
import { apply } from './terraform.ts';

/** A ticket asks for a region nearer to new customers: it is opened in staging, then in production, and used from then on. */
export const newRegion: Routine = routine('new-region', (scene) => {
  const { org, day, random } = scene;
  const region = org.regions.opened;
  if (day.index < 8 || !day.isWorkday) return;
  if (day.index === 8) {
    const [person] = org.people;
    if (person === undefined) return;
    const startedAt = scene.at(8);
    const root = personActor(org, person, { account: 'management', startedAt });
    for (const account of ['staging', 'production'] as const)
      scene.call(root, startedAt + 5 * MINUTE, {
        service: 'account',
        name: 'EnableRegion',
        request: { accountId: org.accounts[account], regionName: region },
      });
  }
  const account = day.index === 8 ? 'staging' : 'production';
  const startedAt = scene.at(9);
  const actor = pipelineActor(org, 'terraform-apply', { account, startedAt, region });
  const end = apply(scene, actor, startedAt);
  scene.call(actor, end + 10 * SECOND, {
    service: 'ec2',
    name: 'CreateVpc',
    request: { cidrBlock: '10.40.0.0/16' },
  });
  scene.call(
    actor,
    end + 20 * SECOND,
    groupRule(
      'AuthorizeSecurityGroupIngress',
      `sg-0${random.hex(16)}`,
      { port: 443, cidrs: ['10.0.0.0/8'] },
      random,
    ),
  );
  scene.call(actor, end + HOUR / 4, {
    service: 'logs',
    name: 'CreateLogGroup',
    request: { logGroupName: '/shop/north' },
  });
});
