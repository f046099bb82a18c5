import { readContextFolder } from '../adapters/files/context-folder.ts';
import { type LoadedRules, loadRules } from '../adapters/files/rule-folder.ts';
import type { CompanyContext } from '../domain/company.ts';
import { ProblemsError } from '../domain/problem.ts';
import { type ContextText, parseContext } from '../language/context.ts';
import { packageFolder } from './package-folder.ts';

/** The rules that a person works on. */
export interface RulePaths {
  /** Files and folders; those that come with trailhive, if none is named. */
  readonly paths: readonly string[];
  /** The company's context folder; without it nothing is known, and there are no placeholders. */
  readonly context?: string | undefined;
}

export function pathsOrBuiltIn(paths: readonly string[]): readonly string[] {
  return paths.length > 0 ? paths : [packageFolder('rules')];
}

/** Rules, and the company that they are asked about. */
export interface RulesInCompany extends LoadedRules {
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
  readonly company: CompanyContext;
  /** What `company` was made of: plain data, for other threads. */
  readonly contextTexts: readonly ContextText[];
}

/** Rules with the placeholders of the context folder, and its company. Throws `config` where the context is not valid. */
export async function loadRulesIn({ paths, context }: RulePaths): Promise<RulesInCompany> {
  const contextTexts = context === undefined ? [] : await readContextFolder(context);
  const { context: company, placeholders, problems } = parseContext(contextTexts);
  if (problems.length > 0) throw new ProblemsError('the context is not valid', problems);
  const loaded = await loadRules(pathsOrBuiltIn(paths), { placeholders });
  return { ...loaded, placeholders, company, contextTexts };
}
