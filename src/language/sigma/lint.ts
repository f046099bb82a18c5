/**
 * Advice on rules that load: what works, but is probably not what was meant. It
 * never decides whether a rule is used; problems that do are told on loading.
 */
import type { Problem } from '../../domain/problem.ts';
import { unknownField } from './known-fields.ts';
import { lintDetection } from './lint-condition.ts';
import { lintHead } from './lint-head.ts';
import { lintItems } from './lint-item.ts';
import type { CompiledRule, RuleSet } from './rule-set.ts';
import type { ParsedSigma, SigmaCorrelation, SigmaFilter, SigmaHead, SigmaRule } from './sigma-rule.ts';

/** What has been loaded, and which rules have a test. */
export interface Linted {
  readonly parsed: readonly ParsedSigma[];
  readonly ruleSet: RuleSet;
  /** Ids of rules. */
  readonly tested: ReadonlySet<string>;
}

/** Advice on everything that was loaded, by file and line. */
export function lintRules({ parsed, ruleSet, tested }: Linted): readonly Problem[] {
  const compiled = new Map(ruleSet.detections.map((rule) => [rule.info.id, rule]));
  const alerting = new Set(ruleSet.correlations.filter(({ alerts }) => alerts).map(({ info }) => info.id));
  const rules = parsed.flatMap((file) => file.rules);
  const correlations = parsed.flatMap((file) => file.correlations);
  const filters = parsed.flatMap((file) => file.filters);
  const advice = [
    ...rules.flatMap((rule) => lintRule(rule, compiled.get(rule.id), tested)),
    ...correlations.flatMap((one) => lintCorrelation(one, alerting.has(one.id), tested)),
    ...filters.flatMap(lintFilter),
    ...sharedNames([...rules, ...correlations]),
  ];
  return advice.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function lintRule(
  rule: SigmaRule,
  compiled: CompiledRule | undefined,
  tested: ReadonlySet<string>,
): readonly Problem[] {
  const fieldsKnown = isCloudTrail(rule.logsource);
  const isSilent = compiled?.alerts !== true;
  return [
    ...at(rule.place, [
      ...lintHead(rule, fieldsKnown),
      ...lintDetection(rule.detection),
      ...(compiled === undefined ? [] : adviceOnIndex(compiled)),
      ...(isSilent || tested.has(rule.id) ? [] : [NO_TEST]),
    ]),
    ...linesOf(rule.place.file, lintItems(rule.detection, fieldsKnown)),
  ];
}

function adviceOnIndex({ eventNames, eventSources, witness }: CompiledRule): readonly string[] {
  if (eventNames?.length === 0) return [neverPasses('eventName')];
  if (eventSources?.length === 0) return [neverPasses('eventSource')];
  return (eventNames ?? eventSources ?? witness) === undefined ? [NO_INDEX] : [];
}

const NO_TEST = 'the rule has no test. Write a .test.yml beside it, with cases that fire and near misses.';
const NO_INDEX =
  'no index can serve the rule: every event is looked at. Ask for an eventName or eventSource where that is possible.';

function neverPasses(field: string): string {
  return `no ${field} can pass all parts of the rule, so it can never match. Correct the selections or the condition.`;
}

function lintCorrelation(
  correlation: SigmaCorrelation,
  alerts: boolean,
  tested: ReadonlySet<string>,
): readonly Problem[] {
  const groups = correlation.groupBy.filter((field) => !correlation.aliases.has(field));
  const values = correlation.valueFields.filter((field) => !correlation.aliases.has(field));
  return at(correlation.place, [
    ...lintHead({ ...correlation, groupBy: groups }, true),
    ...values.flatMap((field) => unknownField(field) ?? []),
    ...(!alerts || tested.has(correlation.id) ? [] : [NO_TEST]),
  ]);
}

function lintFilter({ place, detection, logsource }: SigmaFilter): readonly Problem[] {
  return [
    ...at(place, lintDetection(detection)),
    ...linesOf(place.file, lintItems(detection, isCloudTrail(logsource))),
  ];
}

/** What says nothing of the service is asked of CloudTrail events as well. */
function isCloudTrail(logsource: ReadonlyMap<string, unknown>): boolean {
  const service = logsource.get('service');
  return logsource.get('product') === 'aws' && (service === undefined || service === 'cloudtrail');
}

function sharedNames(heads: readonly SigmaHead[]): readonly Problem[] {
  const seen = new Map<string, SigmaHead['place']>();
  return heads.flatMap(({ name, place }) => {
    const first = name === undefined ? undefined : seen.get(name);
    if (name !== undefined && first === undefined) seen.set(name, place);
    if (first === undefined) return [];
    return at(place, [`the name "${name}" is taken by ${first.file}:${first.line}. Names are unique.`]);
  });
}

function at(place: SigmaHead['place'], messages: readonly string[]): readonly Problem[] {
  return messages.map((message) => ({ ...place, message }));
}

function linesOf(
  file: string,
  advice: readonly { readonly line: number; readonly message: string }[],
): readonly Problem[] {
  return advice.map((one) => ({ file, ...one }));
}
