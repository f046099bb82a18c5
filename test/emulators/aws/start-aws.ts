/**
 * SQS and S3 in this process (fauxqs), for tests and the demo, with the few calls that
 * a test makes from AWS's side. S3 does not tell SQS of new objects here: send one of
 * the messages of `notify.ts`. A long poll that its client aborted still swallows the
 * next message until its visibility ends: let pollers wait out a short poll.
 */
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

export interface QueueOptions {
  /** How long a received message stays hidden, s; 30 if left out. */
  readonly visibilitySeconds?: number;
  /** Gives the queue a dead-letter queue of that name. */
  readonly dlq?: { readonly name: string; readonly maxReceiveCount: number };
}

export interface QueueHandle {
  /** As the server states it. */
  readonly url: string;
  readonly arn: string;
  readonly dlqUrl?: string;
}

export interface AwsEmulator {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  createQueue(name: string, options?: QueueOptions): Promise<QueueHandle>;
  createBucket(bucket: string): Promise<void>;
  putObject(bucket: string, key: string, bytes: Uint8Array | string): Promise<void>;
  send(queueUrl: string, body: string): Promise<void>;
  /** Messages of a queue: waiting, and received but not deleted. */
  counts(queueUrl: string): Promise<{ readonly visible: number; readonly inFlight: number }>;
  stop(): Promise<void>;
}

const REGION = 'eu-central-1';

export async function startAws(options: { readonly port?: number } = {}): Promise<AwsEmulator> {
  // The SDK would print a note on Node 20 in every run.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  // Not startFauxqs, which listens on every interface of the machine.
  const server = await buildApp({ logger: false, defaultRegion: REGION });
  const endpoint = await server.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const access = { endpoint, region: REGION, credentials };
  const sqs = new SQSClient(access);
  const s3 = new S3Client({ ...access, forcePathStyle: true });
  return {
    endpoint,
    region: REGION,
    credentials,
    createQueue: (name, queueOptions = {}) => createQueue(sqs, name, queueOptions),
    async createBucket(Bucket) {
      await s3.send(new CreateBucketCommand({ Bucket }));
    },
    async putObject(Bucket, Key, Body) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    async send(QueueUrl, MessageBody) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    counts: (queueUrl) => counts(sqs, queueUrl),
    async stop() {
      sqs.destroy();
      s3.destroy();
      await server.close();
    },
  };
}

async function createQueue(sqs: SQSClient, name: string, options: QueueOptions): Promise<QueueHandle> {
  const { dlq, visibilitySeconds = 30 } = options;
  const dead = dlq === undefined ? undefined : await createQueue(sqs, dlq.name, {});
  const redrive =
    dead === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: dead.arn,
            maxReceiveCount: dlq?.maxReceiveCount,
          }),
        };
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: { VisibilityTimeout: String(visibilitySeconds), ...redrive },
    }),
  );
  const url = String(QueueUrl);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  const arn = String(Attributes?.QueueArn);
  return { url, arn, ...(dead === undefined ? {} : { dlqUrl: dead.url }) };
}

async function counts(sqs: SQSClient, queueUrl: string): Promise<{ visible: number; inFlight: number }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    visible: Number(Attributes?.ApproximateNumberOfMessages),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}
