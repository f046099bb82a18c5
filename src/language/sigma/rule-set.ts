import type { RuleInfo } from '../../domain/finding.ts';
import type { Problem } from '../../domain/problem.ts';
import { type CompiledCorrelation, compileCorrelations, rulesThatAlert } from './compile-correlation.ts';
import { allOf, compileDetection } from './compile-detection.ts';
import type { CompiledTest } from './compile-item.ts';
import type { MatchSubject, SubjectTest } from './field-value.ts';
import { type FiltersOf, resolveFilters } from './filters.ts';
import { graveRules } from './grave-rules.ts';
import { createLeavesOut, inDoubtTrue } from './left-out.ts';
import { createReferences } from './references.ts';
import type { BaselineTerms, HeartbeatTerms } from './rule-extensions.ts';
import { revisionOf, ruleInfoOf } from './rule-info.ts';
import type { ParsedSigma, SigmaCorrelation, SigmaFilter, SigmaHead, SigmaRule } from './sigma-rule.ts';
import { createSubjectReader } from './subject-reader.ts';
import { type Watch, watchesOf, withoutWatched } from './watches.ts';
import type { Witness } from './witness.ts';

/** A rule that looks at single events. */
export interface CompiledRule {
  readonly info: RuleInfo;
  /** False: it only feeds correlations, which do not ask for its own alerts (`generate`). */
  readonly alerts: boolean;
  /** Folded event names outside of which it cannot match; undefined: any. */
  readonly eventNames: readonly string[] | undefined;
  /** Folded event sources outside of which it cannot match; undefined: any. */
  readonly eventSources?: readonly string[] | undefined;
  /** What a record that it matches must show in its bytes; undefined: nothing is certain. */
  readonly witness?: Witness | undefined;
  /** Asked rule by rule for one event, not event by event: what rules share is read once an event. */
  matches(subject: MatchSubject): boolean;
}

export type { CompiledCorrelation, Watch };

export interface RuleSet {
  readonly detections: readonly CompiledRule[];
  readonly correlations: readonly CompiledCorrelation[];
  /** Rules with `x-baseline`; absent: none. They are not among the detections. */
  readonly baselines?: readonly Watch<BaselineTerms>[];
  /** Rules with `x-heartbeat`; absent: none. */
  readonly heartbeats?: readonly Watch<HeartbeatTerms>[];
}

export interface RuleSetOptions {
  /** Values of `%name%` for the modifier `expand`. */
  readonly placeholders?: ReadonlyMap<string, readonly string[]>;
}

/**
 * Joins files into one rule set: ids become unique, references are resolved,
 * filters take hold, and everything is compiled. `problems` are those of the files
 * together, without those that parsing has told; a document with one is left out.
 * `advice` is what works but is probably not meant.
 */
export function createRuleSet(
  parsed: readonly ParsedSigma[],
  options: RuleSetOptions = {},
): {
  readonly ruleSet: RuleSet;
  readonly problems: readonly Problem[];
  readonly advice: readonly Problem[];
} {
  const problems: Problem[] = [];
  const advice: Problem[] = [];
  const documents = withUniqueIds(parsed, problems);
  const { rules, correlations, filters } = documents;
  const refused = parsed.flatMap((file) => file.refused.flatMap((document) => document.names));
  const references = createReferences(rules, correlations, refused, { problems, advice });
  const filtersOf = resolveFilters(filters, rules, references, { problems, advice });
  const compiled = compileRules(documents, filtersOf, options, problems);
  const windows = compileCorrelations(
    withoutWatched(correlations, rules, problems),
    compiled,
    references,
    problems,
  );
  const own = rulesThatAlert(windows);
  const { baselines, heartbeats, extended } = watchesOf(rules, compiled);
  const detections = [...compiled.values()]
    .filter(({ info }) => !extended.has(info.id))
    .map((rule) => ({ ...rule, alerts: own(rule.info) }));
  return {
    ruleSet: {
      detections,
      correlations: windows.map(({ correlation }) => ({ ...correlation, alerts: own(correlation.info) })),
      baselines,
      heartbeats,
    },
    problems,
    advice,
  };
}

interface Documents {
  readonly rules: readonly SigmaRule[];
  readonly correlations: readonly SigmaCorrelation[];
  readonly filters: readonly SigmaFilter[];
}

function withUniqueIds(parsed: readonly ParsedSigma[], problems: Problem[]): Documents {
  const taken = new Map<string, SigmaHead['place']>();
  const isFirst = ({ id, place }: Pick<SigmaHead, 'id' | 'place'>) => {
    const first = taken.get(id);
    if (first === undefined) {
      taken.set(id, place);
      return true;
    }
    const message = `the id "${id}" is taken by ${first.file}:${first.line}. Give this document its own.`;
    problems.push({ ...place, message });
    return false;
  };
  return {
    rules: parsed.flatMap((file) => file.rules.filter(isFirst)),
    correlations: parsed.flatMap((file) => file.correlations.filter(isFirst)),
    filters: parsed.flatMap((file) => file.filters.filter(isFirst)),
  };
}

/** By id, in the order of the files. */
function compileRules(
  { rules, correlations, filters }: Documents,
  filtersOf: FiltersOf,
  options: RuleSetOptions,
  problems: Problem[],
): ReadonlyMap<string, Omit<CompiledRule, 'alerts'>> {
  const compile = createCompiler(options, problems);
  const filterTests = new Map(filters.map((filter) => [filter, compile(filter, false)]));
  const isGrave = graveRules(rules, correlations);
  const leavesOut = createLeavesOut();
  const compiled = new Map<string, Omit<CompiledRule, 'alerts'>>();
  for (const rule of rules) {
    const inDoubt = isGrave(rule);
    const own = compile(rule, inDoubt);
    if (own === undefined) continue;
    const applied = filtersOf(rule.id).filter((filter) => filterTests.get(filter) !== undefined);
    const joined = allOf([own, ...applied.flatMap((filter) => filterTests.get(filter) ?? [])]);
    const { test, eventNames, eventSources, witness } = joined;
    const sources = [rule, ...applied].map((document) => document.detection.source);
    if (rule.extension !== undefined) sources.push(rule.extension);
    compiled.set(rule.id, {
      info: ruleInfoOf(rule, revisionOf(sources)),
      eventNames: eventNames && [...eventNames],
      eventSources: eventSources && [...eventSources],
      witness,
      matches: inDoubt ? inDoubtTrue(joined, leavesOut) : test,
    });
  }
  return compiled;
}

/** undefined where something cannot be matched. A filter is left out then: in doubt, trailhive alerts. */
function createCompiler(
  options: RuleSetOptions,
  problems: Problem[],
): (document: SigmaRule | SigmaFilter, inDoubt: boolean) => CompiledTest | undefined {
  const reader = createSubjectReader();
  const shared = new Map<string, SubjectTest>();
  const placeholders = options.placeholders ?? new Map<string, readonly string[]>();
  return ({ detection, place }, inDoubt) => {
    const before = problems.length;
    const report = (line: number, message: string) => {
      problems.push({ file: place.file, line, message });
    };
    const compiled = compileDetection(detection, { reader, placeholders, report, shared, inDoubt });
    return problems.length > before ? undefined : compiled;
  };
}
