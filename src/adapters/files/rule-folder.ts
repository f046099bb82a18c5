import { readFile } from 'node:fs/promises';
import type { Problem } from '../../domain/problem.ts';
import { parseRuleTest, type RuleTest } from '../../language/rule-test.ts';
import { parseSigma } from '../../language/sigma/parse-sigma.ts';
import { createRuleSet, type RuleSet, type RuleSetOptions } from '../../language/sigma/rule-set.ts';
import type { ParsedSigma } from '../../language/sigma/sigma-rule.ts';
import { filesBelow } from './walk.ts';

const isTest = (name: string) => /\.test\.ya?ml$/.test(name);
const isRule = (name: string) => /\.ya?ml$/.test(name) && !isTest(name);

export interface LoadedRules {
  /** What is sound. To be used only where nothing is wrong, or the user said so. */
  readonly ruleSet: RuleSet;
  readonly problems: readonly Problem[];
  /** What works but is probably not meant. */
  readonly advice: readonly Problem[];
  /** Each file as it was checked by itself. */
  readonly parsed: readonly ParsedSigma[];
  /** How many files were read. */
  readonly files: number;
}

/**
 * Reads every rule in files and folders, tests excepted, and joins them into one
 * set. Problems of all files come together. Throws `config` where a path itself
 * cannot be read.
 */
export async function loadRules(
  paths: readonly string[],
  options: RuleSetOptions = {},
): Promise<LoadedRules> {
  const files = await filesIn(paths, isRule);
  const parsed = await Promise.all(files.map(async (file) => parseSigma(await readFile(file, 'utf8'), file)));
  const { ruleSet, problems, advice } = createRuleSet(parsed, options);
  return {
    ruleSet,
    problems: [...parsed.flatMap((one) => one.problems), ...problems],
    advice,
    parsed,
    files: files.length,
  };
}

/** Reads every `.test.yml` in files and folders. Throws `config` where a path itself cannot be read. */
export async function loadRuleTests(
  paths: readonly string[],
): Promise<{ tests: readonly RuleTest[]; problems: readonly Problem[] }> {
  const files = await filesIn(paths, isTest);
  const parsed = await Promise.all(
    files.map(async (file) => parseRuleTest(await readFile(file, 'utf8'), file)),
  );
  return {
    tests: parsed.flatMap((one) => one.tests),
    problems: parsed.flatMap((one) => one.problems),
  };
}

/** A file that two paths name is read once. */
async function filesIn(
  paths: readonly string[],
  passes: (name: string) => boolean,
): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => filesBelow(path, passes)));
  return [...new Set(found.flat())];
}
