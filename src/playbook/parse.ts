import type { Problem } from '../domain/problem.ts';
import { compileSchema } from '../language/schema.ts';
import { parseYaml, type YamlDocument } from '../language/yaml.ts';
import { type ParseOptions, parseStep } from './parse-step.ts';
import type { Playbook, PlaybookStep } from './playbook.ts';
import { PlaybookSchema, type PlaybookText } from './playbook-schema.ts';

const schema = compileSchema<PlaybookText>(PlaybookSchema);

/**
 * Reads playbook files, one playbook each, and checks them whole: keys, actions
 * and their parameters, templates, conditions, what steps read of each other.
 * A file with a problem gives no playbook; all problems of all files are told.
 */
export function parsePlaybooks(
  files: readonly { readonly file: string; readonly text: string }[],
  options: ParseOptions,
): { playbooks: readonly Playbook[]; problems: readonly Problem[] } {
  const playbooks = new Map<string, Playbook>();
  const problems: Problem[] = [];
  for (const { file, text } of files) {
    const parsed = parsePlaybook(text, file, options);
    problems.push(...parsed.problems);
    if (parsed.playbook === undefined) continue;
    if (playbooks.has(parsed.playbook.name)) {
      const message = `a playbook "${parsed.playbook.name}" is in another file already. Rename one.`;
      problems.push({ file, line: 1, message });
    } else playbooks.set(parsed.playbook.name, parsed.playbook);
  }
  return { playbooks: [...playbooks.values()], problems };
}

/** Reads one playbook file. */
export function parsePlaybook(
  text: string,
  file: string,
  options: ParseOptions,
): { playbook?: Playbook; problems: readonly Problem[] } {
  const { documents, problems } = parseYaml(text, file);
  const [document, second] = documents;
  if (document === undefined || problems.length > 0) return { problems };
  if (second !== undefined) {
    return { problems: [{ file, line: second.line, message: 'one file holds one playbook. Remove "---".' }] };
  }
  const { value } = document;
  if (!schema.check(value)) return { problems: schema.problems(document) };

  const found = [...nameProblems(value, document), ...secretProblems(value, document, options)];
  const steps: PlaybookStep[] = [];
  value.steps.forEach((step, index) => {
    const earlier = value.steps.slice(0, index).map(({ id }) => id);
    const parsed = parseStep(step, { document, index, earlier, secrets: value.secrets ?? [] }, options);
    found.push(...parsed.problems);
    if (parsed.step !== undefined) steps.push(parsed.step);
  });
  return found.length > 0 ? { problems: found } : { playbook: playbookOf(value, steps), problems: [] };
}

function playbookOf(text: PlaybookText, steps: readonly PlaybookStep[]): Playbook {
  return {
    name: text.playbook,
    version: text.version,
    when: {
      alertTypes: [text.when.alertType].flat(),
      severities: text.when.severity ?? [],
      tags: text.when.tags ?? [],
      environments: text.when.environment ?? [],
    },
    mode: text.mode ?? 'simulate',
    secrets: text.secrets ?? [],
    steps,
  };
}

function nameProblems(text: PlaybookText, document: YamlDocument): Problem[] {
  const fileName =
    document.file
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.ya?ml$/, '') ?? '';
  if (fileName === text.playbook) return [];
  const message = `"playbook" is "${text.playbook}", but the file is "${fileName}". Give both one name.`;
  return [{ file: document.file, line: document.lineOf(['playbook']), message }];
}

function secretProblems(text: PlaybookText, document: YamlDocument, options: ParseOptions): Problem[] {
  const missing = (text.secrets ?? []).filter((name) => !options.secretNames.includes(name));
  return missing.map((name) => ({
    file: document.file,
    line: document.lineOf(['secrets']),
    message: `the secret "${name}" is not set. Set TRAILHIVE_SECRET_${name.toUpperCase()}.`,
  }));
}
