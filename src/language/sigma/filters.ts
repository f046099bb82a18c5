import type { Problem } from '../../domain/problem.ts';
import type { Condition } from './condition.ts';
import type { References } from './references.ts';
import type { RuleReference, SigmaFilter, SigmaRule } from './sigma-rule.ts';

/** The filters that a rule must pass as well, by rule id. */
export type FiltersOf = (ruleId: string) => readonly SigmaFilter[];

interface Notes {
  readonly problems: Problem[];
  readonly advice: Problem[];
}

/** Finds the rules of every filter. Its condition is taken as written: who wants to leave events out writes `not`. */
export function resolveFilters(
  filters: readonly SigmaFilter[],
  rules: readonly SigmaRule[],
  references: References,
  notes: Notes,
): FiltersOf {
  const byRule = new Map<string, Set<SigmaFilter>>();
  for (const filter of filters) {
    for (const rule of rulesOf(filter, rules, references, notes.problems)) {
      byRule.set(rule.id, (byRule.get(rule.id) ?? new Set()).add(filter));
    }
    if (!filter.detection.conditions.some(negates))
      notes.advice.push({ ...filter.place, message: WITHOUT_NOT });
  }
  return (ruleId) => [...(byRule.get(ruleId) ?? [])];
}

const WITHOUT_NOT =
  'the filter keeps only events that match its condition. To leave them out, write "not" in the condition.';

function rulesOf(
  filter: SigmaFilter,
  rules: readonly SigmaRule[],
  references: References,
  problems: Problem[],
): readonly SigmaRule[] {
  if (filter.rules === 'any') return rules.filter((rule) => covers(filter, rule));
  const { file } = filter.place;
  return filter.rules.flatMap((reference: RuleReference) => {
    const rule = references.rule(reference, file);
    if (rule === undefined || covers(filter, rule)) return rule ?? [];
    problems.push({ file, line: reference.line, message: uncovered(reference.text) });
    return [];
  });
}

function uncovered(rule: string): string {
  return `the filter's "logsource" does not cover that of "${rule}". Write the same, or less of it.`;
}

function covers(filter: SigmaFilter, rule: SigmaRule): boolean {
  return ['category', 'product', 'service'].every(
    (key) => !filter.logsource.has(key) || filter.logsource.get(key) === rule.logsource.get(key),
  );
}

function negates(condition: Condition): boolean {
  if (condition.kind === 'not') return true;
  return (condition.kind === 'and' || condition.kind === 'or') && condition.parts.some(negates);
}
