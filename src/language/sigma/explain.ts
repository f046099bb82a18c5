/**
 * Why a rule matches an event, or what of it does not hold: the rule as a tree,
 * each part judged, each item with the value that it looked at. What holds is
 * asked of the same compiled tests that detect.
 */
import { printable } from '../printable.ts';
import { type Condition, namesCovered } from './condition.ts';
import { fieldValue, jsonText, type MatchSubject } from './field-value.ts';
import { resolveFilters } from './filters.ts';
import { graveRules } from './grave-rules.ts';
import { isLeftOut } from './left-out.ts';
import { createReferences } from './references.ts';
import { type CompiledRule, createRuleSet, type RuleSetOptions } from './rule-set.ts';
import type {
  Detection,
  DetectionItem,
  ParsedSigma,
  Selection,
  SigmaCorrelation,
  SigmaFilter,
  SigmaRule,
} from './sigma-rule.ts';

/** One part of a rule on one event. */
export interface Explanation {
  readonly holds: boolean;
  /** One line; values in it are cut short. */
  readonly text: string;
  readonly parts: readonly Explanation[];
}

export type Explain = (subject: MatchSubject) => Explanation;

const MAX_TEXT = 160;
const MAX_VALUES = 5;

/** Explains rules by id; undefined where no sound rule has it. Of a correlation, the rules that it counts. */
export function createExplain(
  parsed: readonly ParsedSigma[],
  options: RuleSetOptions = {},
): (id: string) => Explain | undefined {
  const rules = parsed.flatMap((file) => file.rules);
  const correlations = parsed.flatMap((file) => file.correlations);
  const filters = parsed.flatMap((file) => file.filters);
  // What the references complain of is told when the rules are loaded.
  const notes = { problems: [], advice: [] };
  const references = createReferences(rules, correlations, [], notes);
  const filtersOf = resolveFilters(filters, rules, references, notes);
  const isGrave = graveRules(rules, correlations);
  const explainRule = (rule: SigmaRule) =>
    ruleExplainer(rule, filtersOf(rule.id), { ...options, inDoubt: isGrave(rule) });
  return (id) => {
    const rule = rules.find((one) => one.id === id);
    if (rule !== undefined) return explainRule(rule);
    const correlation = correlations.find((one) => one.id === id);
    if (correlation === undefined) return undefined;
    const { file } = correlation.place;
    const counted = correlation.rules.flatMap((reference) => references.rule(reference, file) ?? []);
    return correlationExplainer(correlation, counted.map(explainRule));
  };
}

function correlationExplainer(correlation: SigmaCorrelation, rules: readonly Explain[]): Explain {
  return (subject) => {
    const parts = rules.map((explain) => explain(subject));
    const text = `${correlation.title}: counts events of these rules (windows are not looked at here)`;
    return node(
      parts.some(({ holds }) => holds),
      text,
      parts,
    );
  };
}

interface ExplainRuleOptions extends RuleSetOptions {
  /** The rule matches in doubt: what CloudTrail left out counts as met, and in a denial as not met. */
  readonly inDoubt: boolean;
}

function ruleExplainer(
  rule: SigmaRule,
  filters: readonly SigmaFilter[],
  options: ExplainRuleOptions,
): Explain {
  const explainers = [
    { text: 'condition', explain: detectionExplainer(rule, rule.detection, options) },
    ...filters.map((filter) => ({
      text: `filter ${filter.title}`,
      explain: detectionExplainer(rule, filter.detection, options),
    })),
  ];
  return (subject) =>
    every(
      rule.title,
      explainers.map(({ text, explain }) => some(text, explain(subject))),
    );
}

/** One part a condition; the detection holds where one of them does. */
function detectionExplainer(
  rule: SigmaRule,
  detection: Detection,
  options: ExplainRuleOptions,
): (subject: MatchSubject) => readonly Explanation[] {
  const tests = itemTests(rule, detection, options);
  return (subject) => {
    const explainItem = (item: DetectionItem, isDenied: boolean) =>
      options.inDoubt && isLeftOut(item.field, subject)
        ? node(
            !isDenied,
            `${item.key}: left out by CloudTrail for its size, counts as ${isDenied ? 'not ' : ''}met`,
            [],
          )
        : node(tests.get(item)?.matches(subject) ?? false, itemText(item, subject), []);
    const explainName: ExplainName = (name, isDenied) => {
      const selection = detection.selections.get(name);
      return selection === undefined
        ? node(false, name, [])
        : named(
            name,
            explainSelection(selection, (item) => explainItem(item, isDenied)),
          );
    };
    return detection.conditions.map((condition) =>
      explainCondition(condition, [...detection.selections.keys()], explainName),
    );
  };
}

