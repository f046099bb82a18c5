import type { WindowMember } from '../../../domain/ports.ts';
import { createTally } from './counts.ts';
import type { CorrelationKind } from './kind.ts';
import { allHold } from './thresholds.ts';

/** Which rules matched, in any order: all of them, as many as the thresholds say, or what the condition says. */
export const temporal: CorrelationKind = {
  types: ['temporal'],
  needsValue: false,
  createWindow({ alternatives, condition }) {
    const rules = createTally(({ ruleId }) => ruleId);
    return {
      ...rules,
      holds: () =>
        alternatives === undefined
          ? allHold(condition, (threshold) => rules.distinct() - threshold)
          : alternatives.some(({ all, none }) => all.every(rules.has) && !none.some(rules.has)),
    };
  },
};

/**
 * The same in the listed order, an event of one rule not before that of the rule
 * listed before it. One time, or one event that matches both, counts as in order.
 *
 * Greedy: the earliest event of each rule in turn. If any choice of events is in
 * order, this one is. It costs a look-up a rule, however full the window is.
 */
export const temporalOrdered: CorrelationKind = {
  types: ['temporal_ordered'],
  needsValue: false,
  createWindow({ alternatives = [] }, members) {
    const rules = createTally(({ ruleId }) => ruleId);
    const times = timesByRule(members);
    return {
      ...rules,
      holds: (from, to) =>
        alternatives.some(({ all, none }) => !none.some(rules.has) && areInOrder(all, times, from, to)),
    };
  },
};

function timesByRule(members: readonly WindowMember[]): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>();
  for (const { ruleId, time } of members) {
    const known = times.get(ruleId);
    if (known === undefined) times.set(ruleId, [time]);
    else known.push(time);
  }
  return times;
}

function areInOrder(
  rules: readonly string[],
  times: ReadonlyMap<string, readonly number[]>,
  from: number,
  to: number,
): boolean {
  let earliest = from;
  for (const rule of rules) {
    const next = firstAtOrAfter(times.get(rule) ?? [], earliest);
    if (next === undefined || next > to) return false;
    earliest = next;
  }
  return true;
}

function firstAtOrAfter(sorted: readonly number[], time: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? time) < time) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}
