import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../../../src/adapters/memory/alerts.ts';
import { parseConfig } from '../../../../src/config/load.ts';
import { caseSeverityOf, shownSeverity } from '../../../../src/domain/alert.ts';
import type { Finding } from '../../../../src/domain/finding.ts';
import type { RiskFacts } from '../../../../src/domain/risk.ts';
import { createDedupe } from '../../../../src/pipeline/dedupe/dedupe.ts';
import { createDetect } from '../../../../src/pipeline/detect/detect.ts';
import { createScore } from '../../../../src/pipeline/score/score.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { aFinding, anEvidence, TEN_O_CLOCK } from '../../../helpers/a-finding.ts';
import { aRuleSet, aRuleText } from '../../../helpers/a-rule-set.ts';
import { anEnrichedEvent } from '../../../helpers/an-event.ts';

const { score: weights } = parseConfig('thehive: { url: "http://127.0.0.1" }\n', 'trailhive.yml');
const score = createScore(weights);

const RISKS: readonly RiskFacts[] = [
  {},
  { reach: { level: 'read', why: 'r' }, place: { level: 'company', why: 'office' } },
  { reach: { level: 'admin', why: 'a' } },
  { criticality: { level: 'critical', why: 'payroll' }, novelty: { level: 'usual', why: 'u' } },
  { criticality: { level: 'low', why: 'sandbox' }, novelty: { level: 'new', why: 'n' } },
];
const findingOf = (index: number): Finding => {
  const event = { eventId: `e${index}`, time: TEN_O_CLOCK + index, risk: RISKS[index % RISKS.length] ?? {} };
  return aFinding({ event, evidence: [anEvidence(event)] });
};

async function alertOf(batches: readonly (readonly Finding[])[]) {
  const alerts = createMemoryAlerts();
  const dedupe = createDedupe(alerts, score);
  for (const batch of batches) await dedupe(batch.map((finding) => ({ finding, wouldBeHiddenBy: [] })));
  return (await alerts.read(batches[0]?.[0]?.fingerprint ?? ''))?.alert;
}

describe('the score of an alert', () => {
  it('takes of each factor the highest level of its events', async () => {
    const alert = await alertOf([[findingOf(1), findingOf(2), findingOf(3)]]);
    // medium 45 × admin 1.25 × critical 1.4; what one event does not say is unknown, not usual.
    expect(alert?.score?.value).toBe(79);
    expect(alert?.score?.parts.map(({ name, level }) => `${name} ${level}`)).toEqual([
      'severity medium',
      'reach admin',
      'criticality critical',
      'novelty unknown',
      'place unknown',
    ]);
  });

  it('may be lower than that of a rule where all events say so', async () => {
    const alert = await alertOf([[findingOf(1)]]);
    // 45 × 0.9 × 0.85 = 34.4
    expect([alert?.score?.value, alert?.score?.severity]).toEqual([34, 'low']);
  });

  it('is the same in whatever batches, order and repetition findings come', async () => {
    const expected = await alertOf([RISKS.map((_, index) => findingOf(index))]);
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], { minLength: 10 });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 4 }), async (indexes, size) => {
        const batches = [];
        for (let at = 0; at < indexes.length; at += size)
          batches.push(indexes.slice(at, at + size).map(findingOf));
        const alert = await alertOf(batches);
        expect([alert?.risk, alert?.score]).toEqual([expected?.risk, expected?.score]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what follows from it', () => {
  const low = { value: 20, severity: 'low', parts: [] } as const;
  const critical = { value: 95, severity: 'critical', parts: [] } as const;

  it('is the severity that TheHive shows', () => {
    expect(shownSeverity({ severity: 'high', score: low })).toBe('low');
    expect(shownSeverity({ severity: 'low', score: critical })).toBe('critical');
    expect(shownSeverity({ severity: 'high' })).toBe('high');
  });

  it('opens cases, and never keeps one closed', () => {
    expect(caseSeverityOf({ severity: 'low', score: critical })).toBe('critical');
    expect(caseSeverityOf({ severity: 'high', score: low })).toBe('high');
  });
});

it('no company changes a fingerprint, a group or an id', () => {
  const text = aRuleText(
    { s: { eventName: 'StopLogging' }, condition: 's' },
    { 'x-group-by': ['actor.principal', 'source.network', 'target.resources'] },
  );
  const known = aCompany(
    { accounts: { '111122223333': { name: 'shop', criticality: 'critical' } } },
    {
      reach: () => ({ level: 'admin', riskClasses: [] }),
      network: () => ({ name: 'office', kind: 'vpn', isOurs: true }),
      knowsNetworks: true,
      principal: () => ({ kind: 'pipeline', owner: 'x' }),
    },
  );
  const [a, b] = [aCompany(), known].map((company) => {
    const event = anEnrichedEvent({ eventID: 'e' }, {}, company);
    const [finding] = createDetect(aRuleSet([text]), company)([event]).findings;
    return finding;
  });
  expect(b?.evidence[0]?.risk?.reach?.level).toBe('admin');
  expect(a?.evidence[0]?.risk).toBeUndefined();
  expect([b?.fingerprint, b?.group, b?.id]).toEqual([a?.fingerprint, a?.group, a?.id]);
});
