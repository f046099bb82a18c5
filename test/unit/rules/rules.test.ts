import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRules, loadRuleTests } from '../../../src/adapters/files/rule-folder.ts';
import { createMemoryBaselines } from '../../../src/adapters/memory/baselines.ts';
import { createMemoryWindows } from '../../../src/adapters/memory/windows.ts';
import { describeProblem } from '../../../src/domain/problem.ts';
import { runRuleTests } from '../../../src/pipeline/rule-test.ts';
import { aCompany } from '../../helpers/a-company.ts';

const { ruleSet, problems, advice } = await loadRules(['rules']);
const { tests, problems: testProblems } = await loadRuleTests(['rules']);
const results = await runRuleTests(ruleSet, tests, aCompany(), createMemoryWindows, createMemoryBaselines);
const alerting = [
  ...ruleSet.detections.filter((rule) => rule.alerts),
  ...ruleSet.correlations,
  ...(ruleSet.baselines ?? []),
].map(({ info }) => info);

describe('rules/', () => {
  it('loads without a problem', () => {
    expect([...problems, ...advice, ...testProblems].map(describeProblem)).toEqual([]);
  });

  it('covers the first six detections, and the first baseline', () => {
    expect(new Set(alerting.map(({ alertType }) => alertType))).toEqual(
      new Set([
        'cloudtrail.trail.tampering',
        'iam.root.activity',
        'ec2.security_group.opened',
        's3.bucket.public',
        'identity.login.failures',
        'discovery.denied_calls',
        'cloudtrail.baseline.region',
      ]),
    );
  });

  it.each(alerting)('gives people what they need of "$title"', (info) => {
    expect(info.runbook.length).toBeGreaterThan(100);
    expect(info.falsePositives.length).toBeGreaterThan(0);
    expect(info.tags.some((tag) => /^attack\.t\d{4}/.test(tag))).toBe(true);
    expect(info.groupBy.length).toBeGreaterThan(0);
  });

  it.each(alerting)('tests "$title" with two positives and two near misses at least', ({ id }) => {
    const cases = tests.filter((test) => test.ruleId === id).flatMap((test) => test.cases);
    expect(cases.filter((one) => one.expect === 'fires').length).toBeGreaterThanOrEqual(2);
    expect(cases.filter((one) => one.expect === 'silent').length).toBeGreaterThanOrEqual(2);
  });

  it('watches for silence, which its own test plays (silence-in-a-week.test.ts)', () => {
    expect(ruleSet.heartbeats?.map(({ info, terms }) => [info.alertType, terms])).toEqual([
      ['cloudtrail.silence', { kind: 'heartbeat', group: ['awsRegion'], learnMs: 14 * 86_400_000 }],
    ]);
  });

  it('keeps each test beside its rule', () => {
    for (const { file } of tests) expect(existsSync(file.replace('.test.yml', '.yml')), file).toBe(true);
  });

  it.each(results)('$file: $name', ({ problem }) => {
    expect(problem).toBeUndefined();
  });
});
