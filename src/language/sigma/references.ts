import type { Problem } from '../../domain/problem.ts';
import { closestName } from '../closest-name.ts';
import type { RuleReference, SigmaCorrelation, SigmaRule } from './sigma-rule.ts';

/** How the documents of a rule set find each other. */
export interface References {
  /** The rule that is meant; undefined, with a problem told, where there is none or more than one. */
  rule(reference: RuleReference, file: string): SigmaRule | undefined;
  /** The same of what a correlation lists: a rule or another correlation. */
  member(reference: RuleReference, file: string): SigmaRule | SigmaCorrelation | undefined;
  /** Alias -> rule id -> field; undefined, with a problem told, where an alias names a rule that is not correlated. */
  aliases(correlation: SigmaCorrelation): ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;
}

interface Notes {
  readonly problems: Problem[];
  readonly advice: Problem[];
}

/** Finds rules by id, then name, then title. `refused` are names of documents that have problems of their own. */
export function createReferences(
  rules: readonly SigmaRule[],
  correlations: readonly SigmaCorrelation[],
  refused: readonly string[],
  notes: Notes,
): References {
  const isChain = (text: string) =>
    correlations.some(({ id, name, title }) => [id, name, title].includes(text));
  const resolve = <T extends SigmaRule | SigmaCorrelation>(
    { text, line }: RuleReference,
    file: string,
    among: readonly T[],
  ): T | undefined => {
    const { key, found } = find(text, among);
    const [first, second] = found;
    if (first !== undefined && second === undefined) {
      if (key === 'title') notes.advice.push({ file, line, message: byTitle(first) });
      return first;
    }
    const message =
      second === undefined ? missing(text, among, refused, isChain(text)) : ambiguous(text, found.length);
    notes.problems.push({ file, line, message });
    return undefined;
  };
  const members = [...rules, ...correlations];
  return {
    rule: (reference, file) => resolve(reference, file, rules),
    member: (reference, file) => resolve(reference, file, members),
    aliases: (correlation) => resolveAliases(correlation, (text) => find(text, members), notes),
  };
}

function find<T extends SigmaRule | SigmaCorrelation>(
  text: string,
  among: readonly T[],
): { readonly key: string | undefined; readonly found: readonly T[] } {
  const keys = ['id', 'name', 'title'] as const;
  const key = keys.find((candidate) => among.some((rule) => rule[candidate] === text));
  return { key, found: key === undefined ? [] : among.filter((rule) => rule[key] === text) };
}

/** Said of a reference to a rule that was left out. */
export function problemsOfItsOwn(text: string): string {
  return `the rule "${text}" has problems of its own. Mend them first.`;
}

function byTitle(rule: Pick<SigmaRule, 'id' | 'name'>): string {
  return `rules are referred to by id or name, not by title. Write "${rule.name ?? rule.id}".`;
}

function ambiguous(text: string, count: number): string {
  return `${count} rules are called "${text}". Refer to one by its id.`;
}

function missing(
  text: string,
  rules: readonly Pick<SigmaRule, 'id' | 'name'>[],
  refused: readonly string[],
  isChain: boolean,
): string {
  if (isChain) return `"${text}" is a correlation, and filters work on its rules. Name plain rules.`;
  if (refused.includes(text)) return problemsOfItsOwn(text);
  const names = rules.flatMap(({ id, name }) => (name === undefined ? [id] : [id, name]));
  const near = closestName(text, names);
  const remedy =
    near === undefined ? 'Load the file that holds it, or correct the name.' : `Did you mean "${near}"?`;
  return `no rule has the id or name "${text}". ${remedy}`;
}

function resolveAliases(
  correlation: SigmaCorrelation,
  find: (text: string) => { readonly found: readonly Pick<SigmaRule, 'id'>[] },
  notes: Notes,
): ReadonlyMap<string, ReadonlyMap<string, string>> | undefined {
  const { file, line } = correlation.place;
  const before = notes.problems.length;
  const correlated = new Set(correlation.rules.flatMap(({ text }) => find(text).found.map(({ id }) => id)));
  const resolved = new Map<string, ReadonlyMap<string, string>>();
  for (const [alias, fields] of correlation.aliases) {
    const byId = new Map<string, string>();
    for (const [reference, field] of fields) {
      const rule = find(reference).found[0];
      if (rule !== undefined && correlated.has(rule.id)) byId.set(rule.id, field);
      else {
        const message = `the alias "${alias}" names "${reference}", which is not among the rules. Correct the name.`;
        notes.problems.push({ file, line, message });
      }
    }
    resolved.set(alias, byId);
  }
  return notes.problems.length > before ? undefined : resolved;
}
