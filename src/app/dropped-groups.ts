import type { Log, Metrics } from '../domain/ports.ts';

/** Counts groups that were dropped because a rule had too many; says it once a rule. */
export function droppedGroups(metrics: Metrics, log: Log): (ruleId: string, groups: number) => void {
  const told = new Set<string>();
  return (ruleId, groups) => {
    metrics.count('window_groups_dropped', { rule: ruleId }, groups);
    if (told.has(ruleId)) return;
    told.add(ruleId);
    log.warn(
      { ruleId },
      'a rule has too many groups: the oldest are dropped, and its alerts are tagged windows-incomplete',
    );
  };
}
