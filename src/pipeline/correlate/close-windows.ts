import type { Finding } from '../../domain/finding.ts';
import type { DueWindow, WindowStore } from '../../domain/ports.ts';
import type { CompiledCorrelation, RuleSet } from '../../language/sigma/rule-set.ts';
import { type CorrelateOptions, SETTLING_MS } from './correlate.ts';
import { correlationFinding } from './correlation-finding.ts';
import { type CorrelationIndex, indexCorrelations } from './correlation-index.ts';
import { type FiringPeriod, firingPeriods } from './firing-periods.ts';
import { groupFirings } from './membership.ts';
import { feed, settleAfterMs, type WindowTimes } from './rounds.ts';

/** Windows that were decided. */
export interface Closed {
  readonly findings: readonly Finding[];
  /** How many times of groups were looked at; 0: nothing is due. */
  readonly windows: number;
  /** Call it once the findings are safe: until then the same windows come up again. */
  readonly done: () => Promise<void>;
}

/** So many at once, so that what a turn reads stays bounded. */
const WINDOWS_A_TURN = 1000;
/** Later than any event. */
const END_OF_TIME = 8_640_000_000_000_000;

/**
 * Decides conditions that further events could have made false (`lt`, `lte`, `eq`,
 * `neq`, `not`, and everything that computes with values): a member e fires if
 * the condition holds on its window at t(e) plus the settling time. So the result
 * is that of the events that came until then, in whatever order.
 *
 * A late member brings its time up again, and with it every closed window that it
 * falls into. What is told once is not taken back.
 */
export function createCloseWindows(
  ruleSet: Pick<RuleSet, 'correlations'>,
  windows: WindowStore,
  options: CorrelateOptions,
): (now: number) => Promise<Closed> {
  const index = indexCorrelations(ruleSet.correlations);
  const times = { settlingMs: SETTLING_MS, ...options };
  // What a decision adds to other correlations is due a settling time after it, so nothing that is decided
  // together waits for another part of it.
  const limits = { limit: WINDOWS_A_TURN, withinMs: times.settlingMs };
  return async (now) => {
    const due = await windows.due(now, limits);
    const periods = await decide(decisionsOf(due, index), windows, times);
    const fired = [...periods, ...(await feed(groupFirings(periods, index), index, windows, times))];
    return {
      findings: fired.filter(({ correlation }) => correlation.alerts).map(correlationFinding),
      windows: due.length,
      done: () => windows.decided(due),
    };
  };
}

/** Decides everything that is left, as at the end of all input. For offline runs. */
export async function closeAll(
  ruleSet: Pick<RuleSet, 'correlations'>,
  windows: WindowStore,
  options: CorrelateOptions,
): Promise<Finding[]> {
  if (ruleSet.correlations.every(({ settlings }) => settlings === 0)) return [];
  const close = createCloseWindows(ruleSet, windows, options);
  const findings: Finding[] = [];
  for (;;) {
    const closed = await close(END_OF_TIME);
    if (closed.windows === 0) return findings;
    findings.push(...closed.findings);
    await closed.done();
  }
}

interface Decision {
  readonly correlation: CompiledCorrelation;
  readonly window: DueWindow;
}

/** A rule that is gone, or needs no closing any more, has nothing to decide. */
function decisionsOf(due: readonly DueWindow[], index: CorrelationIndex): Decision[] {
  return due.flatMap((window) => {
    const correlation = index.byId(window.ruleId);
    return correlation === undefined || correlation.settlings === 0 ? [] : [{ correlation, window }];
  });
}

async function decide(
  decisions: readonly Decision[],
  windows: WindowStore,
  times: WindowTimes,
): Promise<FiringPeriod[]> {
  // A late member falls into windows that were decided before it came. Those that are still to be decided are not
  // looked at before their own time, when all that feeds them has been.
  const decidedBy = decisions.reduce(
    (latest, { correlation, window }) => Math.max(latest, window.time + settleAfterMs(correlation, times)),
    Number.NEGATIVE_INFINITY,
  );
  const stretches = joinNeighbours(decisions).map((stretch) => ({
    ...stretch,
    to: Math.min(
      stretch.to + stretch.correlation.spanMs,
      decidedBy - settleAfterMs(stretch.correlation, times),
    ),
  }));
  const found = await windows.read(
    stretches.map(({ correlation, key, from, to }) => ({
      ruleId: correlation.info.id,
      group: key,
      spanMs: correlation.spanMs,
      from: from - correlation.spanMs,
      to,
    })),
  );
  return firingPeriods(
    stretches.flatMap((stretch, at) => {
      const around = found[at];
      return around === undefined ? [] : [{ ...stretch, found: around }];
    }),
  );
}

/** Times of one group that a window could hold both of are read together. */
function joinNeighbours(decisions: readonly Decision[]) {
  const sorted = decisions.toSorted((a, b) => a.window.time - b.window.time);
  const open = new Map<string, ReturnType<typeof stretchOf>>();
  const stretches: ReturnType<typeof stretchOf>[] = [];
  for (const decision of sorted) {
    const { ruleId, group, time } = decision.window;
    const name = `${ruleId}\n${group}`;
    const last = open.get(name);
    if (last !== undefined && time - last.to <= 2 * decision.correlation.spanMs) {
      last.to = time;
      continue;
    }
    const stretch = stretchOf(decision);
    open.set(name, stretch);
    stretches.push(stretch);
  }
  return stretches;
}

function stretchOf({ correlation, window: { group, values, time } }: Decision) {
  return { correlation, group: values, key: group, from: time, to: time };
}
