import type { BatchRef } from '../../domain/batch.ts';
import { hashOf } from '../../domain/hash.ts';
import { keyTime, skipReason } from './object-key.ts';

/**
 * What a message names. The SQS room turns messages into refs; it reads no
 * object and decides nothing about what is in one.
 */
export interface ParsedMessage {
  readonly refs: readonly BatchRef[];
  /** How many parts were passed over, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Set where the message, or a part of it, could not be understood. The refs stand all the same. */
  readonly problem?: { readonly reason: string; readonly excerpt: string };
}

export interface MessageOrigin {
  /** Name of the configured queue. */
  readonly queue: string;
  /** When the message was sent, epoch ms: the last resort for `deliveredAt`. */
  readonly sentAt: number;
  /** Only keys that start with one of these are read; empty: all. */
  readonly prefixes: readonly string[];
}

const EXCERPT_LENGTH = 512;
/** More parts than the largest message (1 MiB) can sensibly name. */
const MAX_PARTS = 10_000;
/** SNS in SNS, or EventBridge in SNS: deeper wrapping is nobody's set-up. */
const MAX_WRAPS = 2;
/** CloudTrail sends this text, not JSON, when a topic is set up. */
const TOPIC_TEST = 'CloudTrail validation message.';

const CLOUDTRAIL_EVENTS = new Set([
  'AWS API Call via CloudTrail',
  'AWS Console Sign In via CloudTrail',
  'AWS Service Event via CloudTrail',
]);

/** Detail types of findings of other products, and whose they are. */
const EXTERNAL_EVENTS: ReadonlyMap<string, string> = new Map([
  ['GuardDuty Finding', 'guardduty'],
  ['Security Hub Findings - Imported', 'securityhub'],
  ['Security Hub Findings - Custom Action', 'securityhub'],
]);

type Json = Readonly<Record<string, unknown>>;

/** What the parts of one message add up to while it is read. */
interface Found {
  readonly refs: Map<string, BatchRef>;
  readonly skipped: Map<string, number>;
  readonly problems: string[];
}

/**
 * Reads a message body of any kind that trailhive understands: S3 notification,
 * S3 and CloudTrail events and findings of GuardDuty and Security Hub by EventBridge,
 * CloudTrail's SNS notice, inline records, test events; each plain or wrapped by SNS.
 *
 * Pure, and never throws. A broken part is reported and the good parts go on.
 */
export function parseMessage(body: string, origin: MessageOrigin): ParsedMessage {
  const found: Found = { refs: new Map(), skipped: new Map(), problems: [] };
  readBody(body, origin, found, 0);
  const refs = [...found.refs.values()];
  const skipped = Object.fromEntries(found.skipped);
  if (found.problems.length === 0) return { refs, skipped };
  const [first = '', ...others] = found.problems;
  const reason = others.length === 0 ? first : `${first} (and ${others.length} more)`;
  return { refs, skipped, problem: { reason, excerpt: body.slice(0, EXCERPT_LENGTH) } };
}

function readBody(body: string, origin: MessageOrigin, found: Found, wraps: number): void {
  const message = parseJson(body);
  if (body.trim() === TOPIC_TEST) {
    skip(found, 'test-event');
  } else if (message === undefined) {
    found.problems.push('the message is not JSON');
  } else if (!isObject(message)) {
    found.problems.push('the message is JSON, but not an object');
  } else if (typeof message['Message'] === 'string' && message['Type'] === 'Notification') {
    if (wraps < MAX_WRAPS) readBody(message['Message'], origin, found, wraps + 1);
    else found.problems.push('the message is wrapped by SNS too often');
  } else {
    readMessage(message, origin, found);
  }
}

function readMessage(message: Json, origin: MessageOrigin, found: Found): void {
  if (message['Event'] === 's3:TestEvent') {
    skip(found, 'test-event');
  } else if (typeof message['detail-type'] === 'string') {
    readEventBridge(message, message['detail-type'], origin, found);
  } else if (typeof message['s3Bucket'] === 'string') {
    readTrailNotice(message, origin, found);
  } else if (Array.isArray(message['Records'])) {
    readRecords(message['Records'], origin, found);
  } else {
    found.problems.push('unknown kind of message');
  }
}

