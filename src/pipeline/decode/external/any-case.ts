import { own } from '../../../domain/record.ts';

/**
 * GuardDuty and Security Hub write the same keys in two ways: `accountId` on
 * EventBridge, `AccountId` from their APIs and exports. Here a key is named in the
 * first way and found in both; the first wins.
 */
function ownInAnyCase(value: unknown, key: string): unknown {
  return own(value, key) ?? own(value, key.charAt(0).toUpperCase() + key.slice(1));
}

export function anyAt(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = ownInAnyCase(found, key);
  return found;
}

/** The text at a path, at most `length` characters of it; numbers and flags as text; '' where there is none. */
export function wordsAt(length: number, value: unknown, ...path: readonly string[]): string {
  const found = anyAt(value, ...path);
  if (typeof found === 'number' || typeof found === 'boolean') return String(found);
  return typeof found === 'string' ? found.slice(0, length) : '';
}

/** The first `LIST_LIMIT` members of a list; a single thing is a list of one. */
export function someAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = anyAt(value, ...path);
  if (Array.isArray(found)) return found.slice(0, LIST_LIMIT);
  return found === undefined || found === null ? [] : [found];
}

/** More members of a list than this nobody reads. */
const LIST_LIMIT = 50;

/** A time as these products write it, in epoch ms; undefined for anything else. */
export function timeAt(value: unknown, ...path: readonly string[]): number | undefined {
  const text = wordsAt(40, value, ...path);
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const ACCOUNT = /^\d{12}$/;

/** The account that a finding names, else the one in its ARN; '' where neither is one. */
export function accountIn(named: string, arn: string): string {
  if (ACCOUNT.test(named)) return named;
  const [, , , , account = ''] = arn.split(':');
  return ACCOUNT.test(account) ? account : '';
}
