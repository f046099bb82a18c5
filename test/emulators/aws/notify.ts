/**
 * The messages by which AWS tells of CloudTrail's records, as bodies for SQS. Each has
 * the fields of AWS's own documentation, not just those that trailhive reads.
 */
const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';

/** An object that was put. */
export interface PutObject {
  readonly bucket: string;
  readonly key: string;
  /** When it was put, epoch ms. */
  readonly at: number;
}

type CloudTrailRecord = Readonly<Record<string, unknown>>;

/** S3's own notification. It writes keys URL-encoded, with `+` for a space and slashes as they are. */
export function s3Notification(...puts: readonly PutObject[]): string {
  return JSON.stringify({
    Records: puts.map(({ bucket, key, at }) => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: REGION,
      eventTime: iso(at),
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:AROAEXAMPLE:regionalDeliverySession' },
      requestParameters: { sourceIPAddress: '203.0.113.1' },
      responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZ' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'trailhive',
        bucket: {
          name: bucket,
          ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
          arn: `arn:aws:s3:::${bucket}`,
        },
        object: {
          key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
          size: 1024,
          eTag: 'd41d8cd98f00b204e9800998ecf8427e',
          sequencer: '0055AED6DCD90281E5',
        },
      },
    })),
  });
}

/** Any message as SNS delivers it to SQS without raw delivery. */
export function wrappedBySns(message: string, at: number, subject?: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:cloudtrail`,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: iso(at),
    SignatureVersion: '1',
    Signature: 'EXAMPLE==',
    SigningCertURL: `https://sns.${REGION}.amazonaws.com/SimpleNotificationService-example.pem`,
    UnsubscribeURL: `https://sns.${REGION}.amazonaws.com/?Action=Unsubscribe`,
  });
}

export function s3NotificationBySns(...puts: readonly PutObject[]): string {
  return wrappedBySns(s3Notification(...puts), puts[0]?.at ?? 0, 'Amazon S3 Notification');
}

/** S3's event by EventBridge. It writes the key as it is. */
export function objectCreated({ bucket, key, at }: PutObject): string {
  return eventBridge('Object Created', 'aws.s3', at, [`arn:aws:s3:::${bucket}`], {
    version: '0',
    bucket: { name: bucket },
    object: { key, size: 1024, etag: 'd41d8cd98f00b204e9800998ecf8427e', sequencer: '0055AED6DCD90281E5' },
    'request-id': 'C3D13FE58DE4C810',
    requester: 'cloudtrail.amazonaws.com',
    'source-ip-address': '203.0.113.1',
    reason: 'PutObject',
  });
}

/** CloudTrail's own notice as its SNS topic carries it: one bucket, the keys as they are. */
export function trailNotice(bucket: string, keys: readonly string[]): string {
  return JSON.stringify({ s3Bucket: bucket, s3ObjectKey: keys });
}

export function trailNoticeBySns(bucket: string, keys: readonly string[], at: number): string {
  return wrappedBySns(trailNotice(bucket, keys), at);
}

/** CloudTrail's validation message, when a topic is set up: not JSON. */
export function topicTestBySns(at: number): string {
  return wrappedBySns('CloudTrail validation message.', at, '[Ignore]');
}

/** A CloudTrail record by EventBridge, under the detail type that its kind has. */
export function cloudTrailEvent(record: CloudTrailRecord, at: number): string {
  const kind = record['eventType'];
  const source = String(record['eventSource'] ?? 'ec2.amazonaws.com').split('.')[0];
  if (kind === 'AwsConsoleSignIn') {
    return eventBridge('AWS Console Sign In via CloudTrail', 'aws.signin', at, [], record);
  }
  const detailType =
    kind === 'AwsServiceEvent' ? 'AWS Service Event via CloudTrail' : 'AWS API Call via CloudTrail';
  return eventBridge(detailType, `aws.${source}`, at, [], record);
}

/** A finding of GuardDuty by EventBridge. */
export function guardDutyEvent(finding: CloudTrailRecord, at: number): string {
  return eventBridge('GuardDuty Finding', 'aws.guardduty', at, [], finding);
}

/** Findings of Security Hub by EventBridge, as each import sends them. */
export function securityHubEvent(findings: readonly CloudTrailRecord[], at: number): string {
  return eventBridge('Security Hub Findings - Imported', 'aws.securityhub', at, [], { findings });
}

/** Records themselves, as another producer may send them. */
export function inlineRecords(records: readonly CloudTrailRecord[]): string {
  return JSON.stringify({ Records: records });
}

/** What S3 sends when a notification is configured. */
export function s3TestEvent(bucket: string, at: number): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: iso(at),
    Bucket: bucket,
    RequestId: '5582815E1AEA5ADF',
    HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR',
  });
}

function eventBridge(
  detailType: string,
  source: string,
  at: number,
  resources: readonly string[],
  detail: CloudTrailRecord,
): string {
  return JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': detailType,
    source,
    account: ACCOUNT,
    time: iso(at).replace('.000Z', 'Z'),
    region: REGION,
    resources,
    detail,
  });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
