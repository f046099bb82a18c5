/**
 * Reads single facts out of a CloudTrail record. Everything in a record is
 * attacker-written, so nothing here trusts a type, and only own keys are read.
 */

/** Longest text that leaves a record as one fact; ARNs end at 2048. */
export const FACT_LENGTH = 2048;

type Path = readonly string[];

/** A key's own value, or undefined where `value` is no plain object or lacks the key. */
export function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** What stands at a path of keys; undefined where any part of it is missing. */
export function valueAt(value: unknown, ...path: Path): unknown {
  let found = value;
  for (const key of path) found = own(found, key);
  return found;
}

/** The text at a path, cut to `FACT_LENGTH`; '' where there is none. */
export function textAt(value: unknown, ...path: Path): string {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found.slice(0, FACT_LENGTH) : '';
}

/** A list as CloudTrail writes it: an array, `{"items":[…]}`, or the single thing itself. */
export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  const found = valueAt(value, ...path);
  const items = own(found, 'items') ?? found;
  if (Array.isArray(items)) return items;
  return items === undefined || items === null || items === '' ? [] : [items];
}

/** True or false, as JSON or as text in any case; undefined for everything else. */
export function flagAt(value: unknown, ...path: Path): boolean | undefined {
  const found = valueAt(value, ...path);
  const text = typeof found === 'string' ? found.toLowerCase() : found;
  if (text === true || text === 'true') return true;
  return text === false || text === 'false' ? false : undefined;
}

/** AWS partition of a region: `aws`, `aws-cn`, `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** CloudTrail writes this where a person typed something else, perhaps a password, as user name. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** The text, or '' where CloudTrail hid it: a hidden name is nobody's name and joins nobody. */
export function unhidden(text: string): string {
  return text.includes(HIDDEN) ? '' : text;
}
