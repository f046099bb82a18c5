/**
 * First stage: bytes to events. It judges whether a record can be worked with at
 * all, and gives each its identity and time; what a record means is for enrich.
 */
import type { Batch, BatchRef } from '../../domain/batch.ts';
import type { CloudTrailEvent, CloudTrailRecord } from '../../domain/event.ts';
import type { ExternalFinding } from '../../domain/external.ts';
import { hashOf } from '../../domain/hash.ts';
import { textAt } from '../../domain/record.ts';
import { readExternal } from './external/read-external.ts';
import { faultOfRecord, faultOfSize } from './fault-of-record.ts';
import { inflate } from './inflate.ts';
import { DECODE_LIMITS, type DecodeLimits } from './limits.ts';
import { contentOf } from './records.ts';

export interface Decoded {
  readonly events: readonly CloudTrailEvent[];
  /** Findings of other products (GuardDuty, Security Hub) that ask for attention. */
  readonly external: readonly ExternalFinding[];
  /** Records that cannot be worked with: their place in the batch, and why. */
  readonly setAside: readonly { readonly index: number; readonly reason: string }[];
  /** How many records and findings the batch had, set aside or not. */
  readonly records: number;
}

/**
 * Builds the stage. A batch that cannot be read at all throws `input` with the
 * reason; a broken record inside a good batch is set aside alone.
 */
export function createDecode(limits: Partial<DecodeLimits> = {}): (batch: Batch) => Promise<Decoded> {
  const bounds = { ...DECODE_LIMITS, ...limits };
  return async ({ ref, bytes }) => {
    const content = contentOf(await inflate(bytes, bounds), bounds, ref.kind === 'inline');
    const { external, setAside } = decodeExternal(content.external, ref, bounds);
    const decoded = decodeRecords(content.records, ref, bounds);
    return {
      ...decoded,
      external,
      setAside: [...decoded.setAside, ...setAside],
      records: decoded.records + content.external.length,
    };
  };
}

function decodeExternal(
  entries: readonly unknown[],
  ref: Pick<BatchRef, 'deliveredAt'>,
  limits: DecodeLimits,
): Pick<Decoded, 'external' | 'setAside'> {
  const external: ExternalFinding[] = [];
  const setAside: { index: number; reason: string }[] = [];
  entries.forEach((entry, index) => {
    const size = typeof entry === 'object' && entry !== null ? faultOfSize(entry, limits) : undefined;
    const reading = size === undefined ? readExternal(entry, ref.deliveredAt) : { problem: size };
    if ('finding' in reading) external.push(reading.finding);
    if ('problem' in reading) setAside.push({ index, reason: reading.problem });
  });
  return { external, setAside };
}

/** The second half of the stage, for records that are no bytes any more. Sets a broken one aside; never throws. */
export function decodeRecords(
  records: readonly unknown[],
  ref: Pick<BatchRef, 'id' | 'deliveredAt'>,
  limits: DecodeLimits = DECODE_LIMITS,
): Decoded {
  const events: CloudTrailEvent[] = [];
  const setAside: { index: number; reason: string }[] = [];
  records.forEach((record, index) => {
    const reason = faultOfRecord(record, limits);
    if (reason === undefined) events.push(toEvent(record as CloudTrailRecord, ref, index, limits.maxSkewMs));
    else setAside.push({ index, reason });
  });
  return { events, external: [], setAside, records: records.length };
}

/**
 * A record with its identity and time. Where the record's own cannot be read or
 * believed, the batch's delivery time and a hash stand in and `complete` is false:
 * the event is still judged by itself, but moves no window.
 */
export function toEvent(
  record: CloudTrailRecord,
  ref: Pick<BatchRef, 'id' | 'deliveredAt'>,
  index: number,
  maxSkewMs: number = DECODE_LIMITS.maxSkewMs,
): CloudTrailEvent {
  const ownId = idOf(record);
  const ownTime = timeOf(record, ref.deliveredAt + maxSkewMs);
  const id = ownId ?? hashOf([record]);
  const account = accountOf(record);
  return {
    id,
    key: `${id}:${account}`,
    account,
    time: ownTime ?? ref.deliveredAt,
    complete: ownId !== undefined && ownTime !== undefined,
    record,
    origin: { refId: ref.id, index },
  };
}

/** Longest believable event id; AWS writes 36 characters. */
const ID_LENGTH = 128;

function idOf(record: CloudTrailRecord): string | undefined {
  const id = record['eventID'];
  return typeof id === 'string' && id !== '' && id.length <= ID_LENGTH ? id : undefined;
}

/** Only full ISO instants with a zone: anything looser is read differently from machine to machine. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function timeOf(record: CloudTrailRecord, latest: number): number | undefined {
  const text = record['eventTime'];
  if (typeof text !== 'string' || !INSTANT.test(text)) return undefined;
  const time = Date.parse(text);
  return time > 0 && time <= latest ? time : undefined;
}

const ACCOUNT = /^\d{12}$/;

function accountOf(record: CloudTrailRecord): string {
  const recipient = textAt(record, 'recipientAccountId');
  if (ACCOUNT.test(recipient)) return recipient;
  const caller = textAt(record, 'userIdentity', 'accountId');
  return ACCOUNT.test(caller) ? caller : '';
}
