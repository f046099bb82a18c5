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
  ...ruleSet.correlations.filter((rule) => rule.alerts),
  ...(ruleSet.baselines ?? []),
].map(({ info }) => info);

describe('rules/', () => {
  it('loads without a problem', () => {
    expect([...problems, ...advice, ...testProblems].map(describeProblem)).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    [
      'CloudTrail stops sending',
      [
        'CloudTrail Stopped, Deleted or Narrowed',
        'CloudTrail Sends Elsewhere or Is Guarded Less',
        "CloudTrail's Bucket Taken Away",
        "CloudTrail's Key Taken Away",
        "Bucket of CloudTrail's Logs Deleted or Closed",
        'CloudTrail Cannot Write Its Logs',
      ],
    ],
    ['security group opened', ['Security Group Opened to the World', 'Web Port Opened to the World']],
    ['root activity', ['Activity of the Root User', 'Access Key Created for the Root User']],
    ['expensive instances', ['Expensive Instances That Are Not in Use Here', 'Expensive Instances']],
    [
      'S3 bucket public',
      ['S3 Bucket Made Public', "S3 Bucket's Lock Taken Off or Website Put On", 'S3 Object Made Public'],
    ],
    [
      'many instances at once',
      [
        'Many Instances in One Call',
        'Many Calls That Start Instances',
        'Several Instances a Call, Again and Again',
      ],
    ],
    [
      'many failed logins',
      [
        'Many Failed Console Sign-Ins of One User',
        'Many Failed Console Sign-Ins From One Address',
        'Password Spray Across Users',
        'Sign-In of One User After Many Failures',
        'Sign-In From an Address After Many Failures',
        'Sign-In From a Network After a Password Spray',
      ],
    ],
    ['many denials', ['Many Denied Reads by One Principal', 'Many Denied Changes by One Principal']],
    ['many password changes', ['Many Password Changes on Administrators', 'Passwords of Many Users Changed']],
    [
      'unknown image',
      ['Machine Image That Is Not Allowed, Foreign or Unknown', 'Machine Image Not Seen Before'],
    ],
  ])('has what watches for: %s', (_detection, titles) => {
    const titled = new Set(alerting.map(({ title }) => title));
    expect(titles.filter((title) => !titled.has(title))).toEqual([]);
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
