import { hashOf } from './hash.ts';

/** Bump when `fingerprint` changes meaning: it re-opens every alert in the field. */
export const FINGERPRINT_VERSION = 'v1';

export interface FingerprintParts {
  readonly ruleId: string;
  /** Group-by names and values; `account` is always among them. */
  readonly group: Readonly<Record<string, string>>;
  /** Start of the period, epoch ms, aligned to the epoch. */
  readonly periodStart: number;
}

/**
 * Names an alert: findings with the same fingerprint are one alert.
 *
 * A pure function of rule, group and event-time period. The value is also the
 * alert's `sourceRef` in TheHive, which refuses a second alert under it, so an
 * alert cannot be doubled even if Redis loses its memory. Order of the group's
 * names does not count.
 *
 * @example
 * fingerprint({ ruleId: 'r', group: { account: '111122223333' }, periodStart: 0 }).startsWith('v1-'); // true
 */
export function fingerprint(parts: FingerprintParts): string {
  const group = Object.entries(parts.group).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${FINGERPRINT_VERSION}-${hashOf([parts.ruleId, group, parts.periodStart])}`;
}

/** Start of the period that `time` falls into; periods are aligned to the epoch. */
export function periodStartOf(time: number, periodMs: number): number {
  return Math.floor(time / periodMs) * periodMs;
}
