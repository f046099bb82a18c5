import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsClients } from '../../../src/adapters/aws/credentials.ts';
import { createWorkQueue } from '../../../src/adapters/bullmq/work-queue.ts';
import { type GivenUp, startWorkers } from '../../../src/adapters/bullmq/workers.ts';
import { createMemoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createDeadLetters } from '../../../src/adapters/redis/dead-letters.ts';
import { createKeys } from '../../../src/adapters/redis/keys.ts';
import { createReceipts } from '../../../src/adapters/redis/receipts.ts';
import { createS3Reader } from '../../../src/adapters/s3/reader.ts';
import { createSqsSource } from '../../../src/adapters/sqs/source.ts';
import type { Batch, BatchRef } from '../../../src/domain/batch.ts';
import type { LedgerLine } from '../../../src/domain/journal.ts';
import { createDetectBatch } from '../../../src/jobs/detect-batch.ts';
import { createIngest } from '../../../src/jobs/ingest.ts';
import { createDecode } from '../../../src/pipeline/decode/decode.ts';
import {
  cloudTrailEvent,
  inlineRecords,
  objectCreated,
  s3Notification,
  s3NotificationBySns,
  s3TestEvent,
  topicTestBySns,
  trailNotice,
  trailNoticeBySns,
} from '../../emulators/aws/notify.ts';
import { type AwsEmulator, startAws } from '../../emulators/aws/start-aws.ts';
import { aLog, aMeter } from '../../helpers/a-log.ts';
import { testRedis } from '../../helpers/redis.ts';

const { redis, url: redisUrl, prefix } = testRedis();
const MAX_BYTES = 5_000;
let aws: AwsEmulator;
let benches = 0;

beforeAll(async () => {
  aws = await startAws();
  await aws.createBucket('logs');
});
afterAll(() => aws.stop());

const RECORD = {
  eventVersion: '1.09',
  eventID: '0f7a1c0e-7b9e-4f6f-8f64-5b5f7b1c9a01',
  eventTime: '2026-11-22T09:40:00Z',
  eventName: 'StopLogging',
  eventSource: 'cloudtrail.amazonaws.com',
  eventType: 'AwsApiCall',
  recipientAccountId: '123456789012',
  userIdentity: { type: 'Root', accountId: '123456789012' },
};
const GOOD = JSON.stringify({ Records: [RECORD] });

/** From the queue of SQS to the ledger, with real stores and a pipeline that ends after decoding. */
async function aBench() {
  const own = `${prefix}x${++benches}`;
  const keys = createKeys(own, 1);
  const { url } = await aws.createQueue(own);
  const clients = createAwsClients({ credentials: aws.credentials });
  const place = { region: aws.region, endpoint: aws.endpoint };
  const log = aLog();
  const metrics = aMeter();
  const now = () => Date.now();
  const journal = createMemoryJournal();
  const parts = {
    queue: createWorkQueue({ redisUrl, prefix: own, log }),
    receipts: createReceipts(redis, keys),
    deadLetters: createDeadLetters(redis, keys),
    journal,
    metrics,
    log,
    now,
  };
  const decode = createDecode();
  const detect = createDetectBatch({
    ...parts,
    reader: createS3Reader({ clientFor: () => clients.s3(place), maxBytes: MAX_BYTES }),
    runPipeline: async (batch: Batch) => {
      const { records, setAside } = await decode(batch);
      return { records, setAside, late: 0, live: [], hidden: [], changes: [] };
    },
  });
  const workers = await startWorkers({
    redisUrl,
    prefix: own,
    handlers: { 'detect-batch': detect.run },
    concurrency: { 'detect-batch': 4 },
    attempts: { 'detect-batch': { input: 2, retryable: 2 } },
    onGaveUp: ({ data, error, attempts }: GivenUp) => detect.giveUp(data as BatchRef, error, attempts),
    log,
    backoff: { baseMs: 1, capMs: 1, askedCapMs: 1 },
  });
  const ingest = createIngest({
    ...parts,
    source: createSqsSource({
      name: 'trail',
      client: clients.sqs(place),
      queueUrl: url,
      waitSeconds: 1,
      visibilitySeconds: 60,
      prefixes: ['AWSLogs/'],
      now,
    }),
    options: { maxBacklog: 100, messageAttempts: 1, visibilitySeconds: 60, maxWaitMs: 3_600_000 },
    loadAlert: async () => undefined,
  });

  /** Sends, and runs until nothing of it is left in SQS. */
  async function run(bodies: readonly string[]): Promise<void> {
    for (const body of bodies) await aws.send(url, body);
    const stop = new AbortController();
    const running = ingest.run(stop.signal);
    for (;;) {
      await ingest.tend();
      const { visible, inFlight } = await aws.counts(url);
      if (visible + inFlight === 0) break;
    }
    stop.abort();
    await running;
    await workers.close();
    await parts.queue.close();
    clients.close();
  }

  async function ledger(): Promise<LedgerLine[]> {
    const lines: LedgerLine[] = [];
    for await (const entry of journal.read(0)) if (entry.kind === 'ledger') lines.push(entry.line);
    return lines;
  }
  return { ...parts, run, ledger };
}

