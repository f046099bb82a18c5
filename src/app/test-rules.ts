import { loadRuleTests } from '../adapters/files/rule-folder.ts';
import { createMemoryBaselines } from '../adapters/memory/baselines.ts';
import { createMemoryWindows } from '../adapters/memory/windows.ts';
import { type Problem, ProblemsError } from '../domain/problem.ts';
import { parseContext } from '../language/context.ts';
import { type RuleTestResult, runRuleTests } from '../pipeline/rule-test.ts';
import { loadRulesIn, pathsOrBuiltIn, type RulePaths } from './rule-paths.ts';

/** The outcome of `trailhive rules test`. */
export interface RuleTestsOutcome {
  readonly results: readonly RuleTestResult[];
  /** Titles and ids of rules without a test. */
  readonly untested: readonly string[];
  /** What works but is probably not meant. */
  readonly advice: readonly Problem[];
}

/**
 * Runs every `.test.yml` below the paths against the rules there, on a company of
 * which nothing is known but the placeholders. Throws `config` with all problems
 * of rules and tests.
 */
export async function testRules(where: RulePaths): Promise<RuleTestsOutcome> {
  const { ruleSet, problems: ruleProblems, advice } = await loadRulesIn(where);
  const { tests, problems: testProblems } = await loadRuleTests(pathsOrBuiltIn(where.paths));
  const problems = [...ruleProblems, ...testProblems];
  if (problems.length > 0) throw new ProblemsError('rules or their tests are not valid', problems);
  const { context } = parseContext([]);
  const results = await runRuleTests(
    ruleSet,
    tests,
    context,
    () => createMemoryWindows(),
    () => createMemoryBaselines(),
  );
  const tested = new Set(tests.map(({ ruleId }) => ruleId));
  const untested = [
    ...ruleSet.detections.filter(({ alerts }) => alerts).map(({ info }) => info),
    ...ruleSet.correlations.filter(({ alerts }) => alerts).map(({ info }) => info),
    ...(ruleSet.baselines ?? []).map(({ info }) => info),
  ]
    .filter(({ id }) => !tested.has(id))
    .map(({ id, title }) => `${title} (${id})`);
  return { results, untested, advice };
}
