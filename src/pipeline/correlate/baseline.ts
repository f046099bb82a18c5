/**
 * Baselines: what never happened before. A rule with `x-baseline` fires the first
 * time in so many days that a group shows a value, once the group is known for
 * long enough. What is known is the `BaselineStore`'s; this file decides.
 */
import type { BaselineAnswer, BaselineRun, BaselineSighting } from '../../domain/baseline.ts';
import { joinRuns } from '../../domain/baseline.ts';
import type { BatchRef } from '../../domain/batch.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import { byTimeThenKey, type Evidence, type Finding } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { hashOf } from '../../domain/hash.ts';
import type { BaselineStore, Log, Metrics } from '../../domain/ports.ts';
import type { BaselineTerms } from '../../language/sigma/rule-extensions.ts';
import type { Watch } from '../../language/sigma/rule-set.ts';
import { isWatched, timely, valuesOf } from './watched-events.ts';

export interface BaselineDeps {
  readonly store: BaselineStore;
  readonly evidenceOf: (event: EnrichedEvent) => Evidence;
  /** How much later than it happened an event may be delivered and still take part, ms. */
  readonly latenessMs: number;
  readonly metrics?: Pick<Metrics, 'count'>;
  readonly log?: Pick<Log, 'warn'>;
}

/** A run that a batch shows, and the event that it starts with. */
export interface Shown {
  readonly rule: Watch<BaselineTerms>;
  /** All that the batch shows of the value, in this run or another. */
  readonly events: readonly EnrichedEvent[];
  readonly names: Readonly<Record<string, string>>;
  readonly first: EnrichedEvent;
  readonly sighting: BaselineSighting;
}

/**
 * Builds the stage. Let a run be the events of one rule, group and value that pause
 * for `memory` or less: the first event of a run fires where the group's first
 * event lies `learn` or more before it, and the group showed `min-values` other
 * values before it. Runs are a function of the set of events, so order, repetition
 * and split change neither runs nor fingerprints: rule, group and value alone name
 * the alert. (docs/adr/0011-baselines-and-silence.md says what a late event can
 * still leave behind.)
 */
export function createBaselines(
  rules: readonly Watch<BaselineTerms>[],
  deps: BaselineDeps,
): (events: readonly EnrichedEvent[], ref: Pick<BatchRef, 'deliveredAt'>) => Promise<Finding[]> {
  return async (events, { deliveredAt }) => {
    if (rules.length === 0) return [];
    const inTime = timely(events, deliveredAt).filter(({ time }) => deliveredAt - time <= deps.latenessMs);
    const shown = rules.flatMap((rule) => shownBy(rule, inTime));
    if (shown.length === 0) return [];
    const answers = await deps.store.add(shown.map(({ sighting }) => sighting));
    tellRefused(answers.filter((answer) => answer === undefined).length, deps);
    return shown.flatMap((each, at) => {
      const answer = answers[at];
      return answer !== undefined && isNew(each, answer) ? [findingOf(each, deps)] : [];
    });
  };
}

interface Named {
  readonly names: Shown['names'];
  readonly events: EnrichedEvent[];
}

/** The runs that the events of a batch make, by group and value. */
export function shownBy(rule: Watch<BaselineTerms>, events: readonly EnrichedEvent[]): Shown[] {
  const byValue = new Map<string, Named>();
  const ids = new Map<string, { readonly group: string; readonly value: string }>();
  for (const event of events) {
    if (!isWatched(rule, event)) continue;
    const group = valuesOf(rule.terms.group, event);
    const value = valuesOf(rule.terms.value, event);
    if (group === undefined || value === undefined) continue;
    const names = { account: event.account, ...group, ...value };
    const id = { group: hashOf([event.account, group]), value: hashOf([value]) };
    const name = `${id.group}${id.value}`;
    ids.set(name, id);
    const known: Named = byValue.get(name) ?? { names, events: [] };
    known.events.push(event);
    byValue.set(name, known);
  }
  return [...byValue].flatMap(([name, { names, events: of }]) => {
    const { group, value } = ids.get(name) ?? { group: '', value: '' };
    return runsOf(of, rule.terms.memoryMs).map(({ run, first }) => {
      const { memoryMs } = rule.terms;
      return {
        rule,
        events: of,
        names,
        first,
        sighting: { ...run, ruleId: rule.info.id, group, value, memoryMs },
      };
    });
  });
}

function runsOf(
  events: readonly EnrichedEvent[],
  memoryMs: number,
): { readonly run: BaselineRun; readonly first: EnrichedEvent }[] {
  const byKey = new Map(events.toSorted(byTimeThenKey).map((event) => [hashOf([event.key]), event]));
  let runs: readonly BaselineRun[] = [];
  for (const [startKey, { time }] of byKey)
    runs = joinRuns(runs, { start: time, startKey, end: time }, memoryMs);
  return runs.flatMap((run) => {
    const first = byKey.get(run.startKey);
    return first === undefined ? [] : [{ run, first }];
  });
}

/** The run starts with this very event, and the group is known for long enough. */
function isNew(
  { rule: { terms }, sighting }: Shown,
  { run, groupSince, valuesBefore }: BaselineAnswer,
): boolean {
  if (run.startKey !== sighting.startKey) return false;
  return run.start >= groupSince + terms.learnMs && valuesBefore >= terms.minValues;
}

function findingOf({ rule: { info }, names, first }: Shown, { evidenceOf }: BaselineDeps): Finding {
  return {
    id: hashOf([info.id, Object.entries(names).toSorted(([a], [b]) => (a < b ? -1 : 1)), first.key]),
    kind: 'detection',
    rule: info,
    // No period: a late event that moves the first sighting must not make it another alert.
    fingerprint: fingerprint({ ruleId: info.id, group: names, periodStart: 0 }),
    group: names,
    periodStart: 0,
    account: first.account,
    members: [{ key: first.key, time: first.time }],
    firing: [first.key],
    evidence: [evidenceOf(first)],
  };
}

function tellRefused(count: number, { metrics, log }: BaselineDeps): void {
  if (count === 0) return;
  metrics?.count('baseline_values_refused', {}, count);
  log?.warn({ count }, 'a baseline has more groups, or a group more values, than are kept');
}
