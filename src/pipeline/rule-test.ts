import type { CompanyContext } from '../domain/company.ts';
import type { CloudTrailRecord } from '../domain/event.ts';
import type { Finding } from '../domain/finding.ts';
import type { BaselineStore, WindowStore } from '../domain/ports.ts';
import type { RuleTest, RuleTestCase } from '../language/rule-test.ts';
import type { RuleSet } from '../language/sigma/rule-set.ts';
import { createBaselines } from './correlate/baseline.ts';
import { closeAll } from './correlate/close-windows.ts';
import { createCorrelate } from './correlate/correlate.ts';
import { toEvent } from './decode/decode.ts';
import { createDetect } from './detect/detect.ts';
import { evidenceOf } from './detect/evidence.ts';
import { createEnrich } from './enrich/enrich.ts';

/** What became of one case. `problem` is absent where it went as expected. */
export interface RuleTestResult {
  readonly file: string;
  readonly line: number;
  readonly ruleId: string;
  readonly name: string;
  readonly problem?: string;
}

/** The stores of one case. */
interface RuleTestStores {
  readonly windows: WindowStore;
  readonly baselines: BaselineStore | undefined;
}

/** Nothing in a test is late: its records are played at the time they name. */
const LATENESS_MS = 366 * 86_400_000;

/**
 * Runs tests of rules through the stages that live events go through, each case
 * on stores of its own, which `windows` and `baselines` make. Only findings of the rule under
 * test count; a record that decode would refuse is played as far as it goes.
 */
export async function runRuleTests(
  ruleSet: RuleSet,
  tests: readonly RuleTest[],
  company: CompanyContext,
  windows: () => WindowStore,
  baselines?: () => BaselineStore,
): Promise<readonly RuleTestResult[]> {
  const results: RuleTestResult[] = [];
  for (const { file, ruleId, cases } of tests) {
    const only = rulesFor(ruleSet, ruleId);
    for (const one of cases) {
      const problem =
        only === undefined
          ? whyNot(ruleSet, ruleId)
          : judge(
              one,
              ofRule(
                ruleId,
                await play(only, one.records, one.company ?? company, {
                  windows: windows(),
                  baselines: baselines?.(),
                }),
              ),
            );
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
  const feeding = new Set([ruleId]);
  // A set that grows is walked to its end: correlations may list correlations.
  for (const id of feeding)
    for (const { info, ruleIds } of ruleSet.correlations)
      if (info.id === id) for (const listed of ruleIds) feeding.add(listed);
  const correlations = ruleSet.correlations.filter(({ info }) => feeding.has(info.id));
  const detections = ruleSet.detections.filter(({ info }) => feeding.has(info.id));
  const baselines = ruleSet.baselines?.filter(({ info }) => info.id === ruleId) ?? [];
  const found = correlations.length + detections.length + baselines.length;
  return found === 0 ? undefined : { detections, correlations, baselines };
}

function whyNot({ heartbeats = [] }: RuleSet, ruleId: string): string {
  return heartbeats.some(({ info }) => info.id === ruleId)
    ? 'a heartbeat cannot be tested by records: a silence comes by the clock. Remove this file.'
    : `no rule has the id "${ruleId}". Write the id of the rule beside this file.`;
}

async function play(
  ruleSet: RuleSet,
  records: readonly CloudTrailRecord[],
  company: CompanyContext,
  { windows, baselines }: RuleTestStores,
): Promise<readonly Finding[]> {
  const deliveredAt = Math.max(...records.map((record) => Date.parse(String(record['eventTime'])) || 0));
  const enrich = createEnrich(company);
  const events = records.map((record, index) =>
    enrich(toEvent(record, { id: 'rule-test', deliveredAt }, index)),
  );
  const { matches, findings } = createDetect(ruleSet, company)(events);
  const options = { latenessMs: LATENESS_MS };
  const correlated = await createCorrelate(ruleSet, windows, options)(matches, deliveredAt);
  const closed = await closeAll(ruleSet, windows, options);
  const found = [...findings, ...correlated.findings, ...closed];
  if (baselines === undefined) return found;
  const watchNew = createBaselines(ruleSet.baselines ?? [], {
    store: baselines,
    evidenceOf: (event) => evidenceOf(event, company),
    ...options,
  });
  return [...found, ...(await watchNew(events, { deliveredAt }))];
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