const put = (key: string, body: string | Uint8Array) => aws.putObject('logs', key, body);
const refKey = ({ ref }: LedgerLine) => (ref.kind === 'object' ? ref.key : 'inline');

describe('from SQS to the ledger', () => {
  it('understands every kind of message that AWS sends', async () => {
    const bench = await aBench();
    const at = Date.UTC(2026, 10, 22, 9, 45);
    const keys = ['1', '2', '3', '4', '5', 'with space+plus=é'].map(
      (name) => `AWSLogs/kinds/${name}.json.gz`,
    );
    for (const key of keys) await put(key, gzipSync(GOOD));
    const [a = '', b = '', c = '', d = '', e = '', f = ''] = keys;
    await bench.run([
      s3Notification({ bucket: 'logs', key: a, at }),
      s3Notification({ bucket: 'logs', key: f, at }),
      s3NotificationBySns({ bucket: 'logs', key: b, at }),
      objectCreated({ bucket: 'logs', key: c, at }),
      trailNotice('logs', [d, 'AWSLogs/1/CloudTrail-Digest/x.json.gz', 'elsewhere/y.json.gz']),
      trailNoticeBySns('logs', [e], at),
      cloudTrailEvent(RECORD, at),
      cloudTrailEvent({ ...RECORD, eventType: 'AwsConsoleSignIn' }, at),
      cloudTrailEvent({ ...RECORD, eventType: 'AwsServiceEvent' }, at),
      inlineRecords([RECORD, { ...RECORD, eventID: 'another' }]),
      s3TestEvent('logs', at),
      topicTestBySns(at),
    ]);
    const lines = await bench.ledger();
    expect(lines.map(refKey).sort()).toEqual([...keys, 'inline', 'inline', 'inline', 'inline'].sort());
    expect(new Set(lines.map(({ outcome }) => outcome))).toEqual(new Set(['processed']));
    expect(lines.reduce((sum, { records }) => sum + records, 0)).toBe(11);
    expect(bench.metrics.sums.get('skipped reason=digest')).toBe(1);
    expect(bench.metrics.sums.get('skipped reason=prefix')).toBe(1);
    expect(bench.metrics.sums.get('skipped reason=test-event')).toBe(2);
    expect(await bench.deadLetters.list(10)).toEqual([]);
  });

  it('puts bad input into the dead letters, with reason and reference, and goes on', async () => {
    const bench = await aBench();
    const zipped = gzipSync(GOOD);
    const noise = Buffer.from(Array.from({ length: 2_000 }, (_, index) => (index * 7) % 251));
    const bad: Record<string, string | Uint8Array> = {
      'not-gzip-nor-json': noise,
      truncated: zipped.subarray(0, zipped.length - 12),
      'not-json': gzipSync('{"Records": ['),
      'no-records': gzipSync('{"hello": 1}'),
      'too-large': Buffer.alloc(MAX_BYTES + 1, 'x'),
    };
    for (const [name, body] of Object.entries(bad)) await put(`AWSLogs/bad/${name}`, body);
    await put('AWSLogs/good/1', zipped);
    await put('AWSLogs/good/2', gzipSync(JSON.stringify({ Records: [RECORD, 'broken'] })));
    const named = [...Object.keys(bad), 'missing'].map((name) => `AWSLogs/bad/${name}`);
    await bench.run([
      'hello, this is no JSON',
      '{"unknown":"kind"}',
      trailNotice('logs', [...named, 'AWSLogs/good/1']),
      trailNotice('logs', ['AWSLogs/good/2']),
    ]);

    const letters = await bench.deadLetters.list(20);
    expect(letters.map(({ reference }) => reference).sort()).toEqual(
      ['hello, this is no JSON', '{"unknown":"kind"}', ...named.map((key) => `s3://logs/${key}`)].sort(),
    );
    expect(letters.every(({ reason }) => reason !== '')).toBe(true);
    const byReference = new Map(letters.map((letter) => [letter.reference, letter]));
    expect(byReference.get('s3://logs/AWSLogs/bad/missing')).toMatchObject({
      reason: 'the object does not exist',
      attempts: 2,
    });
    expect(byReference.get('s3://logs/AWSLogs/bad/too-large')).toMatchObject({
      reason: `the object is larger than ${MAX_BYTES} bytes`,
      attempts: 2,
      ref: { kind: 'object', bucket: 'logs', key: 'AWSLogs/bad/too-large' },
    });
    const lines = await bench.ledger();
    const processed = lines.filter(({ outcome }) => outcome === 'processed');
    expect(processed.map((line) => [refKey(line), line.records, line.setAside]).sort()).toEqual([
      ['AWSLogs/good/1', 1, 0],
      ['AWSLogs/good/2', 2, 1],
    ]);
    expect(lines.filter(({ outcome }) => outcome === 'dead-lettered')).toHaveLength(named.length);
  });
});
