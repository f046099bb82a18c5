import type { CloudTrailRecord } from '../domain/event.ts';
import type { Finding } from '../domain/finding.ts';
import type { CompanyContext, WindowStore } from '../domain/ports.ts';
import type { RuleTest, RuleTestCase } from '../language/rule-test.ts';
import type { RuleSet } from '../language/sigma/rule-set.ts';
import { createCorrelate } from './correlate/correlate.ts';
import { toEvent } from './decode/decode.ts';
import { createDetect } from './detect/detect.ts';
import { createEnrich } from './enrich/enrich.ts';

/** What became of one case. `problem` is absent where it went as expected. */
export interface RuleTestResult {
  readonly file: string;
  readonly line: number;
  readonly ruleId: string;
  readonly name: string;
  readonly problem?: string;
}

/** Nothing in a test is late: its records are played at the time they name. */
const LATENESS_MS = 366 * 86_400_000;

/**
 * Runs tests of rules through the stages that live events go through, each case
 * on windows of its own, which `windows` makes. Only findings of the rule under
 * test count; a record that decode would refuse is played as far as it goes.
 */
export async function runRuleTests(
  ruleSet: RuleSet,
  tests: readonly RuleTest[],
  company: CompanyContext,
  windows: () => WindowStore,
): Promise<readonly RuleTestResult[]> {
  const results: RuleTestResult[] = [];
  for (const { file, ruleId, cases } of tests) {
    const only = rulesFor(ruleSet, ruleId);
    for (const one of cases) {
      const problem =
        only === undefined
          ? `no rule has the id "${ruleId}". Write the id of the rule beside this file.`
          : judge(one, ofRule(ruleId, await play(only, one.records, company, windows())));
      results.push({
        file,
        line: one.line,
        ruleId,
        name: one.name,
        ...(problem === undefined ? {} : { problem }),
      });
    }
  }
  return results;
}

/** The rule under test and what feeds it: others would only cost time. */
function rulesFor(ruleSet: RuleSet, ruleId: string): RuleSet | undefined {
  const correlations = ruleSet.correlations.filter(({ info }) => info.id === ruleId);
  const feeding = new Set([ruleId, ...correlations.flatMap(({ ruleIds }) => ruleIds)]);
  const detections = ruleSet.detections.filter(({ info }) => feeding.has(info.id));
  return correlations.length + detections.length === 0 ? undefined : { detections, correlations };
}

async function play(
  ruleSet: RuleSet,
  records: readonly CloudTrailRecord[],
  company: CompanyContext,
  windows: WindowStore,
): Promise<readonly Finding[]> {
  const deliveredAt = Math.max(...records.map((record) => Date.parse(String(record['eventTime'])) || 0));
  const enrich = createEnrich(company);
  const events = records.map((record, index) =>
    enrich(toEvent(record, { id: 'rule-test', deliveredAt }, index)),
  );
  const { matches, findings } = createDetect(ruleSet, company)(events);
  const correlate = createCorrelate(ruleSet, windows, { latenessMs: LATENESS_MS });
  const correlated = await correlate(matches, deliveredAt);
  return [...findings, ...correlated.findings];
}

/** What feeds the rule may alert on its own as well (`generate`). */
function ofRule(ruleId: string, findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.rule.id === ruleId);
}

function judge(one: RuleTestCase, findings: readonly Finding[]): string | undefined {
  const alerts = new Set(findings.map(({ fingerprint }) => fingerprint)).size;
  if (one.expect === 'silent') return alerts === 0 ? undefined : `expected no alert, but ${alerts} came`;
  if (alerts === 0) return 'expected an alert, but none came';
  if (one.count !== undefined && one.count !== alerts)
    return `expected ${one.count} alerts, but ${alerts} came`;
  return undefined;
}
