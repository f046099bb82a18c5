import { readFileSync } from 'node:fs';
import { type AwsClients, type AwsPlace, createAwsClients } from '../adapters/aws/credentials.ts';
import { createDiskJournal } from '../adapters/journal/disk.ts';
import { createS3Journal } from '../adapters/journal/s3.ts';
import { createS3Reader } from '../adapters/s3/reader.ts';
import { createSqsSource } from '../adapters/sqs/source.ts';
import { createTheHiveClient, type TheHiveClient } from '../adapters/thehive/client.ts';
import type { Config } from '../config/schema.ts';
import { messageOf, TrailhiveError } from '../domain/errors.ts';
import type { BatchReader, Journal, Log, MessageSource, Metrics } from '../domain/ports.ts';

type Queue = Config['queues'][number];

/** Where a configured queue is. */
export function queuePlace(config: Config, queue: Queue): AwsPlace {
  return placeOf(config, queue, queue.role);
}

/** Where the buckets that a queue names are. */
export function bucketPlace(config: Config, queue: Queue): AwsPlace {
  return placeOf(config, queue, queue.bucketRole);
}

/** Where a journal in S3 is: beside trailhive, with its own rights. */
export function journalPlace({ aws: { region, endpoint } }: Config): AwsPlace {
  return { region, ...(endpoint === undefined ? {} : { endpoint }) };
}

function placeOf(config: Config, queue: Queue, role: Queue['role']): AwsPlace {
  const endpoint = queue.endpoint ?? config.aws.endpoint;
  return {
    region: queue.region ?? config.aws.region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(role === undefined ? {} : { role }),
  };
}

export function openAws(config: Config): AwsClients {
  const { endpoint } = config.aws;
  return createAwsClients(endpoint === undefined ? {} : { stsEndpoint: endpoint });
}

export interface OutsideTools {
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** One source a configured queue. */
export function openSources(
  config: Config,
  aws: AwsClients,
  { now, metrics }: OutsideTools,
): readonly MessageSource[] {
  return config.queues.map((queue) =>
    createSqsSource({
      name: queue.name,
      client: aws.sqs(queuePlace(config, queue)),
      queueUrl: queue.url,
      waitSeconds: config.ingest.pollSeconds,
      visibilitySeconds: config.ingest.visibilitySeconds,
      prefixes: queue.prefixes,
      now,
      onStale: (count) => metrics.count('stale_handles', { queue: queue.name }, count),
    }),
  );
}

/** Reads objects with the rights that their queue's buckets need. */
export function openReader(config: Config, aws: AwsClients): BatchReader {
  const places = new Map(config.queues.map((queue) => [queue.name, bucketPlace(config, queue)]));
  return createS3Reader({
    maxBytes: config.limits.maxObjectBytes,
    clientFor: (ref) => {
      const place = places.get(ref.queue);
      if (place === undefined) {
        const message = `The queue "${ref.queue}" that named ${ref.key} is not configured any more.`;
        throw new TrailhiveError('permanent', message);
      }
      return aws.s3(place);
    },
  });
}

export function openJournal(
  config: Config,
  aws: AwsClients,
  { now, log }: OutsideTools,
): Journal & { close(): Promise<void> } {
  const onUnreadable = (place: string) => log.warn({ place }, 'a line of the journal cannot be read');
  if (config.journal.kind === 'disk') {
    return createDiskJournal({ folder: config.journal.folder, now, onUnreadable });
  }
  const { bucket, prefix } = config.journal;
  const client = aws.s3(journalPlace(config));
  const journal = createS3Journal({ client, bucket, prefix: prefix.replace(/\/+$/, ''), now, onUnreadable });
  return { ...journal, close: async () => {} };
}

export function openTheHive(
  { thehive }: Pick<Config, 'thehive'>,
  key: string,
  { now, log, metrics }: OutsideTools,
): TheHiveClient {
  return createTheHiveClient({
    url: thehive.url,
    key,
    ...(thehive.organisation === undefined ? {} : { organisation: thehive.organisation }),
    ...(thehive.caFile === undefined ? {} : { ca: readCa(thehive.caFile) }),
    concurrency: thehive.concurrency,
    timeoutMs: thehive.timeoutSeconds * 1000,
    now,
    log,
    metrics,
  });
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TrailhiveError('config', `thehive.caFile: cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}
