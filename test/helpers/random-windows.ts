import fc from 'fast-check';
import type { RuleMatch } from '../../src/domain/finding.ts';
import { aMatch } from './a-correlation.ts';
import { MINUTE, TEN_O_CLOCK } from './a-finding.ts';
import { aRuleText } from './a-rule-set.ts';

/** A condition over rules as a test thinks of it; `textOf` writes it as Sigma. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'rule'; readonly name: string };

/** A correlation as a test thinks of it; `documentOf` writes it as Sigma. */
export interface RandomCorrelation {
  readonly id: string;
  readonly type: string;
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly minutes: number;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly expression: Expression | undefined;
  readonly percentile: number;
  readonly generate: boolean;
}

/** One arrival of an event. */
export interface Arrival {
  /** Which event it is: time, groups and values follow from it. */
  readonly id: number;
  readonly rule: string;
  /** Two readings of an event may differ in what they show, not in what it is. */
  readonly reading: number;
  /** How long after the event it comes, in minutes: `SETTLING_MINUTES` at most. */
  readonly delay: number;
}

export const BASE_RULES = ['a', 'b', 'c'] as const;
export const SETTLING_MINUTES = 40;

const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
const TYPES = [
  ...['event_count', 'value_count', 'temporal', 'temporal_ordered'],
  ...['value_sum', 'value_avg', 'value_percentile', 'value_median'],
];

const aBaseRuleText = (id: string) => aRuleText({ s: { eventName: id }, condition: 's' }, { id, title: id });

/** The texts of a rule set: the base rules and the correlations. */
export function textsOf(correlations: readonly RandomCorrelation[]): string[] {
  return [...BASE_RULES.map(aBaseRuleText), ...correlations.map(documentOf)];
}

function documentOf(each: RandomCorrelation): string {
  const field = each.type.startsWith('value_')
    ? { field: each.type === 'value_count' ? 'value' : 'number' }
    : {};
  const percentile = each.type === 'value_percentile' ? { percentile: each.percentile } : {};
  const map = { ...each.thresholds, ...field, ...percentile };
  const condition = each.expression === undefined ? map : textOf(each.expression);
  const isPlain = each.expression === undefined && Object.keys(each.thresholds).length === 0;
  return JSON.stringify({
    title: each.id,
    id: each.id,
    'x-period': '30m',
    correlation: {
      type: each.type,
      rules: each.rules,
      'group-by': each.groupBy,
      timespan: `${each.minutes}m`,
      generate: each.generate,
      ...(isPlain ? {} : { condition }),
    },
  });
}

function textOf(expression: Expression): string {
  if (expression.kind === 'rule') return expression.name;
  if (expression.kind === 'not') return `NOT (${textOf(expression.part)})`;
  return `(${expression.parts.map(textOf).join(` ${expression.kind} `)})`;
}

const aThreshold = (type: string) => {
  if (type === 'event_count' || type === 'value_count') return fc.integer({ min: 2, max: 5 });
  return type === 'temporal' ? fc.constant(1) : fc.integer({ min: -5, max: 25 });
};

const someThresholds = (type: string) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...OPERATORS), aThreshold(type)), {
      minLength: 1,
      maxLength: 2,
      selector: ([op]) => op,
    })
    // Not all of these can hold on a number of rules.
    .map((pairs) => Object.fromEntries(type === 'temporal' ? [['gte', pairs[0]?.[1] ?? 1]] : pairs));

/** An expression that names every rule, some of them negated. */
function anExpression(rules: readonly string[]): fc.Arbitrary<Expression> {
  const leaf = (name: string) =>
    fc
      .boolean()
      .map(
        (negated): Expression =>
          negated ? { kind: 'not', part: { kind: 'rule', name } } : { kind: 'rule', name },
      );
  const [first = '', ...others] = rules;
  if (others.length === 0) return leaf(first);
  return fc
    .record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      negated: fc.integer({ min: 0, max: 5 }),
      head: leaf(first),
      rest: anExpression(others),
    })
    .map(({ kind, negated, head, rest }): Expression => {
      const joined: Expression = { kind, parts: [head, rest] };
      return negated === 0 ? { kind: 'not', part: joined } : joined;
    });
}

function aRandomCorrelation(id: string, before: readonly string[]): fc.Arbitrary<RandomCorrelation> {
  const listable = [...BASE_RULES, ...before];
  return fc
    .record({
      type: fc.constantFrom(...TYPES),
      rules: fc.shuffledSubarray(listable, { minLength: 1, maxLength: 3 }),
      groupBy: fc.constantFrom(['group'], ['group'], [], ['group', 'sub']),
      minutes: fc.integer({ min: 1, max: 25 }),
      form: fc.integer({ min: 0, max: 2 }),
      percentile: fc.constantFrom(1, 25, 50, 90, 95, 99.5, 100),
      generate: fc.boolean(),
    })
    .chain(({ form, ...rest }) => {
      const isTemporal = rest.type.startsWith('temporal');
      const counts = !isTemporal || (rest.type === 'temporal' && form === 1);
      return fc.record({
        id: fc.constant(id),
        type: fc.constant(rest.type),
        rules: fc.constant(rest.rules),
        groupBy: fc.constant(rest.groupBy),
        minutes: fc.constant(rest.minutes),
        percentile: fc.constant(rest.percentile),
        generate: fc.constant(rest.generate),
        thresholds: counts ? someThresholds(rest.type) : fc.constant({}),
        expression: isTemporal && form === 2 ? anExpression(rest.rules) : fc.constant(undefined),
      });
    });
}

/** One to four correlations, of which the later ones may list the earlier ones. */
export const someCorrelations: fc.Arbitrary<readonly RandomCorrelation[]> = fc
  .integer({ min: 1, max: 4 })
  .chain((count) => {
    const ids = Array.from({ length: count }, (_, index) => `k${index}`);
    return fc.tuple(...ids.map((id, index) => aRandomCorrelation(id, ids.slice(0, index))));
  });

/** The match that arrives. */
export function matchOf({ id, rule, reading }: Arrival): RuleMatch {
  const match = aMatch({
    ruleId: rule,
    eventId: `e${id}`,
    time: TEN_O_CLOCK - 20 * MINUTE + ((id * 7) % 16) * 4 * MINUTE,
    record: {
      group: `g${id % 2}`,
      ...(id % 7 === 0 ? {} : { sub: `s${id % 3}` }),
      value: `v${id % 5}`,
      number: id % 11 === 0 ? 'none' : String(((id * 13) % 31) - 5),
    },
  });
  return { ...match, evidence: { ...match.evidence, summary: `reading ${reading}` } };
}

export const someArrivals: fc.Arbitrary<readonly Arrival[]> = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 24 }),
    rule: fc.constantFrom(...BASE_RULES),
    reading: fc.integer({ min: 0, max: 1 }),
    delay: fc.integer({ min: 0, max: SETTLING_MINUTES }),
  }),
  { maxLength: 40 },
);
