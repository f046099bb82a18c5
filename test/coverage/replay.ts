import { createOfflineRun, type OfflineOutcome } from '../../src/app/offline-run.ts';
import { openPlaces } from '../../src/app/places.ts';
import type { CompanyContext } from '../../src/domain/company.ts';
import type { CloudTrailRecord } from '../../src/domain/event.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { RuleSet } from '../../src/language/sigma/rule-set.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** CloudTrail delivers every five minutes or so, what happened some minutes ago. */
const STEP = 5 * MINUTE;
const DELAY = 5 * MINUTE;
/** In a gap the clock goes in large steps after so many small ones. */
const SMALL_STEPS = 600;
const LARGE_STEP = 6 * 60 * MINUTE;

/**
 * Rules that learn for longer learn for so long: the data are a week or two. A silence
 * is measured by the pauses of nights and week-ends, so it takes a week at least.
 */
export function learningFor(
  ruleSet: RuleSet,
  { baselineMs, heartbeatMs }: { readonly baselineMs: number; readonly heartbeatMs: number },
): RuleSet {
  return {
    ...ruleSet,
    baselines: (ruleSet.baselines ?? []).map((rule) => ({
      ...rule,
      terms: { ...rule.terms, learnMs: Math.min(rule.terms.learnMs, baselineMs) },
    })),
    heartbeats: (ruleSet.heartbeats ?? []).map((rule) => ({
      ...rule,
      terms: { ...rule.terms, learnMs: Math.min(rule.terms.learnMs, heartbeatMs) },
    })),
  };
}

/** The first delivery that an event is in. */
function dueAt(time = 0): number {
  return Math.ceil((time + DELAY) / STEP) * STEP;
}

const places = openPlaces();

export interface ReplayOptions {
  readonly ruleSet: RuleSet;
  readonly company: CompanyContext;
  /** The clock goes on until then, epoch ms, though nothing comes any more. Default: the last event. */
  readonly until?: number;
}

export interface Replayed extends OfflineOutcome {
  /** Fingerprint of an alert -> ids of all its events, not a sample of them. */
  readonly eventsOf: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Plays records as they would have been delivered: in the order of their times, every five minutes. */
export async function replay(
  records: readonly CloudTrailRecord[],
  { ruleSet, company, until = 0 }: ReplayOptions,
): Promise<Replayed> {
  const eventsOf = new Map<string, Set<string>>();
  const onFindings = (findings: readonly Finding[]) => {
    for (const { fingerprint, members } of findings) {
      const events = eventsOf.get(fingerprint) ?? new Set<string>();
      for (const { key } of members) events.add(key.slice(0, key.lastIndexOf(':')));
      eventsOf.set(fingerprint, events);
    }
  };
  const run = createOfflineRun({ ruleSet, company, places, spanMs: DAY, onFindings });
  const timed = records
    .map((record) => ({ record, time: Date.parse(String(record['eventTime'])) }))
    .sort((a, b) => a.time - b.time);
  let at = 0;
  let now = Math.floor((timed[0]?.time ?? 0) / STEP) * STEP;
  let empty = 0;
  while (at < timed.length) {
    now = Math.min(
      now + (empty > SMALL_STEPS ? LARGE_STEP : STEP),
      Math.max(now + STEP, dueAt(timed[at]?.time)),
    );
    const batch: CloudTrailRecord[] = [];
    for (let next = timed[at]; next !== undefined && next.time <= now - DELAY; next = timed[at]) {
      batch.push(next.record);
      at += 1;
    }
    empty = batch.length === 0 ? empty + 1 : 0;
    await run.add(batch, now);
  }
  for (; now < until; now += STEP) await run.add([], now);
  return { ...(await run.end()), eventsOf };
}
