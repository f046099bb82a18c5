import { GetObjectCommand, HeadBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** One line of `trailhive check`. */
export interface CheckResult {
  readonly ok: boolean;
  /** What was looked at and what was found, one sentence. */
  readonly what: string;
  /** What a person should do. */
  readonly remedy?: string;
}

export interface QueueCheck {
  readonly name: string;
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** How often trailhive tries before it gives up: the queue must not give up earlier. */
  readonly attempts: number;
}

export interface BucketCheck {
  readonly client: S3Client;
  readonly bucket: string;
  /** Where to look for an object that can be read in part. */
  readonly prefix?: string;
}

/** The name was not resolved, or nobody answers there. */
const NOT_REACHED = /^(E[A-Z]+|TimeoutError)$/;
const MIN_VISIBILITY_SECONDS = 60;
const MIN_RETENTION_SECONDS = 4 * 24 * 60 * 60;

/** Looks at a queue's attributes: does its visibility, redrive and retention fit what trailhive promises? */
export async function checkQueue(check: QueueCheck): Promise<readonly CheckResult[]> {
  const { name, client, queueUrl } = check;
  try {
    const answer = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    );
    const attributes = answer.Attributes ?? {};
    return [
      { ok: true, what: `queue ${name} answers` },
      visibilityFits(name, Number(attributes.VisibilityTimeout)),
      redriveFits(name, attributes.RedrivePolicy, check.attempts),
      retentionFits(name, Number(attributes.MessageRetentionPeriod)),
      ...rulesThatFeed(name, attributes.Policy),
    ];
  } catch (error) {
    return [queueFailure(name, error)];
  }
}

/**
 * EventBridge leaves read-only events out unless its rule is in a state of its own, and which state that is
 * cannot be seen from the queue: so it is said wherever the queue's policy lets EventBridge in.
 */
function rulesThatFeed(name: string, policy: string | undefined): readonly CheckResult[] {
  const feeding = policy === undefined ? [] : eventBridgeStatements(policy);
  if (feeding.length === 0) return [];
  const rules = [...new Set(feeding.flatMap((statement) => statement.match(RULE_ARN) ?? []))].sort();
  const which = rules.length === 0 ? '' : ` (${rules.slice(0, MAX_RULES_SHOWN).join(', ')})`;
  return [
    {
      ok: true,
      what: `queue ${name} takes messages from EventBridge${which}: a rule sees calls that only read in the state ${SEES_READS} alone`,
    },
  ];
}

const SEES_READS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
const RULE_ARN = /arn:[a-z-]+:events:[a-z0-9-]*:\d*:rule\/[\w./-]+/g;
const MAX_RULES_SHOWN = 3;

function eventBridgeStatements(policy: string): readonly string[] {
  try {
    const { Statement = [] } = JSON.parse(policy) as { readonly Statement?: unknown };
    const statements = Array.isArray(Statement) ? Statement : [Statement];
    return statements
      .map((each) => JSON.stringify(each))
      .filter((each) => each.includes('events.amazonaws.com'));
  } catch {
    return [];
  }
}

function visibilityFits(name: string, seconds: number): CheckResult {
  const what = `queue ${name} hides a received message for ${seconds} s`;
  if (seconds >= MIN_VISIBILITY_SECONDS) return { ok: true, what };
  return { ok: false, what, remedy: `set its visibility timeout to ${MIN_VISIBILITY_SECONDS} s or more` };
}

function redriveFits(name: string, policy: string | undefined, attempts: number): CheckResult {
  const receives = maxReceiveCountOf(policy);
  if (receives === undefined) return { ok: true, what: `queue ${name} has no dead-letter queue of its own` };
  const what = `queue ${name} moves a message away after ${receives} receives`;
  if (receives >= attempts) return { ok: true, what };
  return {
    ok: false,
    what,
    remedy: `set maxReceiveCount of its redrive policy to ${attempts} or more, else SQS takes messages away before trailhive has tried them`,
  };
}

