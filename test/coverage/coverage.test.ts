import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/adapters/files/rule-folder.ts';
import { NEAR_MISSES } from '../sim/fortnight.ts';
import { daysFrom, play } from '../sim/routine.ts';
import { hasData } from './data.ts';
import { type CaseResult, LABELLED_SETS, readExceptions, readLabels, runLabelled } from './labelled.ts';
import {
  FORTNIGHT_SEED,
  FORTNIGHT_START,
  measureBoogy,
  measureControls,
  measureNoise,
  readJudgements,
  simulatedCompany,
} from './noise.ts';
import { attackTable } from './report.ts';

const { ruleSet, problems } = await loadRules(['rules']);
const titles = new Set(
  [
    ...ruleSet.detections,
    ...ruleSet.correlations,
    ...(ruleSet.baselines ?? []),
    ...(ruleSet.heartbeats ?? []),
  ].map(({ info }) => info.title),
);

describe('what is written about coverage', () => {
  it('names rules that exist', () => {
    expect(problems).toEqual([]);
    expect(() => readLabels(ruleSet)).not.toThrow();
    expect(Object.keys(readJudgements()).filter((title) => !titles.has(title))).toEqual([]);
  });
});

describe.skipIf(!hasData())('cases of other projects (skipped where the data is absent)', () => {
  it('are detected and silent as labelled, but for those that are explained', async () => {
    const exceptions = readExceptions();
    const labels = readLabels(ruleSet);
    const results: CaseResult[] = [];
    for (const set of LABELLED_SETS) results.push(...(await runLabelled(set, ruleSet, labels, exceptions)));
    const differing = results.filter(({ ok }) => !ok).map(({ caseId }) => caseId);
    // Both ways: what is explained must still differ, or the explanation is stale.
    expect(differing.sort()).toEqual(Object.keys(exceptions).sort());
    for (const [caseId, { is }] of Object.entries(exceptions)) {
      const result = results.find((one) => one.caseId === caseId);
      expect(result?.expected, caseId).toBe(is === 'missed');
    }
    const share = (expected: boolean) => {
      const of = results.filter((one) => one.expected === expected);
      return of.filter(({ ok }) => ok).length / of.length;
    };
    expect(share(true)).toBeGreaterThanOrEqual(0.95);
    expect(share(false)).toBeGreaterThanOrEqual(0.98);
  }, 120_000);

  it('raise no alert on the log that boogy recorded', async () => {
    expect((await measureBoogy(ruleSet, {})).alerts).toEqual([]);
  }, 60_000);
});

describe('the eleven detections in a simulated company', () => {
  it('are silent on what comes near', async () => {
    const { org, company } = simulatedCompany(FORTNIGHT_SEED);
    const records = play(org, NEAR_MISSES, daysFrom(FORTNIGHT_START, 2)).map(({ record }) => record);
    const { alerts } = await measureNoise('near misses', records, { ruleSet, company, judgements: {} });
    expect(alerts.map(({ title, calls }) => `${title}: ${calls}`)).toEqual([]);
  }, 60_000);

  it('find the real thing', async () => {
    const results = await measureControls(ruleSet);
    expect(results.map(({ detection }) => detection).length).toBe(11);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  }, 120_000);
});

it('rules that alert stand in the table of ATT&CK, none without a tactic', () => {
  const { tactics, rules } = attackTable({ ruleSet });
  expect(rules).toBeGreaterThan(50);
  expect(tactics.find(({ tactic }) => tactic === '')).toBeUndefined();
});
