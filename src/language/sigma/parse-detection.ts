import { type Condition, namesCovered, parseCondition } from './condition.ts';
import { type DocumentPath, isMap, type Reporter } from './document.ts';
import { parseModifierChain } from './modifier-chain.ts';
import type { Detection, DetectionItem, Scalar, Selection } from './sigma-rule.ts';

const NO_SELECTION: Selection = { kind: 'any', parts: [] };

const ARRAY_SELECTOR = /\[(?:any|all|-?[0-9]+)\]/;

interface Value {
  readonly value: Scalar;
  readonly line: number;
}

/**
 * Reads the selections and the condition of a `detection` or `filter` map.
 * `notSelections` are keys of the map with another meaning. Reports everything
 * that is wrong; what it returns then must not be used.
 */
export function parseDetection(
  value: unknown,
  path: DocumentPath,
  notSelections: readonly string[],
  report: Reporter,
): Detection {
  const selections = new Map<string, Selection>();
  if (!isMap(value)) {
    report(path, `"${path.at(-1)}" must be a map of selections and a condition.`);
    return { selections, conditions: [], source: value };
  }
  if (value['timeframe'] !== undefined) {
    const remedy = 'Write a correlation document with a "timespan".';
    report(
      [...path, 'timeframe'],
      `"timeframe" belongs to an aggregation that is no longer Sigma. ${remedy}`,
    );
  }
  const skipped = new Set(['condition', 'timeframe', ...notSelections]);
  for (const [name, content] of Object.entries(value)) {
    if (!skipped.has(name)) selections.set(name, parseSelection(content, [...path, name], report));
  }
  if (selections.size === 0)
    report(path, `"${path.at(-1)}" has no selection. Add one and name it in the condition.`);
  const conditions = parseConditions(
    value['condition'],
    [...path, 'condition'],
    [...selections.keys()],
    report,
  );
  const source = Object.fromEntries(Object.entries(value).filter(([name]) => !notSelections.includes(name)));
  return { selections, conditions, source };
}

function parseSelection(content: unknown, path: DocumentPath, report: Reporter): Selection {
  if (isMap(content)) return parseMap(content, path, report);
  if (Array.isArray(content)) return parseList(content, path, report);
  if (isScalar(content) && content !== null)
    return keywords([{ value: content, line: report.lineOf(path) }], path, report);
  return refuse(path, 'the selection is empty. Give it a field with a value, or a list of keywords.', report);
}

function refuse(path: DocumentPath, message: string, report: Reporter): Selection {
  report(path, message);
  return NO_SELECTION;
}

function parseMap(map: Readonly<Record<string, unknown>>, path: DocumentPath, report: Reporter): Selection {
  const entries = Object.entries(map);
  if (entries.length === 0)
    return refuse(path, 'the selection is empty. Give it a field with a value.', report);
  const parts = entries.map(([key, value]) => parseItem(key, value, [...path, key], report));
  return { kind: 'all', parts };
}

/** Maps are OR-ed; plain values beside them are keywords. */
function parseList(list: readonly unknown[], path: DocumentPath, report: Reporter): Selection {
  if (list.length === 0)
    return refuse(path, 'the selection is empty. Give it keywords or maps of fields.', report);
  const parts: Selection[] = [];
  const words: Value[] = [];
  list.forEach((element, index) => {
    const place = [...path, index];
    if (isMap(element)) parts.push(parseMap(element, place, report));
    else if (isScalar(element) && element !== null)
      words.push({ value: element, line: report.lineOf(place) });
    else report(place, 'a selection list holds keywords or maps of fields. Write one of them here.');
  });
  if (words.length > 0) parts.push(keywords(words, path, report));
  return { kind: 'any', parts };
}

function keywords(values: readonly Value[], path: DocumentPath, report: Reporter): Selection {
  const { chain } = parseModifierChain([]);
  if (chain === undefined) return NO_SELECTION;
  const key = String(path.at(-1) ?? '');
  return { kind: 'item', item: { field: '', key, chain, line: report.lineOf(path), ...split(values) } };
}

