import { TrailhiveError } from '../../domain/errors.ts';
import type { DecodeLimits } from './limits.ts';

/**
 * The records of one batch's text: `{"Records":[…]}` as CloudTrail delivers it,
 * an array of records, or one record alone. Their shape is not judged here.
 *
 * Throws `input` for text that is no JSON, has no records, or too many.
 */
export function recordsOf(text: string, limits: DecodeLimits): readonly unknown[] {
  const records = listOf(parse(text));
  if (records.length > limits.maxRecords)
    throw new TrailhiveError(
      'input',
      `object holds ${records.length} records, more than ${limits.maxRecords}`,
    );
  return records;
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
