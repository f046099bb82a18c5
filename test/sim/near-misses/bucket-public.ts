import { personActor, pipelineActor } from '../actors.ts';
import { MINUTE, routine, SECOND } from '../routine.ts';

/** Buckets that are shared with somebody, locked, or already open to nobody. */
export const bucketNearMisses = routine('bucket-near-misses', (scene) => {
  const { org, random } = scene;
  const time = scene.at(11.4);
  const bucketName = `shop-${random.hex(6)}`;
  const actor = pipelineActor(org, 'terraform-apply', { account: 'production', startedAt: time });
  const near = (why: string, act: () => void) => scene.nearMiss('bucket-public', why, act);
  const policy = (statement: Readonly<Record<string, unknown>>, at: number) =>
    scene.call(actor, time + at * SECOND, {
      service: 's3',
      name: 'PutBucketPolicy',
      request: {
        bucketName,
        policy: '',
        bucketPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 's3:GetObject',
              Resource: `arn:aws:s3:::${bucketName}/*`,
              ...statement,
            },
          ],
        },
      },
    });
  near('everybody, if of the organisation', () =>
    policy({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }, 0),
  );
  near('everybody, if by the company’s endpoint', () =>
    policy(
      { Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } } },
      2,
    ),
  );
  near('everybody is refused who comes without TLS', () =>
    policy(
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      4,
    ),
  );
  near('CloudFront, for one distribution', () =>
    policy(
      {
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: {
          StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${org.accounts.production}:distribution/E1` },
        },
      },
      6,
    ),
  );
  near('the lock against public access is put on', () =>
    scene.call(actor, time + 8 * SECOND, {
      service: 's3',
      name: 'PutBucketPublicAccessBlock',
      request: {
        bucketName,
        publicAccessBlock: '',
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
      },
    }),
  );
  near('a private list, and one for the delivery of logs', () => {
    scene.call(actor, time + 10 * SECOND, {
      service: 's3',
      name: 'PutBucketAcl',
      request: { bucketName, acl: '', 'x-amz-acl': 'private' },
    });
    scene.call(actor, time + 12 * SECOND, {
      service: 's3',
      name: 'PutBucketAcl',
      request: {
        bucketName,
        acl: '',
        AccessControlPolicy: {
          AccessControlList: {
            Grant: [
              {
                Grantee: {
                  'xsi:type': 'Group',
                  URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery',
                  'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
                },
                Permission: 'WRITE',
              },
            ],
          },
          Owner: { ID: 'o' },
        },
      },
    });
  });
  near('public by mistake in a bucket that does not exist', () => {
    const [, person] = org.people;
    if (person === undefined) return;
    scene.call(
      personActor(org, person, { account: 'sandbox', startedAt: time, tool: 'cli' }),
      time + MINUTE,
      {
        service: 's3',
        name: 'PutBucketAcl',
        request: { bucketName: 'shp-assets', acl: '', 'x-amz-acl': 'public-read' },
        error: ['NoSuchBucket', 'The specified bucket does not exist'],
      },
    );
  });
});

export const bucketControls = routine('bucket-controls', (scene) => {
  const { org } = scene;
  const [, , , person] = org.people;
  if (person === undefined) return;
  const time = scene.at(15);
  const actor = personActor(org, person, { account: 'production', startedAt: time, tool: 'cli' });
  scene.call(actor, time, {
    service: 's3',
    name: 'PutBucketPolicy',
    request: {
      bucketName: 'shop-export',
      policy: '',
      bucketPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::shop-export/*' },
        ],
      },
    },
  });
});
