import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { mergeRisk, RISK_FACTORS, RISK_LEVELS, type RiskFacts } from '../../../../src/domain/risk.ts';
import { SEVERITIES } from '../../../../src/domain/severity.ts';
import { createScore } from '../../../../src/pipeline/score/score.ts';

const { score: weights } = parseConfig('thehive: { url: "http://127.0.0.1" }\n', 'trailhive.yml');
const score = createScore(weights);

describe('the score by the weights that come with trailhive', () => {
  it('is the severity alone where nothing else is known, and keeps it in TheHive', () => {
    const of = (severity: (typeof SEVERITIES)[number]) => {
      const { value, severity: shown } = score(severity, {});
      return [value, shown];
    };
    expect(SEVERITIES.map(of)).toEqual([
      [10, 'low'],
      [25, 'low'],
      [45, 'medium'],
      [65, 'high'],
      [85, 'critical'],
    ]);
  });

  it('multiplies what is known, and shows each part', () => {
    const scored = score('medium', {
      reach: { level: 'nearly-admin', why: 'the actor may do privilege-escalation' },
      criticality: { level: 'critical', why: 'asset payroll' },
      place: { level: 'hosting', why: 'hosting provider EXAMPLE' },
    });
    // 45 × 1.15 × 1.4 × 1 × 1.1 = 79.695
    expect(scored.value).toBe(80);
    expect(scored.severity).toBe('critical');
    expect(scored.parts).toEqual([
      { name: 'severity', level: 'medium', weight: 45, why: '' },
      { name: 'reach', level: 'nearly-admin', weight: 1.15, why: 'the actor may do privilege-escalation' },
      { name: 'criticality', level: 'critical', weight: 1.4, why: 'asset payroll' },
      { name: 'novelty', level: 'unknown', weight: 1, why: '' },
      { name: 'place', level: 'hosting', weight: 1.1, why: 'hosting provider EXAMPLE' },
    ]);
  });

  it('lowers what is usual, harmless and near', () => {
    const scored = score('high', {
      reach: { level: 'read', why: '' },
      criticality: { level: 'low', why: '' },
      novelty: { level: 'usual', why: '' },
      place: { level: 'company', why: '' },
    });
    // 65 × 0.9 × 0.7 × 0.9 × 0.85 = 31.3
    expect([scored.value, scored.severity]).toEqual([31, 'low']);
  });

  it('ends at 100', () => {
    const most = { level: 'admin', why: '' } as const;
    const scored = score('critical', { reach: most, criticality: { level: 'critical', why: '' } });
    expect([scored.value, scored.severity]).toEqual([100, 'critical']);
  });
});

const severity = fc.constantFrom(...SEVERITIES);
const risk = fc.record(
  Object.fromEntries(
    RISK_FACTORS.map((factor) => [
      factor,
      fc.option(
        fc.record({ level: fc.constantFrom(...RISK_LEVELS[factor]), why: fc.constantFrom('a', 'b') }),
        {
          nil: undefined,
        },
      ),
    ]),
  ),
) as fc.Arbitrary<RiskFacts>;

describe('laws of the score', () => {
  it('is a whole number from 0 to 100 that never falls where anything rises', () => {
    fc.assert(
      fc.property(severity, severity, risk, risk, (a, b, one, two) => {
        const [lower, higher] = SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b) ? [a, b] : [b, a];
        const { value } = score(lower, one);
        expect(Number.isInteger(value) && value >= 0 && value <= 100).toBe(true);
        expect(score(higher, mergeRisk(one, two)).value).toBeGreaterThanOrEqual(value);
      }),
    );
  });

  it('comes out the same in whatever order and how often events say it', () => {
    fc.assert(
      fc.property(
        fc.array(risk, { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (risks, picks) => {
          const shuffled = [...risks, ...risks].map((each) => [picks.next().value ?? 0, each] as const);
          const other = shuffled.toSorted(([a], [b]) => a - b).map(([, each]) => each);
          expect(other.reduce(mergeRisk)).toEqual(risks.reduce(mergeRisk, risks[0] ?? {}));
        },
      ),
    );
  });
});

describe('weights in the configuration', () => {
  const text = (score: string) => `thehive: { url: "http://127.0.0.1" }\nscore:\n${score}`;

  it('replace those that come with trailhive, one by one', () => {
    const { score: mine } = parseConfig(text('  reach:\n    admin: 2\n'), 'trailhive.yml');
    expect(mine.reach).toEqual({ none: 0.8, read: 0.9, write: 1, nearlyAdmin: 1.15, admin: 2 });
    expect(createScore(mine)('low', { reach: { level: 'admin', why: '' } }).value).toBe(50);
  });

  it.each([
    ['  reach:\n    admin: 1.1\n', 4, '"score.reach": nearlyAdmin weighs more than admin.'],
    ['  reach:\n    read: 1.05\n', 4, '"score.reach": read weighs more than what is not known (1).'],
    ['  bands:\n    high: 90\n', 4, '"score.bands": high weighs more than critical.'],
    ['  place:\n    tro: 2\n', 4, 'Did you mean "tor"?'],
  ])('are refused where they fall: %j', (score, line, words) => {
    expect(() => parseConfig(text(score), 'trailhive.yml')).toThrow(words);
    expect(() => parseConfig(text(score), 'trailhive.yml')).toThrow(`trailhive.yml:${line}:`);
  });
});
