import { HEARTBEAT_SLOT_MS, heartbeatSlotOf, type QuietGroup } from '../../domain/heartbeat.ts';
import type { HeartbeatTerms } from '../../language/sigma/rule-extensions.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How much later than it happens CloudTrail may deliver an event: so much of a pause is not yet known. */
export const DELIVERY_MS = 15 * 60_000;
/** No learnt pause is shorter: what is silent for less is nobody's trouble. */
export const SHORTEST_PAUSE_MS = HOUR_MS;
/** A pause begins at an hour like another that begins so much earlier or later in the day. */
const LIKE_HOURS = 3;
/** Of fewer pauses that began at a like hour nothing is learnt: then all pauses count. */
const FEWEST_LIKE = 20;
/** A learnt pause is exceeded when it lasts so many times as long. */
export const PATIENCE = 1.5;
/**
 * Of a group whose events come by chance, the longest pause so far says little of the next. A silence lies so many
 * standard deviations above the mean as well: where events are independent of each other, one pause in 22,000 does.
 */
const DEVIATIONS = 9;

/**
 * The longest pause that is usual for a group whose last event is as it is;
 * undefined: the group is not known for long enough to say.
 *
 * Learnt, it is the longest pause of the last four weeks that began at a like hour
 * of the day (three hours around, any day of the week). So a pause that begins in
 * the evening may last as long as the longest night or week-end has, which lets a
 * holiday pass too, while one that begins in the middle of work is measured by the
 * pauses of work. Of a group that shows little, or little at that hour, it is the
 * longest pause of all. Silences that were told of are left out, and stated holidays
 * are no part of any pause.
 */
export function usualPause(group: QuietGroup, terms: HeartbeatTerms): number | undefined {
  if (terms.everyMs !== undefined) return terms.everyMs;
  return longest(measureOf(group, terms));
}

/** Pauses to measure by, ms; undefined: the group is not known for long enough. */
function measureOf(group: QuietGroup, terms: HeartbeatTerms): readonly number[] | undefined {
  if (group.last.time - group.firstSeen < terms.learnMs) return undefined;
  const pauses = pausesOf(group, terms);
  const like = pauses.filter(({ from }) => isLike(from, group.last.time));
  return (like.length >= FEWEST_LIKE ? like : pauses).map(({ ms }) => ms);
}

function longest(pauses: readonly number[] | undefined): number | undefined {
  return pauses?.reduce((most, ms) => Math.max(most, ms), SHORTEST_PAUSE_MS);
}

/** So far above the mean that chance hardly explains it, ms. */
function beyondChance(pauses: readonly number[]): number {
  if (pauses.length === 0) return 0;
  const mean = pauses.reduce((sum, ms) => sum + ms, 0) / pauses.length;
  const variance = pauses.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / pauses.length;
  return mean + DEVIATIONS * Math.sqrt(variance);
}

/** From each slot with events to the next, without the silences that were told of. */
function pausesOf(
  { slots, pastSilences }: QuietGroup,
  terms: HeartbeatTerms,
): { readonly from: number; readonly ms: number }[] {
  const told = new Set(pastSilences.map(heartbeatSlotOf));
  return slots.slice(1).flatMap((next, at) => {
    const slot = slots[at] ?? next;
    const from = slot * HEARTBEAT_SLOT_MS;
    return told.has(slot) ? [] : [{ from, ms: pauseBetween(from, next * HEARTBEAT_SLOT_MS, terms) }];
  });
}

/** Is the group silent at `clock`, the time up to which deliveries are known? The usual pause if so. */
export function silenceAt(group: QuietGroup, terms: HeartbeatTerms, clock: number): number | undefined {
  const pauses = terms.everyMs === undefined ? measureOf(group, terms) : [];
  const usualMs = terms.everyMs ?? longest(pauses);
  if (usualMs === undefined || pauses === undefined) return undefined;
  const limit = terms.everyMs ?? Math.max(usualMs * PATIENCE, beyondChance(pauses));
  return pauseBetween(group.last.time, clock - DELIVERY_MS, terms) > limit ? usualMs : undefined;
}

/** Without what of it is a holiday. */
function pauseBetween(from: number, to: number, { holidays = [] }: HeartbeatTerms): number {
  const off = holidays.reduce(
    (sum, holiday) => sum + Math.max(0, Math.min(to, holiday.to) - Math.max(from, holiday.from)),
    0,
  );
  return to - from - off;
}

/** A group whose last event is not older than this cannot be silent. */
export function shortestSilence(terms: HeartbeatTerms): number {
  return DELIVERY_MS + (terms.everyMs ?? SHORTEST_PAUSE_MS * PATIENCE);
}

function isLike(a: number, b: number): boolean {
  const apart = Math.abs((a % DAY_MS) - (b % DAY_MS));
  return Math.min(apart, DAY_MS - apart) <= (LIKE_HOURS + 0.5) * HOUR_MS;
}
