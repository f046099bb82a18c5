import type { Problem } from '../../src/domain/problem.ts';
import { parseSigma } from '../../src/language/sigma/parse-sigma.ts';
import { createRuleSet, type RuleSet } from '../../src/language/sigma/rule-set.ts';

export type Placeholders = ReadonlyMap<string, readonly string[]>;

/** A Sigma document as YAML text (JSON is YAML), with what every rule needs. `undefined` removes a key. */
export function aRuleText(detection: unknown, document: Readonly<Record<string, unknown>> = {}): string {
  const logsource = { product: 'aws', service: 'cloudtrail' };
  return JSON.stringify({ title: 'A rule', id: 'rule-1', logsource, detection, ...document });
}

/** Everything that loading the texts says: parsing and joining. */
export function loadTexts(
  texts: readonly string[],
  placeholders?: Placeholders,
): { ruleSet: RuleSet; problems: readonly Problem[]; advice: readonly Problem[] } {
  const parsed = texts.map((text, index) => parseSigma(text, `${index}.yml`));
  const joined = createRuleSet(parsed, placeholders === undefined ? {} : { placeholders });
  return { ...joined, problems: [...parsed.flatMap((file) => file.problems), ...joined.problems] };
}

/** The rule set of texts that must have no problem. */
export function aRuleSet(texts: readonly string[], placeholders?: Placeholders): RuleSet {
  const { ruleSet, problems } = loadTexts(texts, placeholders);
  if (problems.length > 0) throw new Error(JSON.stringify(problems, null, 2));
  return ruleSet;
}

/** Does a detection match a record? */
export function detects(
  detection: unknown,
  record: Readonly<Record<string, unknown>>,
  placeholders?: Placeholders,
): boolean {
  const [rule] = aRuleSet([aRuleText(detection)], placeholders).detections;
  if (rule === undefined) throw new Error('no rule');
  return rule.matches({ record });
}

/** Does one item, `key: value`, match a record? */
export function itemMatches(
  key: string,
  value: unknown,
  record: Readonly<Record<string, unknown>>,
  placeholders?: Placeholders,
): boolean {
  return detects({ s: { [key]: value }, condition: 's' }, record, placeholders);
}