function readEventBridge(message: Json, detailType: string, origin: MessageOrigin, found: Found): void {
  const detail = message['detail'];
  if (!isObject(detail)) {
    found.problems.push('the EventBridge event has no detail');
  } else if (CLOUDTRAIL_EVENTS.has(detailType)) {
    addInline({ Records: [detail] }, origin, found);
  } else if (EXTERNAL_EVENTS.has(detailType)) {
    addFindings(EXTERNAL_EVENTS.get(detailType) ?? '', detail, origin, found);
  } else if (detailType === 'Object Created' && message['source'] === 'aws.s3') {
    const bucket = isObject(detail['bucket']) ? detail['bucket']['name'] : undefined;
    const key = isObject(detail['object']) ? detail['object']['key'] : undefined;
    addObject(bucket, key, message['time'], origin, found);
  } else if (detailType === 'AWS Insight via CloudTrail') {
    skip(found, 'insight');
  } else {
    found.problems.push(`unknown kind of EventBridge event: ${detailType.slice(0, 100)}`);
  }
}

/** CloudTrail's own notice names keys as they are, not URL-encoded. */
function readTrailNotice(message: Json, origin: MessageOrigin, found: Found): void {
  const named = message['s3ObjectKey'];
  const keys = Array.isArray(named) ? (named as readonly unknown[]) : [named];
  if (keys.length === 0) skip(found, 'empty');
  for (const key of bounded(keys, found)) addObject(message['s3Bucket'], key, undefined, origin, found);
}

/**
 * `Records` are parts of an S3 notification, or CloudTrail records themselves.
 * Only the former have `s3`; it is a field that AWS writes, so a caller of AWS
 * cannot turn one into the other.
 */
function readRecords(records: readonly unknown[], origin: MessageOrigin, found: Found): void {
  const isNotification = records.some((record) => isObject(record) && isObject(record['s3']));
  if (!isNotification) {
    if (records.length === 0) skip(found, 'empty');
    else if (records.some(looksLikeCloudTrail)) addInline({ Records: records }, origin, found);
    else found.problems.push('Records holds neither CloudTrail records nor S3 notifications');
    return;
  }
  for (const record of bounded(records, found)) readNotification(record, origin, found);
}

function readNotification(record: unknown, origin: MessageOrigin, found: Found): void {
  if (!isObject(record) || !isObject(record['s3'])) {
    found.problems.push('a part of the S3 notification names no object');
    return;
  }
  const eventName = record['eventName'];
  if (typeof eventName === 'string' && !/^(s3:)?ObjectCreated:/.test(eventName)) {
    skip(found, 'not-created');
    return;
  }
  const { bucket, object } = record['s3'];
  const key = isObject(object) ? decodeKey(object['key']) : undefined;
  addObject(isObject(bucket) ? bucket['name'] : undefined, key, record['eventTime'], origin, found);
}

function addObject(bucket: unknown, key: unknown, time: unknown, origin: MessageOrigin, found: Found): void {
  if (!isBucketName(bucket) || !isKey(key)) {
    found.problems.push('a part of the message names no readable bucket and key');
    return;
  }
  const reason = skipReason(key, origin.prefixes);
  if (reason !== undefined) {
    skip(found, reason);
    return;
  }
  const id = hashOf([bucket, key]);
  const deliveredAt = instantOf(time) ?? keyTime(key) ?? origin.sentAt;
  found.refs.set(id, { kind: 'object', id, queue: origin.queue, bucket, key, deliveredAt });
}

/** GuardDuty sends one finding an event, Security Hub a list of them, also where a person sends some on. */
function addFindings(product: string, detail: Json, origin: MessageOrigin, found: Found): void {
  const listed = detail['findings'] ?? detail['Findings'];
  const details: readonly unknown[] =
    product === 'guardduty' ? [detail] : Array.isArray(listed) ? listed : [];
  if (details.length === 0) found.problems.push('the Security Hub event has no findings');
  else addInline({ Findings: details.map((each) => ({ product, detail: each })) }, origin, found);
}

function addInline(content: Json, origin: MessageOrigin, found: Found): void {
  const body = JSON.stringify(content);
  const id = hashOf([body]);
  found.refs.set(id, { kind: 'inline', id, queue: origin.queue, body, deliveredAt: origin.sentAt });
}

function skip(found: Found, reason: string): void {
  found.skipped.set(reason, (found.skipped.get(reason) ?? 0) + 1);
}

function bounded(parts: readonly unknown[], found: Found): readonly unknown[] {
  if (parts.length > MAX_PARTS) found.problems.push(`the message names more than ${MAX_PARTS} objects`);
  return parts.slice(0, MAX_PARTS);
}

function looksLikeCloudTrail(record: unknown): boolean {
  return isObject(record) && (typeof record['eventName'] === 'string' || isObject(record['userIdentity']));
}

/** S3 notifications write a key URL-encoded, with `+` for a space. */
function decodeKey(key: unknown): string | undefined {
  if (typeof key !== 'string') return undefined;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** The name becomes part of a host: only what S3 itself allows may pass. */
function isBucketName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/.test(value);
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && Buffer.byteLength(value) <= 1_024;
}

function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
