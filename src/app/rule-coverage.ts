import { writeFile } from 'node:fs/promises';
import { messageOf, TrailhiveError } from '../domain/errors.ts';
import { ProblemsError } from '../domain/problem.ts';
import {
  coverageByTactic,
  navigatorLayer,
  rulesByTechnique,
  type TacticCoverage,
} from '../language/sigma/coverage.ts';
import { loadRulesIn, type RulePaths } from './rule-paths.ts';

export interface CoverageOptions extends RulePaths {
  /** Where the layer for ATT&CK Navigator goes. */
  readonly navigator?: string | undefined;
}

/** The outcome of `trailhive rules coverage`. */
export interface CoverageOutcome {
  readonly tactics: readonly TacticCoverage[];
  readonly rules: number;
  readonly techniques: number;
}

/**
 * What the tags of the rules say of ATT&CK, of all that alert. Writes the layer
 * where one is asked for. Throws `config` where rules are not valid.
 */
export async function ruleCoverage(options: CoverageOptions): Promise<CoverageOutcome> {
  const { ruleSet, problems } = await loadRulesIn(options);
  if (problems.length > 0) throw new ProblemsError('rules are not valid', problems);
  const alerting = [...ruleSet.detections.filter(({ alerts }) => alerts), ...ruleSet.correlations];
  const rules = alerting.map(({ info }) => info);
  if (options.navigator !== undefined) {
    const layer = `${JSON.stringify(navigatorLayer(rules, 'trailhive rules'), null, 2)}\n`;
    await writeLayer(options.navigator, layer);
  }
  return {
    tactics: coverageByTactic(rules),
    rules: rules.length,
    techniques: rulesByTechnique(rules).size,
  };
}

async function writeLayer(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new TrailhiveError('config', `cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}
