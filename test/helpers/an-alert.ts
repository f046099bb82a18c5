import type { Alert } from '../../src/domain/alert.ts';
import type { Evidence } from '../../src/domain/finding.ts';
import { fingerprint, periodStartOf } from '../../src/domain/fingerprint.ts';
import { summarize } from '../../src/domain/summary.ts';
import { anEvidence, aRule } from './a-finding.ts';

/** An alert of one rule over the given events (one by default); what is not overridden follows from them. */
export function anAlert(overrides: Partial<Alert> & { readonly event?: Partial<Evidence> } = {}): Alert {
  const { event, ...rest } = overrides;
  const rule = rest.rule ?? aRule();
  const evidence = rest.evidence ?? [anEvidence(event)];
  const times = evidence.map(({ time }) => time);
  const first = evidence[0] ?? anEvidence();
  const group = rest.group ?? { account: first.account, 'actor.principal': first.actor.principal };
  const periodStart = rest.periodStart ?? periodStartOf(first.time, rule.periodMs);
  const { observables, actors } = summarize(evidence);
  return {
    fingerprint: fingerprint({ ruleId: rule.id, group, periodStart }),
    rule,
    group,
    periodStart,
    account: first.account,
    severity: rule.level,
    count: evidence.length,
    firstSeen: Math.min(...times),
    lastSeen: Math.max(...times),
    evidence,
    observables,
    actors,
    procedures: [{ patternId: 'T1562.007', time: Math.min(...times) }],
    wouldBeHiddenBy: [],
    ...rest,
  };
}
