import type { RuleInfo } from '../../domain/finding.ts';
import { hashOf } from '../../domain/hash.ts';
import type { SigmaHead } from './sigma-rule.ts';

/** What later stages know of a rule. */
export function ruleInfoOf(head: SigmaHead, revision: string): RuleInfo {
  return {
    id: head.id,
    revision,
    title: head.title,
    description: head.description,
    level: head.level,
    tags: head.tags,
    alertType: head.alertType,
    groupBy: head.groupBy,
    periodMs: head.periodMs,
    runbook: head.runbook,
    falsePositives: head.falsePositives,
    isSequence: false,
  };
}

/**
 * Names what a rule matches: equal for equal matching, whatever its title, level
 * or texts. Suppressions are bound to it.
 */
export function revisionOf(matching: readonly unknown[]): string {
  return hashOf(matching.map(canonical));
}

/** The order of keys in a map means nothing to Sigma, so it does not change a revision. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, content]) => [key, canonical(content)] as const);
  return { map: entries.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