function retentionFits(name: string, seconds: number): CheckResult {
  const what = `queue ${name} keeps messages for ${Math.round(seconds / 3_600)} h`;
  if (seconds >= MIN_RETENTION_SECONDS) return { ok: true, what };
  return {
    ok: false,
    what,
    remedy: 'set its retention to 4 days or more: it is what outlives a long failure',
  };
}

function maxReceiveCountOf(policy: string | undefined): number | undefined {
  if (policy === undefined || policy === '') return undefined;
  try {
    const { maxReceiveCount } = JSON.parse(policy) as { maxReceiveCount?: unknown };
    return maxReceiveCount === undefined ? undefined : Number(maxReceiveCount);
  } catch {
    return undefined;
  }
}

function queueFailure(name: string, error: unknown): CheckResult {
  const reason = nameOf(error);
  const remedy =
    reason === 'QueueDoesNotExist' || NOT_REACHED.test(reason)
      ? 'mend its URL, region and endpoint in the configuration'
      : 'grant sqs:GetQueueAttributes, sqs:ReceiveMessage, sqs:DeleteMessage and sqs:ChangeMessageVisibility, and check region, endpoint and credentials';
  return { ok: false, what: `queue ${name} cannot be read (${reason})`, remedy };
}

/**
 * Looks whether a bucket is there, and reads the first bytes of one of its
 * objects: that is the only sure way to know that `s3:GetObject` and
 * `kms:Decrypt` are granted. Listing is not needed for the work itself; where it
 * is denied the line says so and the check goes no further.
 */
export async function checkBucket(check: BucketCheck): Promise<readonly CheckResult[]> {
  const { client, bucket, prefix } = check;
  let key: string | undefined;
  try {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        MaxKeys: 10,
        ...(prefix === undefined ? {} : { Prefix: prefix }),
      }),
    );
    key = page.Contents?.find((object) => (object.Size ?? 0) > 0)?.Key;
  } catch (error) {
    return [await listFailure(check, error)];
  }
  const there: CheckResult = { ok: true, what: `bucket ${bucket} answers` };
  if (key === undefined) {
    return [there, { ok: true, what: `bucket ${bucket} holds no object yet, so reading was not tried` }];
  }
  return [there, await readFirstByte(client, bucket, key)];
}

async function readFirstByte(client: S3Client, bucket: string, key: string): Promise<CheckResult> {
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: 'bytes=0-0' }));
    await answer.Body?.transformToByteArray();
    return { ok: true, what: `an object of bucket ${bucket} can be read` };
  } catch (error) {
    // S3 names both missing rights AccessDenied; its text tells which, and chooses no more than the remedy.
    const isKms = error instanceof Error && /kms/i.test(`${error.name} ${error.message}`);
    const right = isKms ? 'kms:Decrypt' : 's3:GetObject';
    return {
      ok: false,
      what: `an object of bucket ${bucket} cannot be read (${nameOf(error)}): ${right} seems to be missing`,
      remedy: isKms
        ? 'grant kms:Decrypt on the key that encrypts the trail, in the role and in the key policy'
        : `grant s3:GetObject on arn:aws:s3:::${bucket}/*`,
    };
  }
}

async function listFailure(check: BucketCheck, error: unknown): Promise<CheckResult> {
  const { client, bucket } = check;
  const reason = nameOf(error);
  if (reason === 'NoSuchBucket') {
    return {
      ok: false,
      what: `bucket ${bucket} does not exist`,
      remedy: 'mend its name in the configuration',
    };
  }
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return { ok: true, what: `bucket ${bucket} answers; it may not be listed, so reading was not tried` };
  } catch {
    return {
      ok: false,
      what: `bucket ${bucket} cannot be listed (${reason})`,
      remedy: `grant s3:ListBucket on arn:aws:s3:::${bucket} so that check can try a read; check region and role`,
    };
  }
}

/** What AWS calls it, or the system where AWS was not reached: `ECONNREFUSED`. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return error.name === 'Error' && typeof code === 'string' ? code : error.name;
}
