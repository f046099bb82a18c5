import { own } from '../../domain/record.ts';
import type { DecodeLimits } from './limits.ts';

/** Longest `eventName` or `eventSource` that is believed; AWS' own end well below 128. */
const NAME_LENGTH = 256;

/** Why a record cannot be worked with, or undefined when it can. */
export function faultOfRecord(record: unknown, limits: DecodeLimits): string | undefined {
  return faultOfNames(record) ?? faultOfSize(record as object, limits);
}

/** The part that costs little: whether it is a record at all. */
export function faultOfNames(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    return 'record is not an object';
  for (const key of ['eventName', 'eventSource']) {
    const name = own(record, key);
    if (typeof name !== 'string' || name === '') return `${key} is missing or not text`;
    if (name.length > NAME_LENGTH) return `${key} is longer than ${NAME_LENGTH} characters`;
  }
  return undefined;
}

/**
 * Walks the record without recursion, so that depth costs no stack, and stops
 * at the first bound. The size is an estimate from below of the JSON text: texts,
 * keys and one character for each further value.
 */
export function faultOfSize(record: object, limits: DecodeLimits): string | undefined {
  let chars = 1;
  const waiting: object[] = [record];
  const depths = [1];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const depth = depths.pop() ?? 1;
    if (depth > limits.maxDepth) return `record is nested deeper than ${limits.maxDepth}`;
    for (const key of Object.keys(next)) {
      const value: unknown = (next as Readonly<Record<string, unknown>>)[key];
      chars += key.length + charsOf(value);
      if (chars > limits.maxRecordChars) return `record is larger than ${limits.maxRecordChars} characters`;
      if (typeof value === 'object' && value !== null) {
        waiting.push(value);
        depths.push(depth + 1);
      }
    }
  }
  return undefined;
}

function charsOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 1;
}
