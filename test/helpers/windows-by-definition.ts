import type { RuleMatch } from '../../src/domain/finding.ts';
import { MINUTE } from './a-finding.ts';
import type { Expression, RandomCorrelation } from './random-windows.ts';

interface Member {
  readonly ruleId: string;
  readonly event: RuleMatch['event'];
}

/**
 * The definition of design section 6, word for word and without any thought of
 * speed: `<correlation> <event key>` of every member that fires.
 */
export function firingByDefinition(
  correlations: readonly RandomCorrelation[],
  matches: readonly RuleMatch[],
): string[] {
  const firing = new Map<string, Member[]>();
  for (const correlation of correlations) {
    const all = correlation.rules.flatMap((ruleId): Member[] =>
      (firing.get(ruleId) ?? matches.filter((match) => match.ruleId === ruleId)).map(({ event }) => ({
        ruleId,
        event,
      })),
    );
    const unique = new Map(all.map((member) => [`${member.ruleId} ${member.event.key}`, member]));
    const members = [...unique.values()].filter((member) => belongs(correlation, member));
    const fires = members.filter((e) =>
      holds(
        correlation,
        members.filter((m) => isSameGroup(correlation, m, e) && isInWindow(correlation, m, e)),
      ),
    );
    firing.set(correlation.id, fires);
  }
  const found = correlations.flatMap(({ id }) =>
    (firing.get(id) ?? []).map(({ event }) => `${id} ${event.key}`),
  );
  return [...new Set(found)].sort();
}

const fieldOf = ({ event }: Member, name: string) => event.record[name];

function belongs({ groupBy, type }: RandomCorrelation, member: Member): boolean {
  if (groupBy.some((name) => fieldOf(member, name) === undefined)) return false;
  return !isNumeric(type) || fieldOf(member, 'number') !== 'none';
}

const isNumeric = (type: string) => type.startsWith('value_') && type !== 'value_count';

function isSameGroup({ groupBy }: RandomCorrelation, a: Member, b: Member): boolean {
  return groupBy.every((name) => fieldOf(a, name) === fieldOf(b, name));
}

function isInWindow({ minutes }: RandomCorrelation, m: Member, e: Member): boolean {
  return m.event.time <= e.event.time && m.event.time >= e.event.time - minutes * MINUTE;
}

function holds(correlation: RandomCorrelation, window: readonly Member[]): boolean {
  const { type, expression, rules, thresholds } = correlation;
  const isPlain = expression === undefined && Object.keys(thresholds).length === 0;
  if (isPlain || expression !== undefined) {
    const condition = expression ?? { kind: 'and', parts: rules.map((name) => ({ kind: 'rule', name })) };
    return subsets(rules).some(
      (used) =>
        isFulfilled(condition as Expression, false, new Set(used), window) &&
        (type === 'temporal_ordered'
          ? isOrdered(used, window, Number.NEGATIVE_INFINITY)
          : areAll(used, window)),
    );
  }
  const value = measure(correlation, window);
  return Object.entries(thresholds).every(([op, threshold]) => compare(op, value, threshold));
}

/** Positive rules must be among the used ones; negated ones must not be in the window at all. */
function isFulfilled(
  expression: Expression,
  negated: boolean,
  used: ReadonlySet<string>,
  window: readonly Member[],
): boolean {
  if (expression.kind === 'not') return isFulfilled(expression.part, !negated, used, window);
  if (expression.kind === 'rule') {
    const { name } = expression;
    return negated ? !window.some(({ ruleId }) => ruleId === name) : used.has(name);
  }
  const isAll = (expression.kind === 'and') !== negated;
  const parts = expression.parts.map((part) => isFulfilled(part, negated, used, window));
  return isAll ? parts.every(Boolean) : parts.some(Boolean);
}

/** Every choice of rules, in the order of the list. */
function subsets(rules: readonly string[]): string[][] {
  const all: string[][] = [[]];
  for (const rule of rules) all.push(...all.map((some) => [...some, rule]));
  return all;
}

const areAll = (used: readonly string[], window: readonly Member[]) =>
  used.every((name) => window.some(({ ruleId }) => ruleId === name));

/** Is there an event for each rule, none before that of the rule before it? Every choice is tried. */
function isOrdered([first, ...others]: readonly string[], window: readonly Member[], since: number): boolean {
  if (first === undefined) return true;
  return window.some(
    ({ ruleId, event }) => ruleId === first && event.time >= since && isOrdered(others, window, event.time),
  );
}

function measure({ type, percentile }: RandomCorrelation, window: readonly Member[]): number {
  if (type === 'event_count') return window.length;
  if (type === 'value_count') return new Set(window.map((member) => fieldOf(member, 'value'))).size;
  if (type === 'temporal') return new Set(window.map(({ ruleId }) => ruleId)).size;
  const numbers = window.map((member) => Number(fieldOf(member, 'number'))).sort((a, b) => a - b);
  const sum = numbers.reduce((a, b) => a + b, 0);
  if (type === 'value_sum') return sum;
  if (type === 'value_avg') return sum / numbers.length;
  const percent = type === 'value_median' ? 50 : percentile;
  return numbers[Math.ceil((percent * numbers.length) / 100) - 1] ?? Number.NaN;
}

function compare(op: string, a: number, b: number): boolean {
  if (op === 'gt') return a > b;
  if (op === 'gte') return a >= b;
  if (op === 'lt') return a < b;
  if (op === 'lte') return a <= b;
  return op === 'eq' ? a === b : a !== b;
}
