import type { Problem } from '../domain/problem.ts';
import { refusalOfUrl } from '../language/allowed-url.ts';
import { closestName } from '../language/closest-name.ts';
import { type Condition, parseCondition } from '../language/condition.ts';
import type { Templates } from '../language/liquid.ts';
import type { YamlDocument } from '../language/yaml.ts';
import type { PlaybookAction } from './action.ts';
import { paramsSchemaOf } from './params-schema.ts';
import type { PlaybookStep } from './playbook.ts';
import type { PlaybookText } from './playbook-schema.ts';
import { SCOPE_ROOTS } from './scope.ts';

type StepText = PlaybookText['steps'][number];

interface StepPlace {
  readonly document: YamlDocument;
  readonly index: number;
  /** Ids of the steps before it: it may read these. */
  readonly earlier: readonly string[];
  /** Secrets that the playbook names. */
  readonly secrets: readonly string[];
}

export interface ParseOptions {
  readonly actions: readonly PlaybookAction[];
  readonly templates: Templates;
  /** Names of the secrets that are set. */
  readonly secretNames: readonly string[];
  /** Hosts that `http.post` may reach. */
  readonly allowedHosts: readonly string[];
}

/** Checks one step: its action, the action's parameters, templates and condition. */
export function parseStep(
  text: StepText,
  place: StepPlace,
  options: ParseOptions,
): { step?: PlaybookStep; problems: readonly Problem[] } {
  const problemAt = (path: readonly (string | number)[], message: string): Problem => ({
    file: place.document.file,
    line: place.document.lineOf(['steps', place.index, ...path]),
    message: `step "${text.id}": ${message}`,
  });
  const problems: Problem[] = [];
  if (place.earlier.includes(text.id)) {
    problems.push(problemAt(['id'], 'an earlier step has this id. Rename one.'));
  }
  const condition = conditionOf(text, place.earlier, (message) => problems.push(problemAt(['if'], message)));
  const action = options.actions.find(({ name }) => name === text.do);
  if (action === undefined) {
    problems.push(problemAt(['do'], unknownAction(text.do, options.actions)));
    return { problems };
  }
  const params = text.with ?? {};
  problems.push(...paramProblems(action, params, place, problemAt));
  for (const found of stringsOf(params, [])) {
    problems.push(...templateProblems(found, action, place, options, problemAt));
  }
  if (problems.length > 0) return { problems };
  const step = { id: text.id, do: text.do, with: params };
  return { step: condition === undefined ? step : { ...step, if: condition }, problems: [] };
}

function conditionOf(
  text: StepText,
  earlier: readonly string[],
  report: (message: string) => void,
): Condition | undefined {
  if (text.if === undefined) return undefined;
  const parsed = parseCondition(text.if);
  if ('problem' in parsed) {
    report(`"if" cannot be read: ${parsed.problem}.`);
    return undefined;
  }
  for (const [root = '', second = ''] of parsed.condition.paths) {
    if (!SCOPE_ROOTS.includes(root)) report(`"if" reads "${root}". It may read ${SCOPE_ROOTS.join(', ')}.`);
    else if (root === 'steps' && !earlier.includes(second)) report(notEarlier(second));
  }
  return parsed.condition;
}

function paramProblems(
  action: PlaybookAction,
  value: Readonly<Record<string, unknown>>,
  { document, index }: StepPlace,
  problemAt: (path: readonly (string | number)[], message: string) => Problem,
): Problem[] {
  const lineOf = (path: readonly (string | number)[]) => document.lineOf(['steps', index, 'with', ...path]);
  const found = paramsSchemaOf(action).problems({ file: document.file, line: document.line, value, lineOf });
  return found.map(({ line, message }) => ({ ...problemAt([], message), line }));
}

interface FoundString {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

function stringsOf(value: unknown, path: readonly (string | number)[]): readonly FoundString[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => stringsOf(item, [...path, key]));
}

function templateProblems(
  { path, text }: FoundString,
  action: PlaybookAction,
  { document, index, earlier, secrets }: StepPlace,
  options: ParseOptions,
  problemAt: (path: readonly (string | number)[], message: string) => Problem,
): Problem[] {
  const isUrl = action.takesSecrets && path.length === 1 && path[0] === 'url';
  const at = ['with', ...path];
  const place = { file: document.file, line: document.lineOf(['steps', index, ...at]) };
  const target = action.markdown.includes(String(path[0])) ? 'markdown' : 'plain';
  const roots = [...(isUrl ? [] : SCOPE_ROOTS), ...(action.takesSecrets ? ['secrets'] : [])];
  const found = options.templates
    .problemsOf(text, target, place, roots)
    .map(({ line, message }) => ({ ...problemAt(at, `"${path.join('.')}": ${message}`), line }));
  for (const name of namesAfter('secrets', text)) {
    if (!secrets.includes(name)) found.push(problemAt(at, `name the secret "${name}" under "secrets".`));
  }
  for (const name of namesAfter('steps', text)) {
    if (!earlier.includes(name)) found.push(problemAt(at, notEarlier(name)));
  }
  const refusal = isUrl && !text.includes('{{') ? refusalOfUrl(text, options.allowedHosts) : undefined;
  if (refusal !== undefined) {
    found.push(problemAt(at, `"url" cannot be used: ${refusal}. See playbooks.allowedHosts.`));
  }
  return found;
}

/** `b` of every `a.b` inside of the template's braces. */
function namesAfter(root: string, template: string): readonly string[] {
  const inBraces = [...template.matchAll(/\{[{%](.*?)[}%]\}/gs)].map((match) => match[1] ?? '').join(' ');
  return [...inBraces.matchAll(/(?<![\w.-])(\w+)\.([\w-]+)/g)]
    .filter((match) => match[1] === root)
    .map((match) => match[2] ?? '');
}

function notEarlier(id: string): string {
  return `there is no step "${id}" before it.`;
}

function unknownAction(name: string, actions: readonly PlaybookAction[]): string {
  const names = actions.map((action) => action.name);
  const near = closestName(name, names);
  const remedy = near === undefined ? `Known are ${names.join(', ')}.` : `Did you mean "${near}"?`;
  return `there is no action "${name.slice(0, 64)}". ${remedy}`;
}
