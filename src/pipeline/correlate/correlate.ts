/**
 * The room of windows: it turns rule matches into findings over many events. It
 * keeps nothing itself (that is the `WindowStore`'s), knows no alerts, and what
 * is asked of a window is a kind of its own in `kinds/`.
 */
import { byTimeThenKey, type Finding, type Member, type RuleMatch } from '../../domain/finding.ts';
import type { WindowStore } from '../../domain/ports.ts';
import type { RuleSet } from '../../language/sigma/rule-set.ts';
import { correlationFinding } from './correlation-finding.ts';
import { indexCorrelations } from './correlation-index.ts';
import { groupMatches } from './membership.ts';
import { feed } from './rounds.ts';

export interface CorrelateOptions {
  /** How much later than it happened an event may be delivered and still enter windows, ms. */
  readonly latenessMs: number;
  /** How long after an event a window that further events could falsify is decided, ms. Default: 30 minutes. */
  readonly settlingMs?: number;
  /** How far ahead of its own delivery an event may claim to be, ms. Default: an hour. */
  readonly skewMs?: number;
}

export interface Correlated {
  /** One for each rule, group and period that the matches brought up; findings of one id add up like sets. */
  readonly findings: Finding[];
  /** How many events came too late (or claim a future too far) to enter a window. */
  readonly late: number;
  /** The earliest of them by time and key, at most `LATE_NAMED`. */
  readonly lateEvents: readonly Member[];
}

/** How many events that came too late are named. */
export const LATE_NAMED = 50;

export const SETTLING_MS = 30 * 60_000;
const SKEW_MS = 60 * 60_000;
/** An event id is a record's own text, so it is bounded where it is only shown. */
const KEY_LENGTH = 160;

/**
 * Builds the stage. The findings over all batches are a function of the set of
 * matches alone, in whatever order, repetition or split they come: each batch
 * looks again at every member whose window it touched. Conditions that further
 * events could make false are not decided here but by `createCloseWindows`, once
 * their windows have closed.
 */
export function createCorrelate(
  ruleSet: Pick<RuleSet, 'correlations'>,
  windows: WindowStore,
  options: CorrelateOptions,
): (matches: readonly RuleMatch[], deliveredAt: number) => Promise<Correlated> {
  const index = indexCorrelations(ruleSet.correlations);
  const times = { settlingMs: SETTLING_MS, ...options };
  return async (matches, deliveredAt) => {
    const relevant = matches.filter(({ ruleId, event }) => event.complete && index.fedBy(ruleId).length > 0);
    const inTime = relevant.filter(({ event }) => isInTime(event.time, deliveredAt, options));
    const fired = await feed(groupMatches(inTime, index), index, windows, times);
    const late = lateEvents(relevant, deliveredAt, options);
    return {
      findings: fired.filter(({ correlation }) => correlation.alerts).map(correlationFinding),
      late: late.length,
      lateEvents: late.slice(0, LATE_NAMED),
    };
  };
}

function isInTime(time: number, deliveredAt: number, { latenessMs, skewMs }: CorrelateOptions): boolean {
  return deliveredAt - time <= latenessMs && time - deliveredAt <= (skewMs ?? SKEW_MS);
}

function lateEvents(matches: readonly RuleMatch[], deliveredAt: number, options: CorrelateOptions): Member[] {
  const late = matches.filter(({ event }) => !isInTime(event.time, deliveredAt, options));
  const times = new Map(late.map(({ event }) => [event.key, event.time]));
  return [...times].map(([key, time]) => ({ key: key.slice(0, KEY_LENGTH), time })).sort(byTimeThenKey);
}
