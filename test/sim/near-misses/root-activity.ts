import { pipelineActor, rootActor, userActor, workloadActor } from '../actors.ts';
import { MINUTE, routine, SECOND } from '../routine.ts';

/** What bears root's name and is not root at work. */
export const rootNearMisses = routine('root-near-misses', (scene) => {
  const { org, random } = scene;
  const time = scene.at(12.1);
  const near = (why: string, act: () => void) => scene.nearMiss('root-activity', why, act);
  near('a service acts in the name of root', () =>
    scene.call(rootActor(org, 'management', { invokedBy: 'member.org' }), time, {
      service: 'iam',
      name: 'CreateServiceLinkedRole',
      request: { aWSServiceName: 'member.org.stacksets.cloudformation.amazonaws.com' },
    }),
  );
  near('a service event of the account, written as root’s', () =>
    scene.call(rootActor(org, 'production', { invokedBy: 'ec2' }), time + MINUTE, {
      service: 'ec2',
      name: 'BidEvictedEvent',
      more: {
        eventType: 'AwsServiceEvent',
        serviceEventDetails: { instanceIdSet: [`i-0${random.hex(16)}`] },
      },
      readOnly: false,
    }),
  );
  near('a user who is called root', () =>
    scene.call(userActor(org, 'root-dns', { account: 'shared', startedAt: time }), time + 2 * MINUTE, {
      service: 'route53',
      name: 'ChangeResourceRecordSets',
      request: { hostedZoneId: 'Z1' },
    }),
  );
  near('a role whose trust names the account’s root', () =>
    scene.call(
      pipelineActor(org, 'terraform-apply', { account: 'staging', startedAt: time }),
      time + 3 * MINUTE,
      {
        service: 'iam',
        name: 'UpdateAssumeRolePolicy',
        request: {
          roleName: 'reader',
          policyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${org.accounts.staging}:root` },
                Action: 'sts:AssumeRole',
              },
            ],
          }),
        },
      },
    ),
  );
  near('a program whose role is called root-something', () =>
    scene.call(
      workloadActor(org, 'root-certificates', { account: 'production', startedAt: time, session: 'root' }),
      time + 4 * MINUTE + SECOND,
      { service: 'acm', name: 'ImportCertificate', request: { certificateArn: 'arn:1' } },
    ),
  );
});

export const rootControls = routine('root-controls', (scene) => {
  const time = scene.at(13);
  scene.call(rootActor(scene.org, 'sandbox'), time, {
    service: 'iam',
    name: 'CreateAccessKey',
    response: { accessKey: { status: 'Active', accessKeyId: `AKIA${scene.random.letters(16)}` } },
  });
});
