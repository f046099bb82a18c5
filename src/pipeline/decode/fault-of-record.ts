import { own } from '../../domain/record.ts';
import type { DecodeLimits } from './limits.ts';

/** Longest `eventName` or `eventSource` that is believed; AWS' own end well below 128. */
const NAME_LENGTH = 256;

/** Why a record cannot be worked with, or undefined when it can. */
export function faultOfRecord(record: unknown, limits: DecodeLimits): string | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    return 'record is not an object';
  for (const key of ['eventName', 'eventSource']) {
    const name = own(record, key);
    if (typeof name !== 'string' || name === '') return `${key} is missing or not text`;
    if (name.length > NAME_LENGTH) return `${key} is longer than ${NAME_LENGTH} characters`;
  }
  return tooBig(record, limits);
}

/**
 * Walks the record without recursion, so that depth costs no stack, and stops
 * at the first bound. The size is an estimate from below of the JSON text: texts,
 * keys and one character for each further value.
 */
function tooBig(record: object, limits: DecodeLimits): string | undefined {
  let chars = 0;
  const waiting: { value: unknown; depth: number }[] = [{ value: record, depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    chars += typeof value === 'string' ? value.length : 1;
    if (chars > limits.maxRecordChars) return `record is larger than ${limits.maxRecordChars} characters`;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > limits.maxDepth) return `record is nested deeper than ${limits.maxDepth}`;
    for (const [key, child] of Object.entries(value)) {
      chars += key.length;
      waiting.push({ value: child, depth: depth + 1 });
    }
  }
  return undefined;
}
