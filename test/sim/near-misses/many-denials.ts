import {
  personActor,
  pipelineActor,
  serviceActor,
  serviceRoleActor,
  userActor,
  workloadActor,
} from '../actors.ts';
import type { Call } from '../record.ts';
import { HOUR, MINUTE, routine, SECOND } from '../routine.ts';
import { denied } from '../routines/console-day.ts';

/** Refusals that are few, slow, not of a person's making, or no refusals at all. */
export const denialNearMisses = routine('denial-near-misses', (scene) => {
  const { org, day, random } = scene;
  const time = scene.at(12.7);
  const near = (why: string, act: () => void) => scene.nearMiss('many-denials', why, act);
  near('a deployment that lacks a right tries six times and stops', () => {
    const actor = pipelineActor(org, 'deploy', { account: 'staging', startedAt: time });
    const call: Call = { service: 'scheduler', name: 'UpdateSchedule', request: { name: 'nightly' } };
    for (let at = 0; at < 6; at += 1)
      scene.call(actor, time + at * 40 * SECOND, { ...call, error: denied(actor, call) });
  });
  near('the console draws pages for somebody with few rights', () => {
    const person = org.people.find(({ team }) => team === 'finance');
    if (person === undefined) return;
    const actor = personActor(org, person, { account: 'management', startedAt: time });
    for (const name of [
      'DescribeInstances',
      'DescribeVolumes',
      'DescribeVpcs',
      'DescribeSubnets',
      'DescribeAddresses',
      'DescribeKeyPairs',
      'DescribeImages',
      'DescribeTags',
      'DescribeHosts',
      'DescribeSnapshots',
      'DescribeAvailabilityZones',
      'DescribeNetworkInterfaces',
    ])
      scene.call(actor, time + 10 * MINUTE + random.int(0, 20) * SECOND, {
        service: 'ec2',
        name,
        error: denied(actor, { service: 'ec2', name }),
      });
  });
  near('a service is refused again and again', () => {
    const actor = serviceActor(org, 'delivery.logs', 'security');
    for (let at = 0; at < 20; at += 1)
      scene.call(actor, time + 20 * MINUTE + at * 10 * SECOND, {
        service: 'kms',
        name: 'GenerateDataKey',
        error: ['AccessDenied', 'not authorized'],
        readOnly: true,
      });
  });
  near('a role that is made for a service is refused', () => {
    const actor = serviceRoleActor(org, 'config', 'AWSServiceRoleForConfig', {
      account: 'sandbox',
      startedAt: day.start,
      session: 'configLambdaExecution',
    });
    for (let at = 0; at < 15; at += 1)
      scene.call(actor, time + 30 * MINUTE + at * 5 * SECOND, {
        service: 's3',
        name: 'GetBucketPolicy',
        error: denied(actor, { service: 's3', name: 'GetBucketPolicy' }),
      });
  });
  near('a script asks for what is not there, which is no refusal', () => {
    const actor = userActor(org, 'otto', { account: 'staging', startedAt: time, mfa: true });
    for (let at = 0; at < 20; at += 1) {
      const error = random.pick([
        ['Client.InvalidInstanceID.NotFound', 'The instance ID does not exist'],
        ['Client.RequestLimitExceeded', 'Request limit exceeded.'],
        ['Client.InvalidParameterValue', 'Invalid value'],
      ] as const);
      scene.call(actor, time + 40 * MINUTE + at * 3 * SECOND, {
        service: 'ec2',
        name: 'DescribeInstances',
        error,
      });
    }
  });
  near('twelve refusals of one program, spread over six hours', () => {
    const actor = workloadActor(org, 'data-loader', {
      account: 'production',
      startedAt: day.start,
      session: 'i-0data1',
    });
    for (let at = 0; at < 12; at += 1)
      scene.call(actor, time + (at * HOUR) / 2, {
        service: 'kms',
        name: 'Decrypt',
        error: denied(actor, { service: 'kms', name: 'Decrypt' }),
      });
  });
});

export const denialControls = routine('denial-controls', (scene) => {
  const { org } = scene;
  const time = scene.at(19);
  const actor = userActor(org, 'mail-sender', {
    account: 'production',
    startedAt: time,
    address: '192.0.2.231',
  });
  const tried: readonly Call[] = [
    { service: 'iam', name: 'ListUsers' },
    { service: 'iam', name: 'GetAccountAuthorizationDetails' },
    { service: 's3', name: 'ListBuckets' },
    { service: 'ec2', name: 'DescribeInstances' },
    { service: 'secretsmanager', name: 'ListSecrets' },
    { service: 'ssm', name: 'DescribeParameters' },
  ];
  for (let at = 0; at < 18; at += 1) {
    const call = tried[at % tried.length] ?? { service: 'iam', name: 'ListRoles' };
    scene.call(actor, time + at * 8 * SECOND, { ...call, error: denied(actor, call) });
  }
});
