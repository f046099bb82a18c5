import { byTimeThenKey, EVIDENCE_LIMIT, type Evidence, type Finding } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { hashOf } from '../../domain/hash.ts';
import type { WindowMember } from '../../domain/ports.ts';
import { summarize } from '../../domain/summary.ts';
import type { FiringPeriod } from './firing-periods.ts';

/**
 * The finding of one correlation, group and period. An event that is a member under
 * several rules counts for the condition under each, and once in the finding.
 */
export function correlationFinding(period: FiringPeriod): Finding {
  const { correlation, group, periodStart, members, firing } = period;
  const rule = correlation.info;
  const sorted = distinctEvents(members).sort(byTimeThenKey);
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
    ...(period.incomplete ? { incomplete: true as const } : {}),
  };
}

/** Of two readings of one event the one whose text is smaller, so that order is no matter. */
function distinctEvents(members: readonly WindowMember[]): WindowMember[] {
  const byKey = new Map<string, WindowMember>();
  for (const member of members) {
    const known = byKey.get(member.key);
    if (known === undefined || isSmaller(member.evidence, known.evidence)) byKey.set(member.key, member);
  }
  return [...byKey.values()];
}

function isSmaller(a: Evidence, b: Evidence): boolean {
  return a !== b && JSON.stringify(a) < JSON.stringify(b);
}
