import { closestName } from '../closest-name.ts';
import { type DocumentPath, isMap, listOf, type Reporter, type SigmaDocument } from './document.ts';
import { fieldNames, parseHead } from './parse-head.ts';
import type { RuleReference, SigmaCorrelation, Threshold } from './sigma-rule.ts';
import { parseTimespan, TIMESPAN_FORM } from './timespan.ts';

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];
const TYPES = ['event_count', 'value_count'] as const;
const OTHER_TYPES = [
  ...['temporal', 'temporal_ordered', 'value_sum', 'value_avg'],
  ...['value_percentile', 'value_median'],
];
const RISING = ['gt', 'gte'] as const;
const FALLING = ['lt', 'lte', 'eq', 'neq'];
const PATH: DocumentPath = ['correlation'];

/**
 * Reads a correlation document. Reports everything that is wrong or not done yet;
 * what it returns then must not be used.
 */
export function parseCorrelation(document: SigmaDocument, report: Reporter): SigmaCorrelation {
  const head = parseHead(document, report);
  if (document.value['x-group-by'] !== undefined) {
    report(['x-group-by'], 'a correlation groups by its "group-by". Remove "x-group-by".');
  }
  const value = mapAt(document.value['correlation'], PATH, report);
  reportUnknownKeys(value, report);
  const type = parseType(value['type'], report);
  const aliases = parseAliases(value['aliases'], report);
  return {
    ...head,
    type,
    rules: parseReferences(value['rules'], [...PATH, 'rules'], report),
    groupBy: parseGroupBy(value['group-by'], report),
    spanMs: parseSpan(value['timespan'], report),
    ...parseCountCondition(value['condition'], type, report),
    aliases,
    generate: parseGenerate(document.value['generate'], value['generate'], report),
    source: value,
  };
}

function mapAt(value: unknown, path: DocumentPath, report: Reporter): Readonly<Record<string, unknown>> {
  if (isMap(value)) return value;
  report(path, `"${path.at(-1)}" must be a map.`);
  return {};
}

function reportUnknownKeys(value: Readonly<Record<string, unknown>>, report: Reporter): void {
  for (const key of Object.keys(value)) {
    if (KEYS.includes(key)) continue;
    const near = key === 'timeframe' ? 'timespan' : closestName(key, KEYS);
    const remedy = near === undefined ? `Known keys are ${KEYS.join(', ')}.` : `Did you mean "${near}"?`;
    report([...PATH, key], `unknown key "${key}" in a correlation. ${remedy}`);
  }
}

function parseType(value: unknown, report: Reporter): SigmaCorrelation['type'] {
  const type = TYPES.find((known) => known === value);
  if (type !== undefined) return type;
  const what = OTHER_TYPES.some((known) => known === value)
    ? `correlations of type "${String(value)}" are not supported`
    : 'the correlation has no "type" that Sigma knows';
  report([...PATH, 'type'], `${what}. Write ${TYPES.join(' or ')}.`);
  return 'event_count';
}

/** Texts that name rules. */
export function parseReferences(
  value: unknown,
  path: DocumentPath,
  report: Reporter,
): readonly RuleReference[] {
  const list = listOf(value);
  if (list.length === 0) report(path, '"rules" names no rule. Write the id or name of one.');
  return list.flatMap((text, index) => {
    const place = Array.isArray(value) ? [...path, index] : path;
    if (typeof text === 'string' && text !== '') return [{ text, line: report.lineOf(place) }];
    report(place, '"rules" must hold ids or names of rules, as texts.');
    return [];
  });
}

function parseGroupBy(value: unknown, report: Reporter): readonly string[] {
  return fieldNames(listOf(value), [...PATH.map(String), 'group-by'], report);
}

function parseSpan(value: unknown, report: Reporter): number {
  const spanMs = parseTimespan(value);
  if (spanMs === undefined)
    report([...PATH, 'timespan'], `"timespan" is missing or none. Write ${TIMESPAN_FORM}.`);
  return spanMs ?? 1;
}

type CountCondition = Pick<SigmaCorrelation, 'condition' | 'valueFields'>;

function parseCountCondition(
  value: unknown,
  type: SigmaCorrelation['type'],
  report: Reporter,
): CountCondition {
  const path = [...PATH, 'condition'];
  if (!isMap(value)) {
    report(path, `"${type}" needs a condition that is a map. Write gte and a number.`);
    return { condition: [], valueFields: [] };
  }
  const condition: Threshold[] = [];
  for (const [key, content] of Object.entries(value)) {
    const op = RISING.find((known) => known === key);
    if (op !== undefined) condition.push({ op, threshold: parseThreshold(content, [...path, key], report) });
    else if (FALLING.includes(key)) report([...path, key], notRising(key));
    else if (key !== 'field') report([...path, key], `unknown key "${key}" in a condition. Write gt or gte.`);
  }
  if (condition.length === 0 && !Object.keys(value).some((key) => FALLING.includes(key))) {
    report(path, 'the condition has no threshold. Write gt or gte and a number.');
  }
  return { condition, valueFields: parseValueFields(value['field'], type, report) };
}

function notRising(key: string): string {
  return `"${key}" is not supported: more events can make the condition false again. Write gt or gte.`;
}

function parseThreshold(value: unknown, path: DocumentPath, report: Reporter): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  report(path, `"${path.at(-1)}" takes a whole number that is not negative.`);
  return 0;
}

function parseValueFields(
  value: unknown,
  type: SigmaCorrelation['type'],
  report: Reporter,
): readonly string[] {
  const path = [...PATH.map(String), 'condition', 'field'];
  if (type === 'event_count') {
    if (value !== undefined) report(path, 'event_count counts events, not a field. Write value_count.');
    return [];
  }
  const fields = listOf(value);
  if (fields.length === 0) report(path, 'value_count needs the "field" whose values it counts. Name it.');
  const names = fields.filter((name): name is string => typeof name === 'string' && name.trim() !== '');
  if (names.length < fields.length) report(path, '"field" must be the name of a field, or a list of them.');
  return names;
}

function parseAliases(value: unknown, report: Reporter): SigmaCorrelation['aliases'] {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  if (value === undefined || value === null) return aliases;
  for (const [alias, rules] of Object.entries(mapAt(value, [...PATH, 'aliases'], report))) {
    const path = [...PATH, 'aliases', alias];
    const fields = new Map<string, string>();
    for (const [rule, field] of Object.entries(mapAt(rules, path, report))) {
      if (typeof field === 'string' && field !== '') fields.set(rule, field);
      else report([...path, rule], 'an alias maps the name of a rule to the name of a field.');
    }
    aliases.set(alias, fields);
  }
  return aliases;
}

function parseGenerate(outer: unknown, inner: unknown, report: Reporter): boolean {
  const value = outer ?? inner ?? false;
  if (typeof value === 'boolean') return value;
  report(outer === undefined ? [...PATH, 'generate'] : ['generate'], '"generate" takes true or false.');
  return false;
}
