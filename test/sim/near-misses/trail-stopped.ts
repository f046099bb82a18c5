import { personActor, pipelineActor, scannerActor } from '../actors.ts';
import { MINUTE, routine, type Scene, SECOND } from '../routine.ts';

const TRAIL = 'arn:aws:cloudtrail:eu-central-1:210000000001:trail/organisation';
const LOGS = 'shop-cloudtrail-logs';

/** Trails that are worked on and go on recording everything. */
export const trailNearMisses = routine('trail-near-misses', (scene) => {
  const { org, random } = scene;
  const startedAt = scene.at(9.2);
  const pipeline = pipelineActor(org, 'terraform-apply', { account: 'management', startedAt });
  scene.nearMiss(
    'trail-stopped',
    'the trail is updated and still records all regions and global services',
    () =>
      scene.call(pipeline, startedAt, {
        service: 'cloudtrail',
        name: 'UpdateTrail',
        request: {
          name: TRAIL,
          isMultiRegionTrail: true,
          includeGlobalServiceEvents: true,
          enableLogFileValidation: true,
          isOrganizationTrail: true,
          s3BucketName: LOGS,
        },
        response: {
          name: 'organisation',
          trailARN: TRAIL,
          isMultiRegionTrail: true,
          includeGlobalServiceEvents: true,
          isOrganizationTrail: true,
          logFileValidationEnabled: true,
          s3BucketName: LOGS,
        },
      }),
  );
  scene.nearMiss(
    'trail-stopped',
    'selectors are written again with all management events, and data events more',
    () => {
      const eventSelectors = [
        {
          readWriteType: 'All',
          includeManagementEvents: true,
          excludeManagementEventSources: [],
          dataResources: [{ type: 'AWS::S3::Object', values: [`arn:aws:s3:::payroll-${random.hex(2)}/`] }],
        },
      ];
      scene.call(pipeline, startedAt + 20 * SECOND, {
        service: 'cloudtrail',
        name: 'PutEventSelectors',
        request: { trailName: TRAIL, eventSelectors },
        response: { trailARN: TRAIL, eventSelectors },
      });
    },
  );
  scene.nearMiss('trail-stopped', 'only the noisy key events are left out, as AWS offers', () => {
    const eventSelectors = [
      {
        readWriteType: 'All',
        includeManagementEvents: true,
        excludeManagementEventSources: ['kms.amazonaws.com'],
        dataResources: [],
      },
    ];
    scene.call(pipeline, startedAt + 40 * SECOND, {
      service: 'cloudtrail',
      name: 'PutEventSelectors',
      request: { trailName: TRAIL, eventSelectors },
      response: { trailARN: TRAIL, eventSelectors },
    });
  });
  scene.nearMiss('trail-stopped', 'a clean-up script stops a trail that does not exist any more', () => {
    const [, person] = org.people;
    if (person === undefined) return;
    const actor = personActor(org, person, {
      account: 'sandbox',
      startedAt: startedAt + MINUTE,
      tool: 'cli',
    });
    scene.call(actor, startedAt + MINUTE, {
      service: 'cloudtrail',
      name: 'StopLogging',
      request: { name: 'try-out' },
      error: [
        'TrailNotFoundException',
        'Unknown trail: arn:aws:cloudtrail:eu-central-1:210000000006:trail/try-out for the user: 210000000006',
      ],
    });
  });
  logBucket(scene, startedAt + 5 * MINUTE);
});

/** The bucket of the trail: who may read it changes, CloudTrail goes on writing. */
function logBucket(scene: Scene, time: number): void {
  const { org, random } = scene;
  const actor = pipelineActor(org, 'terraform-apply', { account: 'security', startedAt: time });
  scene.nearMiss(
    'trail-stopped',
    'one more reader in the policy of the log bucket; CloudTrail may write as before',
    () =>
      scene.call(actor, time, {
        service: 's3',
        name: 'PutBucketPolicy',
        request: {
          bucketName: LOGS,
          policy: '',
          bucketPolicy: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'AWSCloudTrailAclCheck',
                Effect: 'Allow',
                Principal: { Service: 'cloudtrail.amazonaws.com' },
                Action: 's3:GetBucketAcl',
                Resource: `arn:aws:s3:::${LOGS}`,
              },
              {
                Sid: 'AWSCloudTrailWrite',
                Effect: 'Allow',
                Principal: { Service: 'cloudtrail.amazonaws.com' },
                Action: 's3:PutObject',
                Resource: `arn:aws:s3:::${LOGS}/AWSLogs/*`,
              },
              {
                Sid: 'Readers',
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${org.accounts.security}:role/reader-${random.hex(2)}` },
                Action: 's3:GetObject',
                Resource: `arn:aws:s3:::${LOGS}/*`,
              },
            ],
          },
        },
      }),
  );
  scene.nearMiss('trail-stopped', 'the state of trails is read by the posture scanner', () => {
    const scanner = scannerActor(org, 'management', time);
    for (const name of ['DescribeTrails', 'GetTrailStatus', 'GetEventSelectors', 'ListEventDataStores'])
      scene.call(scanner, time + MINUTE, { service: 'cloudtrail', name, request: { name: TRAIL } });
  });
}

/** What the detection is for, in the same world. */
export const trailControls = routine('trail-controls', (scene) => {
  const { org } = scene;
  const [, , , person] = org.people;
  if (person === undefined) return;
  const time = scene.at(10);
  const actor = personActor(org, person, { account: 'production', startedAt: time, tool: 'cli' });
  scene.call(actor, time, { service: 'cloudtrail', name: 'StopLogging', request: { name: TRAIL } });
  const eventSelectors = [
    {
      readWriteType: 'WriteOnly',
      includeManagementEvents: true,
      excludeManagementEventSources: [],
      dataResources: [],
    },
  ];
  scene.call(actor, time + MINUTE, {
    service: 'cloudtrail',
    name: 'PutEventSelectors',
    request: { trailName: TRAIL, eventSelectors },
    response: { eventSelectors, trailARN: TRAIL },
  });
});
