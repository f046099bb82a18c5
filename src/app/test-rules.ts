import { loadRules, loadRuleTests } from '../adapters/files/rule-folder.ts';
import { createMemoryBaselines } from '../adapters/memory/baselines.ts';
import { createMemoryWindows } from '../adapters/memory/windows.ts';
import { type Problem, ProblemsError } from '../domain/problem.ts';
import { parseContext } from '../language/context.ts';
import { type RuleTestResult, runRuleTests } from '../pipeline/rule-test.ts';
import { packageFolder } from './package-folder.ts';

/** The outcome of `trailhive rules test`. */
export interface RuleTestsOutcome {
  readonly results: readonly RuleTestResult[];
  /** Titles and ids of rules without a test. */
  readonly untested: readonly string[];
  /** What works but is probably not meant. */
  readonly advice: readonly Problem[];
}

/**
 * Runs every `.test.yml` below the folders (those that come with trailhive, if
 * none is named) against the rules there, on a company of which nothing is known.
 * Throws `config` with all problems of rules and tests.
 */
export async function testRules(folders: readonly string[]): Promise<RuleTestsOutcome> {
  const paths = folders.length > 0 ? folders : [packageFolder('rules')];
  const { ruleSet, problems: ruleProblems, advice } = await loadRules(paths);
  const { tests, problems: testProblems } = await loadRuleTests(paths);
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
    ...ruleSet.correlations.map(({ info }) => info),
    ...(ruleSet.baselines ?? []).map(({ info }) => info),
  ]
    .filter(({ id }) => !tested.has(id))
    .map(({ id, title }) => `${title} (${id})`);
  return { results, untested, advice };
}
