const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_629_746_000,
  y: 31_556_952_000,
};

/** What a person may write, for messages. */
export const TIMESPAN_FORM = 'a whole number and one of s, m, h, d, w, M, y, as in 15m';

/**
 * A Sigma timespan in ms; undefined where it is none, or is nothing, or is longer
 * than a hundred years. Case counts: `m` is a minute, `M` a month (a twelfth of a year).
 */
export function parseTimespan(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const found = /^([0-9]{1,12})([smhdwMy])$/.exec(text.trim());
  if (found === null) return undefined;
  const spanMs = Number(found[1]) * (UNIT_MS[found[2] ?? ''] ?? 0);
  return spanMs > 0 && spanMs <= 100 * 31_556_952_000 ? spanMs : undefined;
}
