import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as notify from '../../emulators/aws/notify.ts';
import { type AwsEmulator, startAws } from '../../emulators/aws/start-aws.ts';

let aws: AwsEmulator;
let sqs: SQSClient;

beforeAll(async () => {
  aws = await startAws();
  sqs = new SQSClient(aws);
});
afterAll(async () => {
  sqs.destroy();
  await aws.stop();
});

const receive = async (QueueUrl: string) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];

describe('queues', () => {
  it('hides what was received and counts it until it is deleted', async () => {
    const { url } = await aws.createQueue('hides');
    await aws.send(url, 'one');
    expect(await aws.counts(url)).toEqual({ visible: 1, inFlight: 0 });
    const [message] = await receive(url);
    expect(message?.Body).toBe('one');
    expect(await aws.counts(url)).toEqual({ visible: 0, inFlight: 1 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    expect(await aws.counts(url)).toEqual({ visible: 0, inFlight: 0 });
  });

  it('moves a message to the dead-letter queue after its receives', async () => {
    const { url, dlqUrl } = await aws.createQueue('moves', {
      visibilitySeconds: 0,
      dlq: { name: 'moves-dead', maxReceiveCount: 1 },
    });
    await aws.send(url, 'poison');
    expect(await receive(url)).toHaveLength(1);
    expect(await receive(url)).toHaveLength(0);
    expect(await aws.counts(String(dlqUrl))).toEqual({ visible: 1, inFlight: 0 });
  });
});

it('keeps objects', async () => {
  await aws.createBucket('trail-logs');
  await aws.putObject('trail-logs', 'AWSLogs/a b.json', '{"Records":[]}');
  const s3 = new S3Client({ ...aws, forcePathStyle: true });
  const found = await s3.send(new GetObjectCommand({ Bucket: 'trail-logs', Key: 'AWSLogs/a b.json' }));
  expect(await found.Body?.transformToString()).toBe('{"Records":[]}');
  s3.destroy();
});

describe('messages', () => {
  const put = { bucket: 'trail-logs', key: 'AWSLogs/a b+c.json.gz', at: 1_767_225_600_000 };

  it('S3 encodes keys in its notifications, and EventBridge and CloudTrail do not', () => {
    const [record] = JSON.parse(notify.s3Notification(put)).Records;
    expect(record.s3.object.key).toBe('AWSLogs/a+b%2Bc.json.gz');
    expect(record.eventTime).toBe('2026-01-01T00:00:00.000Z');
    expect(JSON.parse(notify.objectCreated(put)).detail.object.key).toBe(put.key);
    expect(JSON.parse(notify.trailNotice(put.bucket, [put.key]))).toEqual({
      s3Bucket: put.bucket,
      s3ObjectKey: [put.key],
    });
  });

  it('SNS carries the same text as its Message', () => {
    expect(JSON.parse(notify.s3NotificationBySns(put)).Message).toBe(notify.s3Notification(put));
    expect(JSON.parse(notify.topicTestBySns(0)).Message).toBe('CloudTrail validation message.');
  });

  it('EventBridge names a CloudTrail record by its kind', () => {
    const detailType = (eventType: string) =>
      JSON.parse(notify.cloudTrailEvent({ eventType, eventSource: 'kms.amazonaws.com' }, put.at))[
        'detail-type'
      ];
    expect(detailType('AwsApiCall')).toBe('AWS API Call via CloudTrail');
    expect(detailType('AwsConsoleSignIn')).toBe('AWS Console Sign In via CloudTrail');
    expect(detailType('AwsServiceEvent')).toBe('AWS Service Event via CloudTrail');
  });
});
