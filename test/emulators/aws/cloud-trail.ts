/**
 * CloudTrail's part: writes records as gzip objects under CloudTrail's keys, and
 * tells the queue of them by one of the notifications that trailhive understands.
 */
import { gzipSync } from 'node:zlib';
import {
  objectCreated,
  s3Notification,
  s3NotificationBySns,
  trailNotice,
  trailNoticeBySns,
} from './notify.ts';
import type { AwsEmulator } from './start-aws.ts';

export const ENVELOPES = ['s3', 's3-by-sns', 'event-bridge', 'notice', 'notice-by-sns'] as const;
export type Envelope = (typeof ENVELOPES)[number];

export interface TrailObject {
  readonly account: string;
  readonly region: string;
  readonly records: readonly unknown[];
  /** When CloudTrail wrote it, epoch ms. */
  readonly at: number;
  readonly envelope?: Envelope;
}

export interface CloudTrail {
  readonly bucket: string;
  readonly queueUrl: string;
  /** Puts the object and sends its notification. Returns the key. */
  deliver(object: TrailObject): Promise<string>;
}

/** A trail with a bucket and a queue of its own. */
export async function createCloudTrail(
  aws: AwsEmulator,
  options: { readonly name?: string; readonly visibilitySeconds?: number } = {},
): Promise<CloudTrail> {
  const { name = 'cloudtrail', visibilitySeconds = 10 } = options;
  const bucket = `${name}-logs`;
  await aws.createBucket(bucket);
  const { url: queueUrl } = await aws.createQueue(name, { visibilitySeconds });
  let written = 0;
  return {
    bucket,
    queueUrl,
    async deliver({ account, region, records, at, envelope = 's3' }) {
      written += 1;
      const key = keyOf(account, region, at, written);
      await aws.putObject(bucket, key, gzipSync(JSON.stringify({ Records: records })));
      await aws.send(queueUrl, messageOf(envelope, { bucket, key, at }));
      return key;
    },
  };
}

function messageOf(envelope: Envelope, put: { bucket: string; key: string; at: number }): string {
  switch (envelope) {
    case 's3':
      return s3Notification(put);
    case 's3-by-sns':
      return s3NotificationBySns(put);
    case 'event-bridge':
      return objectCreated(put);
    case 'notice':
      return trailNotice(put.bucket, [put.key]);
    case 'notice-by-sns':
      return trailNoticeBySns(put.bucket, [put.key], put.at);
  }
}

/** `AWSLogs/<account>/CloudTrail/<region>/YYYY/MM/DD/<account>_CloudTrail_<region>_<time>_<unique>.json.gz` */
function keyOf(account: string, region: string, at: number, number: number): string {
  const time = new Date(at).toISOString();
  const stamp = time.slice(0, 16).replace(/[-:]/g, '');
  const unique = number.toString(36).toUpperCase().padStart(16, 'A');
  const day = time.slice(0, 10).replaceAll('-', '/');
  return `AWSLogs/${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${stamp}Z_${unique}.json.gz`;
}
