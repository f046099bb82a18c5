import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Templates } from '../../language/liquid.ts';
import { parseYaml } from '../../language/yaml.ts';
import { type CaseTemplate, caseTemplateSchema } from './case-template.ts';

/** What stands in the `templates` folder: the Liquid texts and the case templates. */
export interface DeskTemplates {
  readonly texts: {
    readonly alert: string;
    readonly case: string;
    readonly casePage: string;
    readonly comment: string;
  };
  readonly cases: readonly CaseTemplate[];
}

const STORY_ROOTS = [
  'title',
  'description',
  'severity',
  'score',
  'who',
  'account',
  'environment',
  'regions',
  'sources',
  'times',
  'count',
  'first',
  'last',
  'oneInstant',
  'events',
  'moreEvents',
  'hasRunbook',
  'falsePositives',
  'techniques',
  'ruleId',
  'fingerprint',
  'wouldBeHidden',
] as const;

const TEXTS = {
  alert: { file: 'alert.md.liquid', roots: STORY_ROOTS },
  case: { file: 'case.md.liquid', roots: STORY_ROOTS },
  casePage: { file: 'case-page.md.liquid', roots: ['alerts', 'moreAlerts', 'count', 'first', 'last'] },
  comment: { file: 'comment.md.liquid', roots: ['alert', 'news'] },
} as const;

/** Reads the folder. All that is wrong with it comes back at once; what is right is usable. */
export async function loadDeskTemplates(
  folder: string,
  templates: Templates,
): Promise<{ templates: DeskTemplates; problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const read = async (file: string): Promise<string> => {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      problems.push({ file, line: 0, message: `cannot be read (${messageOf(error)}). Restore it.` });
      return '';
    }
  };
  const text = async ({ file, roots }: (typeof TEXTS)[keyof typeof TEXTS]): Promise<string> => {
    const path = join(folder, file);
    const source = await read(path);
    problems.push(...templates.problemsOf(source, 'markdown', { file: path, line: 1 }, roots));
    return source;
  };
  const [alert, story, casePage, comment] = await Promise.all([
    text(TEXTS.alert),
    text(TEXTS.case),
    text(TEXTS.casePage),
    text(TEXTS.comment),
  ]);
  const cases = await loadCaseTemplates(join(folder, 'cases'), read, problems);
  return { templates: { texts: { alert, case: story, casePage, comment }, cases }, problems };
}

async function loadCaseTemplates(
  folder: string,
  read: (file: string) => Promise<string>,
  problems: Problem[],
): Promise<readonly CaseTemplate[]> {
  const found: CaseTemplate[] = [];
  for (const file of await yamlFilesIn(folder, problems)) {
    const parsed = parseYaml(await read(file), file);
    problems.push(...parsed.problems);
    for (const document of parsed.documents) {
      problems.push(...caseTemplateSchema.problems(document));
      if (!caseTemplateSchema.check(document.value)) continue;
      const template = document.value;
      if (found.some((other) => other.name === template.name)) {
        const line = document.lineOf(['name']);
        problems.push({
          file,
          line,
          message: `name "${template.name}" is taken by another file. Rename one.`,
        });
      } else found.push(template);
    }
  }
  return found;
}

async function yamlFilesIn(folder: string, problems: Problem[]): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    problems.push({ file: folder, line: 0, message: `cannot be read (${messageOf(error)}). Restore it.` });
    return [];
  }
}
