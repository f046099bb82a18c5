import { type CheckResult, checkBucket, checkQueue } from '../adapters/aws/check.ts';
import type { AwsClients } from '../adapters/aws/credentials.ts';
import { whyNotWritable } from '../adapters/journal/check-folder.ts';
import { createRedis, inspectRedis } from '../adapters/redis/connection.ts';
import { checkTheHive } from '../adapters/thehive/check.ts';
import type { Config, Secrets } from '../config/schema.ts';
import { messageOf } from '../domain/errors.ts';
import type { Knowledge } from './knowledge.ts';
import { openObservation } from './observation.ts';
import { bucketPlace, journalPlace, openAws, openTheHive, queuePlace } from './outside.ts';

export type { CheckResult };

/** Redis 6.2 is what BullMQ advises. */
const OLDEST_REDIS = [6, 2] as const;
const REDIS_ANSWERS_WITHIN_MS = 5000;

/** Looks at everything that trailhive depends on and changes nothing. Lines come as they are known. */
export async function* checkEverything(
  config: Config,
  secrets: Secrets,
  knowledge: Knowledge,
): AsyncGenerator<CheckResult> {
  yield knowledgeLine(knowledge);
  yield* await checkRedis(config);
  yield* await checkAws(config);
  const tools = { ...openObservation('silent'), now: Date.now };
  const client = openTheHive(config, secrets.theHiveKey, tools);
  yield* await checkTheHive(client, knowledge.deskTemplates.cases);
  client.close();
}

function knowledgeLine({ ruleSet, playbooks }: Knowledge): CheckResult {
  const rules = ruleSet.detections.length + ruleSet.correlations.length;
  return { ok: rules > 0, what: `${rules} rules and ${playbooks.length} playbooks load` };
}

async function checkRedis({ redis: { url, cluster } }: Config): Promise<readonly CheckResult[]> {
  const redis = createRedis({ url, cluster, maxRetriesPerRequest: 1 });
  try {
    const { version, evictionPolicy } = await within(REDIS_ANSWERS_WITHIN_MS, inspectRedis(redis));
    return [versionLine(version), evictionLine(evictionPolicy)];
  } catch (error) {
    const remedy = 'Start Redis, or mend redis.url.';
    return [{ ok: false, what: `Redis does not answer: ${messageOf(error)}`, remedy }];
  } finally {
    redis.disconnect();
  }
}

function versionLine(version: string): CheckResult {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_REDIS;
  const ok = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const what = `Redis is version ${version}`;
  return ok
    ? { ok, what }
    : { ok, what, remedy: `Use Redis ${OLDEST_REDIS.join('.')} or later; 7 is tested.` };
}

function evictionLine(policy: string | undefined): CheckResult {
  if (policy === 'noeviction') return { ok: true, what: 'Redis keeps all keys (noeviction)' };
  const what = `Redis maxmemory-policy is ${policy ?? 'unknown'}: under pressure it would drop queued work`;
  return { ok: false, what, remedy: 'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.' };
}

async function checkAws(config: Config): Promise<readonly CheckResult[]> {
  const aws = openAws(config);
  const lines: CheckResult[] = [];
  if (config.queues.length === 0) {
    lines.push({
      ok: false,
      what: 'no queue is configured',
      remedy: 'Name one under queues in trailhive.yml.',
    });
  }
  for (const queue of config.queues) {
    const client = aws.sqs(queuePlace(config, queue));
    const { attempts } = config.ingest;
    lines.push(...(await checkQueue({ name: queue.name, client, queueUrl: queue.url, attempts })));
    for (const bucket of queue.buckets) {
      const [prefix] = queue.prefixes;
      const place = { client: aws.s3(bucketPlace(config, queue)), bucket };
      lines.push(...(await checkBucket(prefix === undefined ? place : { ...place, prefix })));
    }
  }
  lines.push(...(await journalLines(config, aws)));
  aws.close();
  return lines;
}

async function journalLines(config: Config, aws: AwsClients): Promise<readonly CheckResult[]> {
  const { journal } = config;
  if (journal.kind === 's3') {
    const client = aws.s3(journalPlace(config));
    return await checkBucket({ client, bucket: journal.bucket, prefix: journal.prefix });
  }
  const reason = await whyNotWritable(journal.folder);
  const place = `the journal in ${journal.folder}`;
  if (reason === undefined) return [{ ok: true, what: `${place} can be written` }];
  const remedy = 'Make the folder, and let trailhive write there.';
  return [{ ok: false, what: `${place} cannot be written: ${reason}`, remedy }];
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
