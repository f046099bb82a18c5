/**
 * Detect: which rules match which events of a batch. It knows single events only;
 * what needs several is `correlate`.
 */

import type { CompanyContext } from '../../domain/company.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import type { Evidence, Finding, RuleInfo, RuleMatch } from '../../domain/finding.ts';
import { fingerprint, periodStartOf } from '../../domain/fingerprint.ts';
import { hashOf } from '../../domain/hash.ts';
import type { RiskFact } from '../../domain/risk.ts';
import { groupText } from '../../language/sigma/field-value.ts';
import { createRuleIndex } from '../../language/sigma/rule-index.ts';
import type { RuleSet } from '../../language/sigma/rule-set.ts';
import { evidenceOf } from './evidence.ts';

/** What the rules say of a batch. */
export interface Detected {
  /** Every rule and event that match, event by event, in the order of the rules. */
  readonly matches: readonly RuleMatch[];
  /** The matches of rules that alert on their own. */
  readonly findings: readonly Finding[];
}

/**
 * Rules are found by event name and source; those that neither narrows down are
 * asked for every event. A pure function of event, rules and company: the same batch twice
 * gives the same findings with the same fingerprints. `novelty`, by the event's key, is for the score.
 */
export function createDetect(
  ruleSet: Pick<RuleSet, 'detections'>,
  company: CompanyContext,
): (events: readonly EnrichedEvent[], novelty?: ReadonlyMap<string, RiskFact<'novelty'>>) => Detected {
  const rulesFor = createRuleIndex(ruleSet.detections);
  return (events, novelty) => {
    const matches: RuleMatch[] = [];
    const findings: Finding[] = [];
    for (const event of events) {
      let evidence: Evidence | undefined;
      for (const rule of rulesFor(event.record)) {
        if (!rule.matches(event)) continue;
        evidence ??= evidenceOf(event, company, novelty?.get(event.key));
        matches.push({ ruleId: rule.info.id, event, evidence });
        if (rule.alerts) findings.push(findingOf(rule.info, event, evidence));
      }
    }
    return { matches, findings };
  };
}

function findingOf(rule: RuleInfo, event: EnrichedEvent, evidence: Evidence): Finding {
  const group = groupOf(rule, event);
  const periodStart = periodStartOf(event.time, rule.periodMs);
  return {
    id: hashOf([rule.id, Object.entries(group), event.key]),
    kind: 'detection',
    rule,
    fingerprint: fingerprint({ ruleId: rule.id, group, periodStart }),
    group,
    periodStart,
    account: event.account,
    members: [{ key: event.key, time: event.time }],
    firing: [event.key],
    evidence: [evidence],
  };
}

function groupOf(rule: RuleInfo, event: EnrichedEvent): Readonly<Record<string, string>> {
  const values = rule.groupBy.map((name) => [name, groupText(event, name)] as const);
  return Object.fromEntries([['account', event.account], ...values]);
}
