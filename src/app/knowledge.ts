import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { loadPlaybooks } from '../adapters/files/playbook-folder.ts';
import { type LoadedRules, loadRules } from '../adapters/files/rule-folder.ts';
import { type DeskTemplates, loadDeskTemplates } from '../adapters/thehive/load-templates.ts';
import type { Config } from '../config/schema.ts';
import type { CompanyContext } from '../domain/company.ts';
import { type Problem, ProblemsError } from '../domain/problem.ts';
import { createTemplates, type Templates } from '../language/liquid.ts';
import { createRuleSet, type RuleSet } from '../language/sigma/rule-set.ts';
import { parsePlaybooks } from '../playbook/parse.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { actions } from '../playbook/registry.ts';
import { type LoadedCompany, loadCompany } from './company.ts';
import { packageFolder } from './package-folder.ts';

/** Everything that people write and trailhive runs on, checked. */
export interface Knowledge {
  readonly ruleSet: RuleSet;
  readonly company: CompanyContext;
  /** Of the files that `company` was made of. */
  readonly companyHash: string;
  readonly playbooks: readonly Playbook[];
  readonly templates: Templates;
  readonly deskTemplates: DeskTemplates;
  /** What was left out because it is invalid; empty unless invalid parts may be skipped. */
  readonly problems: readonly Problem[];
  /**
   * The same with another company, and with rules whose placeholders are those of that
   * company. The problems say why it cannot be used.
   */
  withCompany(loaded: LoadedCompany): {
    readonly knowledge: Knowledge;
    readonly problems: readonly Problem[];
  };
}

type Sources = Pick<Config, 'rules' | 'context' | 'templates' | 'playbooks'>;

/**
 * Loads rules, context, playbooks and templates. Throws `config` with all
 * problems of all files at once, unless `skipInvalid` leaves invalid files out.
 */
export async function loadKnowledge(
  config: Sources,
  options: { readonly skipInvalid: boolean; readonly secrets: ReadonlySet<string> },
): Promise<Knowledge> {
  const templates = createTemplates();
  const context = await loadCompany(config.context);
  const rules = await loadRules(withBuiltIn('rules', config.rules), { placeholders: context.placeholders });
  const playbookTexts = await loadPlaybooks(withBuiltIn('playbooks', config.playbooks));
  const playbooks = parsePlaybooks(playbookTexts, {
    actions,
    templates,
    secretNames: [...options.secrets],
    allowedHosts: config.playbooks.allowedHosts,
  });
  const desk = await loadDeskTemplates(config.templates.folder ?? packageFolder('templates'), templates);
  // Without its texts no alert could be written: not even --skip-invalid goes on without them.
  if (desk.problems.length > 0) throw new ProblemsError('the templates are not valid', desk.problems);
  const problems = [...rules.problems, ...context.problems, ...playbooks.problems];
  if (problems.length > 0 && !options.skipInvalid) {
    throw new ProblemsError('rules, context or playbooks are not valid', problems);
  }
  const rest = { playbooks: playbooks.playbooks, templates, deskTemplates: desk.templates, problems };
  return knowledgeOf(rules, rest, context);
}

type Rest = Pick<Knowledge, 'playbooks' | 'templates' | 'deskTemplates' | 'problems'>;

/** Rule files are not read again: with another company only their placeholders may mean something else. */
function knowledgeOf(
  rules: LoadedRules,
  rest: Rest,
  { company, contentHash, placeholders }: LoadedCompany,
): Knowledge {
  return {
    ...rest,
    ruleSet: rules.ruleSet,
    company,
    companyHash: contentHash,
    withCompany: (next) => {
      if (isDeepStrictEqual(next.placeholders, placeholders))
        return { knowledge: knowledgeOf(rules, rest, next), problems: [] };
      const { ruleSet, problems } = createRuleSet(rules.parsed, { placeholders: next.placeholders });
      return { knowledge: knowledgeOf({ ...rules, ruleSet }, rest, next), problems };
    },
  };
}

function withBuiltIn(
  name: string,
  { builtIn, folders }: { readonly builtIn: boolean; readonly folders: readonly string[] },
): readonly string[] {
  return builtIn ? [packageFolder(name), ...folders] : folders;
}

/** The page of an investigation or demo. */
export async function loadReportTemplate(): Promise<string> {
  return await readFile(`${packageFolder('templates')}/report.html.liquid`, 'utf8');
}
