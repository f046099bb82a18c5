import type { RuleInfo } from '../../domain/finding.ts';
import { parseAttackTag, TACTICS } from './attack.ts';

/** What rules say of one tactic. */
export interface TacticCoverage {
  /** '' for rules that name no tactic. */
  readonly tactic: string;
  readonly rules: number;
  readonly techniques: readonly string[];
}

type Tagged = Pick<RuleInfo, 'title' | 'tags'>;

/**
 * Rules by the tactics that their tags name, every tactic in the order of the
 * matrix, at last those without one. A rule counts in each of its tactics, and
 * its techniques with it: which technique belongs to which tactic is not known here.
 */
export function coverageByTactic(rules: readonly Tagged[]): readonly TacticCoverage[] {
  const tagged = rules.map((rule) => ({
    tactics: namesOf(rule, 'tactic'),
    techniques: namesOf(rule, 'technique'),
  }));
  return [...TACTICS, ''].flatMap((tactic) => {
    const own = tagged.filter(({ tactics }) =>
      tactic === '' ? tactics.length === 0 : tactics.includes(tactic),
    );
    if (tactic === '' && own.length === 0) return [];
    const techniques = [...new Set(own.flatMap((one) => one.techniques))].sort();
    return [{ tactic, rules: own.length, techniques }];
  });
}

/** Technique -> titles of the rules that name it, by technique. */
export function rulesByTechnique(rules: readonly Tagged[]): ReadonlyMap<string, readonly string[]> {
  const titles = new Map<string, string[]>();
  for (const rule of rules) {
    for (const technique of namesOf(rule, 'technique')) {
      titles.set(technique, [...(titles.get(technique) ?? []), rule.title]);
    }
  }
  return new Map([...titles].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function namesOf(rule: Tagged, kind: 'tactic' | 'technique'): readonly string[] {
  const names = rule.tags.flatMap((tag) => {
    const parsed = parseAttackTag(tag);
    return parsed?.kind === kind ? parsed.name : [];
  });
  return [...new Set(names)];
}

/**
 * A layer for ATT&CK Navigator, format 4.5: each technique scored by how many
 * rules name it. Parents of sub-techniques are there too, so that these unfold.
 */
export function navigatorLayer(rules: readonly Tagged[], name: string): unknown {
  const byTechnique = rulesByTechnique(rules);
  const parents = [...byTechnique.keys()].flatMap((id) => (id.includes('.') ? id.slice(0, 5) : []));
  const ids = [...new Set([...byTechnique.keys(), ...parents])].sort();
  return {
    name,
    versions: { layer: '4.5' },
    domain: 'enterprise-attack',
    description: `${rules.length} rules; a technique's score is how many of them name it.`,
    techniques: ids.map((techniqueID) => ({
      techniqueID,
      ...scoreOf(byTechnique.get(techniqueID)),
      showSubtechniques: parents.includes(techniqueID),
    })),
    gradient: {
      colors: ['#dbe9f6', '#08519c'],
      minValue: 0,
      maxValue: Math.max(1, ...[...byTechnique.values()].map(({ length }) => length)),
    },
  };
}

function scoreOf(titles: readonly string[] | undefined): object {
  return titles === undefined ? {} : { score: titles.length, comment: titles.join('\n') };
}
