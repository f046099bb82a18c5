import { TrailhiveError } from '../../domain/errors.ts';
import { own } from '../../domain/record.ts';
import type { DecodeLimits } from './limits.ts';

/** What a batch holds: CloudTrail records, findings of other products, or both. Their shape is not judged here. */
export interface BatchContent {
  readonly records: readonly unknown[];
  /** `{"product":…,"detail":…}` each; only messages carry them, never objects. */
  readonly external: readonly unknown[];
}

/**
 * The content of one batch's text: `{"Records":[…]}` as CloudTrail delivers it, an array of
 * records, or one record alone; of a message also `{"Findings":[…]}` (adapters/sqs).
 *
 * Throws `input` for text that is no JSON, has neither, or too many.
 */
export function contentOf(text: string, limits: DecodeLimits, isMessage: boolean): BatchContent {
  const value = parse(text);
  const external = isMessage ? own(value, 'Findings') : undefined;
  const content = Array.isArray(external)
    ? { records: [], external: external as readonly unknown[] }
    : { records: listOf(value), external: [] };
  const count = content.records.length + content.external.length;
  if (count > limits.maxRecords)
    throw new TrailhiveError('input', `object holds ${count} records, more than ${limits.maxRecords}`);
  return content;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrailhiveError('input', 'object is not JSON', { cause: error });
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) {
    if ('Records' in value) {
      if (Array.isArray(value.Records)) return value.Records;
      throw new TrailhiveError('input', '"Records" is not a list');
    }
    if ('eventName' in value && 'eventSource' in value) return [value];
  }
  throw new TrailhiveError('input', 'object has no "Records"');
}
