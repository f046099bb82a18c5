import type { Alert } from '../../domain/alert.ts';
import type { Finding } from '../../domain/finding.ts';
import { hashOf } from '../../domain/hash.ts';
import { commonFacts, summaryOf } from '../../domain/summary.ts';
import type { SuppressionScope } from '../../domain/suppression.ts';

/** Stable facts of which a scope needs at least one: where it came from, or with what. */
const ANCHORS = ['network', 'userAgent'] as const;

/** A scope, or why there can be none. */
export type ScopeOrWhy = { readonly scope: SuppressionScope } | { readonly why: string };

/**
 * The narrowest scope that explains all events shown of an alert: its rule as it
 * is today, account, principal and every stable fact on which they agree.
 */
export function scopeOf(alert: Alert): ScopeOrWhy {
  const principals = new Set(alert.evidence.map(({ actor }) => actor.principal));
  const [principal] = principals;
  if (principals.size !== 1 || principal === undefined || principal === '')
    return { why: 'its events have no one known principal' };
  if (alert.account === '') return { why: 'its account is not known' };
  const context = commonFacts(alert.evidence);
  if (!ANCHORS.some((name) => (context[name] ?? '') !== ''))
    return { why: 'its events share neither a network nor a kind of user agent' };
  const { id, revision } = alert.rule;
  return { scope: { ruleId: id, ruleRevision: revision, account: alert.account, principal, context } };
}

/** A suppression is named by its scope: two verdicts on the same scope are one suppression. */
export function suppressionIdOf(scope: SuppressionScope): string {
  const context = Object.entries(scope.context).sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf([scope.ruleId, scope.ruleRevision, scope.account, scope.principal, context]);
}

/** Does the scope cover every event of the finding? False where it is not known of every event. */
export function covers(scope: SuppressionScope, finding: Finding): boolean {
  const summary = summaryOf(finding);
  const facts = Object.entries(scope.context);
  if (summary === undefined || facts.length === 0) return false;
  return (
    scope.ruleId === finding.rule.id &&
    scope.ruleRevision === finding.rule.revision &&
    scope.account === finding.account &&
    finding.evidence.every(({ account }) => account === scope.account) &&
    scope.principal !== '' &&
    scope.principal === summary.principal &&
    facts.every(([name, value]) => Object.hasOwn(summary.stable, name) && summary.stable[name] === value)
  );
}
