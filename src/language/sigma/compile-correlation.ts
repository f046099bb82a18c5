import type { RuleInfo } from '../../domain/finding.ts';
import type { Problem } from '../../domain/problem.ts';
import { problemsOfItsOwn, type References } from './references.ts';
import { revisionOf, ruleInfoOf } from './rule-info.ts';
import type { SigmaCorrelation, Threshold } from './sigma-rule.ts';

export interface CompiledCorrelation {
  readonly info: RuleInfo;
  readonly type: 'event_count' | 'value_count';
  readonly ruleIds: readonly string[];
  readonly spanMs: number;
  /** All must hold. */
  readonly condition: readonly Threshold[];
  readonly valueFields: readonly string[];
  /** Group-by name or value field -> rule id -> the field it stands for in the events of that rule. */
  readonly aliases?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface Window {
  readonly correlation: CompiledCorrelation;
  readonly generate: boolean;
}

/** None where a rule is missing or an alias is wrong; the problem is told then. */
export function compileCorrelation(
  correlation: SigmaCorrelation,
  compiled: ReadonlyMap<string, { readonly info: RuleInfo }>,
  references: References,
  problems: Problem[],
): readonly Window[] {
  const infos = correlation.rules.flatMap((reference) => {
    const { file } = correlation.place;
    const rule = references.rule(reference, file);
    const info = rule === undefined ? undefined : compiled.get(rule.id)?.info;
    if (rule !== undefined && info === undefined) {
      problems.push({ file, line: reference.line, message: problemsOfItsOwn(reference.text) });
    }
    return info ?? [];
  });
  const aliases = references.aliases(correlation);
  if (aliases === undefined || infos.length < correlation.rules.length) return [];
  const { rules: _, generate: __, ...matching } = correlation.source;
  const revision = revisionOf([matching, infos.map((info) => info.revision)]);
  return [
    {
      generate: correlation.generate,
      correlation: {
        info: ruleInfoOf(correlation, revision),
        type: correlation.type,
        ruleIds: [...new Set(infos.map((info) => info.id))],
        spanMs: correlation.spanMs,
        condition: correlation.condition,
        valueFields: correlation.valueFields,
        aliases,
      },
    },
  ];
}

/** A rule alerts unless correlations use it and none of them asks for its own alerts. */
export function rulesThatAlert(windows: readonly Window[]): (ruleId: string) => boolean {
  const using = (ruleId: string) => windows.filter(({ correlation }) => correlation.ruleIds.includes(ruleId));
  return (ruleId) => {
    const users = using(ruleId);
    return users.length === 0 || users.some(({ generate }) => generate);
  };
}
