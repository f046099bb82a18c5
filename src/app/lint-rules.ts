import { loadRuleTests } from '../adapters/files/rule-folder.ts';
import type { Problem } from '../domain/problem.ts';
import { lintRules as adviseOn } from '../language/sigma/lint.ts';
import { loadRulesIn, pathsOrBuiltIn, type RulePaths } from './rule-paths.ts';

/** The outcome of `trailhive rules lint`. */
export interface LintOutcome {
  /** How many rules are sound. */
  readonly rules: number;
  /** What keeps a rule or a test from being used. */
  readonly errors: readonly Problem[];
  /** What works but is probably not meant. */
  readonly advice: readonly Problem[];
}

/** Loads rules and tests as the service would, and looks them over. Throws `config` where a path cannot be read. */
export async function lintRules(where: RulePaths): Promise<LintOutcome> {
  const { parsed, ruleSet, problems, advice } = await loadRulesIn(where);
  const { tests, problems: testProblems } = await loadRuleTests(pathsOrBuiltIn(where.paths));
  const tested = new Set(tests.map(({ ruleId }) => ruleId));
  return {
    rules: ruleSet.detections.length + ruleSet.correlations.length,
    errors: [...problems, ...testProblems],
    advice: [...advice, ...adviseOn({ parsed, ruleSet, tested })],
  };
}
