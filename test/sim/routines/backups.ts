import { serviceActor, workloadActor } from '../actors.ts';
import { HOUR, MINUTE, type Routine, routine, SECOND } from '../routine.ts';

/** Every night: snapshots, copies to the second region, and what is too old goes away. */
export const backups: Routine = routine('backups', (scene) => {
  const { org, day, random } = scene;
  const begin = scene.at(2);
  for (const account of ['production', 'staging', 'shared'] as const) {
    const actor = {
      ...workloadActor(org, 'AWSBackupDefaultServiceRole', {
        account,
        startedAt: day.start,
        session: 'AWSBackup-AWSBackupDefaultServiceRole',
      }),
      address: 'backup.amazonaws.com',
      userAgent: 'backup.amazonaws.com',
    };
    const byBackup = { ...actor, identity: { ...actor.identity, invokedBy: 'backup.amazonaws.com' } };
    for (let at = 0; at < (account === 'production' ? 14 : 6); at += 1) {
      const time = begin + at * MINUTE;
      const snapshotId = `snap-0${random.hex(16)}`;
      scene.call(byBackup, time, {
        service: 'ec2',
        name: 'CreateSnapshot',
        request: { volumeId: `vol-0${random.hex(16)}`, description: 'nightly' },
        response: { snapshotId },
      });
      scene.call(byBackup, time + 10 * SECOND, {
        service: 'ec2',
        name: 'CreateTags',
        request: { resourcesSet: { items: [{ resourceId: snapshotId }] } },
      });
      scene.call(byBackup, time + HOUR, {
        service: 'ec2',
        name: 'CopySnapshot',
        region: org.regions.second,
        request: { sourceRegion: org.regions.main, sourceSnapshotId: snapshotId, encrypted: true },
      });
      scene.call(byBackup, time + 2 * HOUR, {
        service: 'ec2',
        name: 'DeleteSnapshot',
        request: { snapshotId: `snap-0${random.hex(16)}` },
      });
    }
    scene.call(byBackup, begin + 3 * HOUR, {
      service: 'rds',
      name: 'CreateDBSnapshot',
      request: { dBInstanceIdentifier: 'orders', dBSnapshotIdentifier: `nightly-${day.index}` },
    });
    scene.call(serviceActor(org, 'backup', account), begin + 4 * HOUR, {
      service: 'backup',
      name: 'BackupJobCompleted',
      more: { eventType: 'AwsServiceEvent', readOnly: false },
    });
  }
});
