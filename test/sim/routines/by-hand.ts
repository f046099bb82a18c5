import { personActor } from '../actors.ts';
import { groupRule } from '../ec2.ts';
import type { AccountName, Person } from '../organisation.ts';
import type { Call } from '../record.ts';
import { MINUTE, type Routine, routine } from '../routine.ts';

/** What people do by hand once in a while, each by a ticket: harmless here, and rightly told of. */
export const byHand: Routine = routine('by-hand', (scene) => {
  const { org, day, random } = scene;
  const by = (team: Person['team'], account: AccountName, call: Call) => {
    const person = org.people.find((each) => each.team === team);
    if (person === undefined) return;
    const startedAt = scene.at(13);
    scene.call(personActor(org, person, { account, startedAt }), startedAt + 5 * MINUTE, call);
  };
  const acts: Readonly<Record<number, () => void>> = {
    4: () =>
      by('platform', 'staging', {
        service: 'ec2',
        name: 'CreateRoute',
        request: {
          routeTableId: `rtb-0${random.hex(16)}`,
          destinationCidrBlock: '10.90.0.0/16',
          vpcPeeringConnectionId: `pcx-0${random.hex(16)}`,
        },
        response: { requestId: random.uuid(), _return: true },
      }),
    7: () =>
      by('data', 'production', {
        service: 'rds',
        name: 'RestoreDBInstanceFromDBSnapshot',
        request: { dBInstanceIdentifier: 'restore-drill', dBSnapshotIdentifier: 'nightly-6' },
        response: { dBInstanceIdentifier: 'restore-drill', publiclyAccessible: false },
      }),
    9: () =>
      by('security', 'security', {
        service: 'securityhub',
        name: 'BatchUpdateFindings',
        request: { findingIdentifiers: [{ id: 'f-1' }], workflow: { status: 'SUPPRESSED' } },
      }),
    10: () =>
      by(
        'platform',
        'production',
        groupRule(
          'AuthorizeSecurityGroupIngress',
          `sg-0${random.hex(16)}`,
          { port: 443, cidrs: ['0.0.0.0/0'] },
          random,
        ),
      ),
    11: () =>
      by('shop', 'sandbox', {
        service: 'ec2',
        name: 'ImportKeyPair',
        request: { keyName: 'noor-laptop', publicKeyMaterial: 'c3NoLWVkMjU1MTkgQUFBQQ==' },
        response: { keyName: 'noor-laptop', keyPairId: `key-0${random.hex(16)}` },
      }),
  };
  acts[day.index]?.();
});
