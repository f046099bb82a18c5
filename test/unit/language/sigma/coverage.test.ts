import { describe, expect, it } from 'vitest';
import { parseAttackTag, TACTICS } from '../../../../src/language/sigma/attack.ts';
import { coverageByTactic, navigatorLayer } from '../../../../src/language/sigma/coverage.ts';

const rules = [
  { title: 'One', tags: ['attack.t1078.004', 'attack.persistence', 'attack.initial_access', 'cve.2024.1'] },
  { title: 'Two', tags: ['attack.T1078.004', 'attack.t1530', 'attack.persistence', 'attack.persistence'] },
  { title: 'Three', tags: ['attack.t1530'] },
];

describe('ATT&CK tags', () => {
  it.each([
    ['attack.t1562.008', { kind: 'technique', name: 'T1562.008' }],
    ['attack.T1562', { kind: 'technique', name: 'T1562' }],
    ['attack.defense_evasion', { kind: 'tactic', name: 'defense-evasion' }],
    ['attack.g0016', { kind: 'other' }],
    ['attack.t15620', { kind: 'unknown' }],
    ['attack.t1562.8', { kind: 'unknown' }],
    ['cve.2024.1', undefined],
  ])('%s', (tag, expected) => expect(parseAttackTag(tag)).toEqual(expected));
});

describe('coverage', () => {
  it('counts rules and techniques of each tactic, and rules without one at the end', () => {
    const table = coverageByTactic(rules);
    expect(table.map(({ tactic }) => tactic)).toEqual([...TACTICS, '']);
    expect(table.filter((row) => row.rules > 0)).toEqual([
      { tactic: 'initial-access', rules: 1, techniques: ['T1078.004'] },
      { tactic: 'persistence', rules: 2, techniques: ['T1078.004', 'T1530'] },
      { tactic: '', rules: 1, techniques: ['T1530'] },
    ]);
  });

  it('is a Navigator layer of format 4.5', () => {
    expect(navigatorLayer(rules, 'mine')).toEqual({
      name: 'mine',
      versions: { layer: '4.5' },
      domain: 'enterprise-attack',
      description: "3 rules; a technique's score is how many of them name it.",
      techniques: [
        { techniqueID: 'T1078', showSubtechniques: true },
        { techniqueID: 'T1078.004', score: 2, comment: 'One\nTwo', showSubtechniques: false },
        { techniqueID: 'T1530', score: 2, comment: 'Two\nThree', showSubtechniques: false },
      ],
      gradient: { colors: ['#dbe9f6', '#08519c'], minValue: 0, maxValue: 2 },
    });
  });
});