/** `isDenied`: within an odd number of `not`. */
type ExplainName = (name: string, isDenied: boolean) => Explanation;

/** Every item as a rule of its own, so that the engine itself says whether it holds. Not in doubt: that is asked before. */
function itemTests(
  rule: SigmaRule,
  detection: Detection,
  options: RuleSetOptions,
): ReadonlyMap<DetectionItem, CompiledRule> {
  const items = [...new Set([...detection.selections.values()].flatMap(itemsOf))];
  const rules = items.map(
    (item, index): SigmaRule => ({
      ...rule,
      id: String(index),
      level: 'medium',
      detection: {
        selections: new Map([['item', { kind: 'item', item }]]),
        conditions: [{ kind: 'selection', name: 'item' }],
        source: null,
      },
    }),
  );
  const parsed: ParsedSigma = { rules, correlations: [], filters: [], refused: [], problems: [] };
  const { detections } = createRuleSet([parsed], options).ruleSet;
  const byId = new Map(detections.map((one) => [one.info.id, one]));
  return new Map(
    items.flatMap((item, index) => {
      const test = byId.get(String(index));
      return test === undefined ? [] : [[item, test] as const];
    }),
  );
}

function itemsOf(selection: Selection): readonly DetectionItem[] {
  return selection.kind === 'item' ? [selection.item] : selection.parts.flatMap(itemsOf);
}

function explainCondition(
  condition: Condition,
  names: readonly string[],
  explainName: ExplainName,
  isDenied = false,
): Explanation {
  const explain = (part: Condition) => explainCondition(part, names, explainName, isDenied);
  switch (condition.kind) {
    case 'and':
      return every('all of these', condition.parts.map(explain));
    case 'or':
      return some('one of these', condition.parts.map(explain));
    case 'not': {
      const part = explainCondition(condition.part, names, explainName, !isDenied);
      return node(!part.holds, 'not', [part]);
    }
    case 'selection':
      return explainName(condition.name, isDenied);
    case 'of': {
      const parts = namesCovered(condition.pattern, names).map((name) => explainName(name, isDenied));
      const join = condition.quantifier === 'all' ? every : some;
      return join(`${condition.quantifier === 'all' ? 'all' : '1'} of ${condition.pattern}`, parts);
    }
  }
}

/** The selection's name in place of "all of these"; above an item, which says what it looked at. */
function named(name: string, explanation: Explanation): Explanation {
  const parts = explanation.parts.length === 0 ? [explanation] : explanation.parts;
  return node(explanation.holds, name, parts);
}

function explainSelection(
  selection: Selection,
  explainItem: (item: DetectionItem) => Explanation,
): Explanation {
  if (selection.kind === 'item') return explainItem(selection.item);
  const parts = selection.parts.map((part) => explainSelection(part, explainItem));
  return selection.kind === 'all' ? every('all of these', parts) : some('one of these', parts);
}

function every(text: string, parts: readonly Explanation[]): Explanation {
  return node(
    parts.every(({ holds }) => holds),
    text,
    parts,
  );
}

function some(text: string, parts: readonly Explanation[]): Explanation {
  return node(
    parts.some(({ holds }) => holds),
    text,
    parts,
  );
}

/** The texts come from people and attackers alike; every piece of them has been cut before. */
function node(holds: boolean, text: string, parts: readonly Explanation[]): Explanation {
  return { holds, text: printable(text), parts };
}

/** `eventName|startswith: "Delete", found "GetTrail"` */
function itemText({ field, key, values }: DetectionItem, subject: MatchSubject): string {
  const shown = values.slice(0, MAX_VALUES).map((value) => cut(jsonText(value)));
  const more = values.length > MAX_VALUES ? `, … ${values.length - MAX_VALUES} more` : '';
  const wanted = values.length === 1 ? shown.join('') : `[${shown.join(', ')}${more}]`;
  if (field === '') return `keywords ${wanted} in the whole event`;
  const value = fieldValue(subject, field);
  return `${key}: ${wanted}, ${value === undefined ? 'is absent' : `found ${cut(jsonText(value))}`}`;
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
