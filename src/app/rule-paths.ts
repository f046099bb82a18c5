import { loadContext } from '../adapters/files/context-folder.ts';
import { type LoadedRules, loadRules } from '../adapters/files/rule-folder.ts';
import { ProblemsError } from '../domain/problem.ts';
import type { RuleSetOptions } from '../language/sigma/rule-set.ts';
import { packageFolder } from './package-folder.ts';

/** The rules that a person works on. */
export interface RulePaths {
  /** Files and folders; those that come with trailhive, if none is named. */
  readonly paths: readonly string[];
  /** The company's context folder, for placeholders; without it there are none. */
  readonly context?: string | undefined;
}

export function pathsOrBuiltIn(paths: readonly string[]): readonly string[] {
  return paths.length > 0 ? paths : [packageFolder('rules')];
}

/** Rules with the placeholders of the context folder. Throws `config` where the context is not valid. */
export async function loadRulesIn({ paths, context }: RulePaths): Promise<LoadedRules & RuleSetOptions> {
  const { placeholders, problems } = await loadContext(context);
  if (problems.length > 0) throw new ProblemsError('the context is not valid', problems);
  return { ...(await loadRules(pathsOrBuiltIn(paths), { placeholders })), placeholders };
}
