/**
 * The room that hides what analysts have judged to be harmless, and nothing else.
 * It does not learn (from-verdict.ts does, pure) and deletes nothing: a hidden
 * finding is handed on to be stored and counted. In doubt everything is live.
 */
import { messageOf } from '../../domain/errors.ts';
import type { Finding, HiddenFinding, LiveFinding } from '../../domain/finding.ts';
import type { Log, Metrics, SuppressionStore } from '../../domain/ports.ts';
import { summaryOf } from '../../domain/summary.ts';
import type { Suppression } from '../../domain/suppression.ts';
import { ceilingOf } from './ceiling.ts';
import { covers } from './scope.ts';

export interface SuppressOptions {
  readonly metrics?: Pick<Metrics, 'count'>;
  readonly log?: Pick<Log, 'warn'>;
}

/** Live and hidden; together they are all findings, each once. */
export interface Suppressed {
  readonly live: LiveFinding[];
  readonly hidden: HiddenFinding[];
}

/**
 * Builds the stage. `now` decides what has expired. Fails open: when the store
 * does not answer, or holds something that cannot be read, every finding is live
 * and `suppression_store_failures` counts it.
 */
export function createSuppress(
  store: Pick<SuppressionStore, 'list' | 'countHits'>,
  options: SuppressOptions = {},
): (findings: readonly Finding[], now: number) => Promise<Suppressed> {
  return async (findings, now) => {
    if (findings.length === 0) return { live: [], hidden: [] };
    try {
      const inForce = indexByRule((await store.list()).filter((each) => isInForce(each, now)));
      const judged = judge(findings, inForce);
      await countHits(store, judged);
      return judged;
    } catch (error) {
      options.metrics?.count('suppression_store_failures');
      options.log?.warn(
        { reason: messageOf(error), findings: findings.length },
        'suppressions cannot be read, everything is live',
      );
      return { live: findings.map((finding) => ({ finding, wouldBeHiddenBy: [] })), hidden: [] };
    }
  };
}

function isInForce(suppression: Suppression, now: number): boolean {
  return (suppression.state === 'active' || suppression.state === 'shadow') && suppression.expiresAt > now;
}

type ByRule = ReadonlyMap<string, readonly Suppression[]>;

function indexByRule(suppressions: readonly Suppression[]): ByRule {
  const byRule = new Map<string, Suppression[]>();
  for (const each of suppressions.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    byRule.set(each.scope.ruleId, [...(byRule.get(each.scope.ruleId) ?? []), each]);
  return byRule;
}

function judge(findings: readonly Finding[], inForce: ByRule): Suppressed {
  const live: LiveFinding[] = [];
  const hidden: HiddenFinding[] = [];
  for (const finding of findings) {
    const covering = (inForce.get(finding.rule.id) ?? []).filter(({ scope }) => covers(scope, finding));
    const allowed = covering.length > 0 && ceilingOfFinding(finding) === undefined ? covering : [];
    const active = allowed.find(({ state }) => state === 'active');
    if (active !== undefined) hidden.push({ finding, suppressionId: active.id });
    else live.push({ finding, wouldBeHiddenBy: allowed.map(({ id }) => id) });
  }
  return { live, hidden };
}

function ceilingOfFinding(finding: Finding): string | undefined {
  const summary = summaryOf(finding);
  if (summary === undefined) return 'events that nobody looked at';
  return ceilingOf({
    rule: finding.rule,
    severity: finding.rule.level,
    marks: [...new Set([...summary.marks, ...finding.evidence.flatMap(({ marks }) => marks)])].sort(),
    principals: summary.principal === undefined ? [] : [summary.principal],
    evidence: finding.evidence,
  });
}

/** Before anything is hidden: what was not counted is not hidden. */
async function countHits(
  store: Pick<SuppressionStore, 'countHits'>,
  { live, hidden }: Suppressed,
): Promise<void> {
  const hits = new Map<string, string[]>();
  const note = (id: string, finding: Finding) => hits.set(id, [...(hits.get(id) ?? []), finding.id]);
  for (const { finding, suppressionId } of hidden) note(suppressionId, finding);
  for (const { finding, wouldBeHiddenBy } of live) for (const id of wouldBeHiddenBy) note(id, finding);
  await Promise.all([...hits].map(([id, findingIds]) => store.countHits(id, findingIds)));
}
