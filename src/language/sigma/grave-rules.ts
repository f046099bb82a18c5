import type { SigmaCorrelation, SigmaHead, SigmaRule } from './sigma-rule.ts';

/**
 * Rules of level high or critical, and those that feed a correlation of such a level. They match in
 * doubt: what CloudTrail left out of a record for its size counts as what they ask for.
 */
export function graveRules(
  rules: readonly SigmaRule[],
  correlations: readonly SigmaCorrelation[],
): (rule: SigmaRule) => boolean {
  const heads: readonly SigmaHead[] = [...rules, ...correlations];
  const grave = new Set(heads.filter(({ level }) => level === 'high' || level === 'critical'));
  // A set that grows is walked to its end: correlations may list correlations.
  for (const head of grave) {
    const listed = correlations.find((correlation) => correlation === head)?.rules ?? [];
    for (const { text } of listed)
      for (const each of heads) if ([each.id, each.name, each.title].includes(text)) grave.add(each);
  }
  return (rule) => grave.has(rule);
}