function parseItem(key: string, value: unknown, path: DocumentPath, report: Reporter): Selection {
  const [field = '', ...modifiers] = key.split('|');
  if (key === '<<') return refuse(path, 'YAML merge keys ("<<") are not read. Write the fields out.', report);
  if (field === '' && modifiers.length === 0) return refuse(path, 'a field has no name. Write it.', report);
  if (ARRAY_SELECTOR.test(field)) {
    const remedy = 'A value that is an array matches if any member does. Write the field without it.';
    return refuse(path, `"${key}": an array selector is not Sigma 2.1. ${remedy}`, report);
  }
  const { chain, errors } = parseModifierChain(modifiers);
  for (const error of errors) report(path, `"${key}": ${error}`);
  const values = parseValues(key, value, path, report);
  if (chain === undefined) return NO_SELECTION;
  const item: DetectionItem = { field, key, chain, line: report.lineOf(path), ...split(values) };
  return { kind: 'item', item };
}

function split(values: readonly Value[]): Pick<DetectionItem, 'values' | 'valueLines'> {
  return { values: values.map(({ value }) => value), valueLines: values.map(({ line }) => line) };
}

function parseValues(key: string, value: unknown, path: DocumentPath, report: Reporter): readonly Value[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0)
    report(path, `"${key}" has no value. Write one, or null for a field that is absent.`);
  return list.flatMap((element, index) => {
    const place = Array.isArray(value) ? [...path, index] : path;
    if (isInexact(element)) report(place, `"${key}": this number is not exact. Put it in quotes.`);
    if (isScalar(element)) return [{ value: element, line: report.lineOf(place) }];
    report(
      place,
      `"${key}" takes a text, number, boolean, null or a flat list of them. Use a dotted field name.`,
    );
    return [];
  });
}

/** A number that reading has changed already, so that it would never match what is in the event. */
function isInexact(value: unknown): boolean {
  return typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function parseConditions(
  value: unknown,
  path: DocumentPath,
  names: readonly string[],
  report: Reporter,
): readonly Condition[] {
  const list = Array.isArray(value) ? value : [value];
  if (value === undefined || value === null || list.length === 0) {
    report(path, 'there is no "condition". Name the selections that must match.');
    return [];
  }
  return list.flatMap((text, index) => {
    const place = Array.isArray(value) ? [...path, index] : path;
    if (typeof text !== 'string') {
      report(place, '"condition" must be a text or a list of texts.');
      return [];
    }
    const { condition, error } = parseCondition(text);
    if (condition === undefined) {
      report(place, error);
      return [];
    }
    for (const message of unknownNames(condition, names)) report(place, message);
    return [condition];
  });
}

function unknownNames(condition: Condition, names: readonly string[]): readonly string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap((part) => unknownNames(part, names));
    case 'not':
      return unknownNames(condition.part, names);
    case 'selection':
      return names.includes(condition.name)
        ? []
        : [`the condition names "${condition.name}", ${isMissing(names)}`];
    case 'of':
      return coversNothing(condition.quantifier, condition.pattern, names)
        ? [
            `"${condition.quantifier} of ${condition.pattern}" in the condition covers nothing, ${isMissing(names)}`,
          ]
        : [];
  }
}

/** `1 of` over a pattern that covers nothing is false, as in pySigma; `all of` over nothing would be true. */
function coversNothing(quantifier: 'any' | 'all', pattern: string, names: readonly string[]): boolean {
  const mayBeEmpty = quantifier === 'any' && (pattern.includes('*') || pattern === 'them');
  return !mayBeEmpty && namesCovered(pattern, names).length === 0;
}

function isMissing(names: readonly string[]): string {
  return `which is no selection here. There are: ${names.join(', ') || 'none'}.`;
}
