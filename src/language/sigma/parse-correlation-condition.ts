import { closestName } from '../closest-name.ts';
import { type CorrelationType, isNumeric, isTemporal, OPERATORS, type Operator } from './correlation-type.ts';
import { type DocumentPath, isMap, listOf, type Reporter } from './document.ts';
import { parseExpression, type RuleExpression } from './extended-condition.ts';
import type { Threshold } from './sigma-rule.ts';

const PATH = ['correlation', 'condition'] as const;
/** That of pySigma, where the specification says nothing. */
const DEFAULT_PERCENTILE = 95;
const MEDIAN = 50;
const LARGEST_THRESHOLD = 1e15;

/** What the condition of a correlation says. */
export interface CorrelationCondition {
  readonly condition: readonly Threshold[];
  readonly valueFields: readonly string[];
  /** Of value_percentile and value_median: more than 0, 100 at most. */
  readonly percentile?: number;
  /** Of the temporal types, where it is a text. */
  readonly expression?: RuleExpression;
}

const NOTHING: CorrelationCondition = { condition: [], valueFields: [] };

/** Reports what is wrong; what it returns then must not be used. */
export function parseCorrelationCondition(
  value: unknown,
  type: CorrelationType,
  report: Reporter,
): CorrelationCondition {
  if (isTemporal(type)) {
    if (value === undefined || value === null) return NOTHING;
    if (typeof value === 'string') return parseText(value, report);
  }
  if (type === 'temporal_ordered') {
    const remedy = 'Leave it out to ask for all rules in their order.';
    report(PATH, `"temporal_ordered" takes a condition that is a text over rules. ${remedy}`);
    return NOTHING;
  }
  if (!isMap(value)) {
    report(PATH, `"${type}" needs a condition that is a map. Write gte and a number.`);
    return NOTHING;
  }
  reportUnknownKeys(value, type, report);
  return {
    condition: parseThresholds(value, type, report),
    valueFields: parseValueFields(value['field'], type, report),
    ...parsePercentile(value['percentile'], type, report),
  };
}

function parseText(text: string, report: Reporter): CorrelationCondition {
  const { expression, error } = parseExpression(text);
  if (expression !== undefined) return { ...NOTHING, expression };
  report(PATH, error);
  return NOTHING;
}

function keysOf(type: CorrelationType): readonly string[] {
  if (type === 'value_percentile') return [...OPERATORS, 'field', 'percentile'];
  return [...OPERATORS, 'field'];
}

function reportUnknownKeys(
  value: Readonly<Record<string, unknown>>,
  type: CorrelationType,
  report: Reporter,
): void {
  const known = keysOf(type);
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = closestName(key, known);
    const remedy = near === undefined ? `Known keys are ${known.join(', ')}.` : `Did you mean "${near}"?`;
    report([...PATH, key], `unknown key "${key}" in a condition. ${remedy}`);
  }
}

function parseThresholds(
  value: Readonly<Record<string, unknown>>,
  type: CorrelationType,
  report: Reporter,
): readonly Threshold[] {
  const stated = OPERATORS.filter((op) => value[op] !== undefined);
  if (stated.length === 0)
    report(PATH, `the condition has no threshold. Write one of ${OPERATORS.join(', ')}.`);
  return stated.map((op) => ({ op, threshold: parseThreshold(value[op], op, type, report) }));
}

function parseThreshold(value: unknown, op: Operator, type: CorrelationType, report: Reporter): number {
  const path: DocumentPath = [...PATH, op];
  if (isNumeric(type)) {
    if (typeof value === 'number' && Math.abs(value) <= LARGEST_THRESHOLD) return value;
    report(path, `"${op}" takes a number.`);
    return 0;
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    report(path, `"${op}" takes a whole number that is not negative.`);
    return 0;
  }
  if ((op === 'lt' && value <= 1) || ((op === 'lte' || op === 'eq') && value === 0)) {
    const remedy = 'That nothing happened is told by "x-heartbeat".';
    report(path, `"${op}: ${value}" never holds: an event is part of its own window. ${remedy}`);
  }
  return value;
}

function parseValueFields(value: unknown, type: CorrelationType, report: Reporter): readonly string[] {
  const path = [...PATH, 'field'];
  if (type === 'event_count' || type === 'temporal') {
    if (value !== undefined) report(path, `${type} counts events, not a field. Write value_count.`);
    return [];
  }
  const fields = listOf(value);
  if (fields.length === 0) report(path, `${type} needs the "field" whose values it looks at. Name it.`);
  if (fields.length > 1 && isNumeric(type)) report(path, `${type} computes with one field. Name one.`);
  const names = fields.filter((name): name is string => typeof name === 'string' && name.trim() !== '');
  if (names.length < fields.length) report(path, '"field" must be the name of a field, or a list of them.');
  return names;
}

function parsePercentile(
  value: unknown,
  type: CorrelationType,
  report: Reporter,
): { readonly percentile?: number } {
  if (type === 'value_median') return { percentile: MEDIAN };
  if (type !== 'value_percentile') return {};
  if (value === undefined) return { percentile: DEFAULT_PERCENTILE };
  if (typeof value === 'number' && value > 0 && value <= 100) return { percentile: value };
  report([...PATH, 'percentile'], '"percentile" takes a number above 0, 100 at most.');
  return { percentile: DEFAULT_PERCENTILE };
}
