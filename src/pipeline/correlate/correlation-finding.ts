import { byTimeThenKey, EVIDENCE_LIMIT, type Finding, type RuleInfo } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { hashOf } from '../../domain/hash.ts';
import type { WindowMember } from '../../domain/ports.ts';
import { summarize } from '../../domain/summary.ts';

/** What a batch brought up of one group in one period. Members may repeat. */
export interface FiringPeriod {
  readonly rule: RuleInfo;
  readonly group: Readonly<Record<string, string>>;
  readonly periodStart: number;
  readonly members: readonly WindowMember[];
  /** Keys of the members on which the condition held. */
  readonly firing: ReadonlySet<string>;
}

/**
 * The finding of one rule, group and period. An event that is a member under
 * several rules counts for the condition under each, and once in the finding.
 */
export function correlationFinding({ rule, group, periodStart, members, firing }: FiringPeriod): Finding {
  const byKey = new Map(members.map((member) => [member.key, member]));
  const sorted = [...byKey.values()].sort(byTimeThenKey);
  const evidence = sorted.map((member) => member.evidence);
  return {
    id: hashOf([rule.id, Object.entries(group).toSorted(([a], [b]) => (a < b ? -1 : 1)), periodStart]),
    kind: 'correlation',
    rule,
    fingerprint: fingerprint({ ruleId: rule.id, group, periodStart }),
    group,
    periodStart,
    account: group['account'] ?? '',
    members: sorted.map(({ key, time }) => ({ key, time })),
    firing: sorted.filter(({ key }) => firing.has(key)).map(({ key }) => key),
    evidence: evidence.slice(0, EVIDENCE_LIMIT),
    ...(evidence.length > EVIDENCE_LIMIT ? { summary: summarize(evidence) } : {}),
  };
}
