import { closestName } from '../closest-name.ts';
import { CORRELATION_TYPES } from './correlation-type.ts';
import { type DocumentPath, isMap, listOf, type Reporter, type SigmaDocument } from './document.ts';
import { namesIn } from './extended-condition.ts';
import { type CorrelationCondition, parseCorrelationCondition } from './parse-correlation-condition.ts';
import { fieldNames, parseHead } from './parse-head.ts';
import { reloadableField } from './reloadable-field.ts';
import type { RuleReference, SigmaCorrelation } from './sigma-rule.ts';
import { parseTimespan, TIMESPAN_FORM } from './timespan.ts';

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];
const PATH: DocumentPath = ['correlation'];

/**
 * Reads a correlation document. Reports everything that is wrong; what it returns
 * then must not be used.
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
  const condition = parseCorrelationCondition(value['condition'], type, report);
  const groupBy = parseGroupBy(value['group-by'], report);
  const acrossAccounts = parseFlag(document.value['x-across-accounts'], 'x-across-accounts', report);
  if (acrossAccounts && groupBy.length === 0)
    report(['x-across-accounts'], 'without the account a "group-by" must say who belongs together. Add one.');
  return {
    ...head,
    type,
    rules: parseRules(value['rules'], condition, report),
    groupBy,
    spanMs: parseSpan(value['timespan'], report),
    ...condition,
    aliases,
    generate: parseGenerate(document.value['generate'], value['generate'], report),
    acrossAccounts,
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
  const type = CORRELATION_TYPES.find((known) => known === value);
  if (type !== undefined) return type;
  const near = typeof value === 'string' ? closestName(value, CORRELATION_TYPES) : undefined;
  const remedy =
    near === undefined ? `Write one of ${CORRELATION_TYPES.join(', ')}.` : `Did you mean "${near}"?`;
  report([...PATH, 'type'], `the correlation has no "type" that Sigma knows. ${remedy}`);
  return 'event_count';
}

/** Where a condition names the rules, in the order of their mention, the list may be left out. */
function parseRules(
  value: unknown,
  { expression }: CorrelationCondition,
  report: Reporter,
): readonly RuleReference[] {
  if (value !== undefined || expression === undefined)
    return parseReferences(value, [...PATH, 'rules'], report);
  const line = report.lineOf([...PATH, 'condition']);
  return namesIn(expression).map((text) => ({ text, line }));
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

function parseAliases(value: unknown, report: Reporter): SigmaCorrelation['aliases'] {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  if (value === undefined || value === null) return aliases;
  for (const [alias, rules] of Object.entries(mapAt(value, [...PATH, 'aliases'], report))) {
    const path = [...PATH, 'aliases', alias];
    const fields = new Map<string, string>();
    for (const [rule, field] of Object.entries(mapAt(rules, path, report))) {
      const fault = aliasFault(field);
      if (fault === undefined) fields.set(rule, String(field));
      else report([...path, rule], fault);
    }
    aliases.set(alias, fields);
  }
  return aliases;
}

function aliasFault(field: unknown): string | undefined {
  if (typeof field === 'string' && field !== '') return reloadableField(field);
  return 'an alias maps the name of a rule to the name of a field.';
}

function parseGenerate(outer: unknown, inner: unknown, report: Reporter): boolean {
  const value = outer ?? inner ?? false;
  if (typeof value === 'boolean') return value;
  report(outer === undefined ? [...PATH, 'generate'] : ['generate'], '"generate" takes true or false.');
  return false;
}

function parseFlag(value: unknown, key: string, report: Reporter): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  report([key], `"${key}" takes true or false.`);
  return false;
}
