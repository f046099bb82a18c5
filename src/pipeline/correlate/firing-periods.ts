import { periodStartOf } from '../../domain/fingerprint.ts';
import type { WindowMember } from '../../domain/ports.ts';
import type { CompiledCorrelation } from '../../language/sigma/rule-set.ts';
import type { FiringPeriod } from './correlation-finding.ts';
import { type FiringWindow, firingWindows } from './firing-windows.ts';
import type { CorrelationKind } from './kinds/kind.ts';
import type { GroupOfMembers } from './membership.ts';

/** A run of added members close enough to share one look at the store. */
export interface Stretch extends GroupOfMembers {
  /** Time of the earliest and of the latest added member. */
  readonly from: number;
  readonly to: number;
}

interface OpenPeriod extends FiringPeriod {
  readonly members: WindowMember[];
  readonly firing: Set<string>;
}

/**
 * What fires after an addition, by rule, group and period of the firing member;
 * `found` holds for each stretch the members around it. The union of the firing
 * windows of a period, a member at most once for each stretch.
 */
export function firingPeriods(
  stretches: readonly Stretch[],
  found: readonly (readonly WindowMember[])[],
  kindOf: (correlation: CompiledCorrelation) => CorrelationKind,
): FiringPeriod[] {
  const periods = new Map<string, OpenPeriod>();
  for (const [at, stretch] of stretches.entries()) {
    const members = found[at] ?? [];
    const { info, spanMs, condition } = stretch.correlation;
    // Members before the earliest added one are unchanged, and their windows may not be here in full.
    const range = { from: stretch.from, to: stretch.to + spanMs, spanMs };
    const taken = new Map<OpenPeriod, number>();
    for (const window of firingWindows(members, range, kindOf(stretch.correlation), condition)) {
      const period = periodOf(periods, stretch, periodStartOf(window.time, info.periodMs));
      addWindow(period, window, members, taken.get(period) ?? 0);
      taken.set(period, window.end);
    }
  }
  return [...periods.values()];
}

function periodOf(periods: Map<string, OpenPeriod>, stretch: Stretch, periodStart: number): OpenPeriod {
  const name = `${stretch.correlation.info.id}\n${stretch.key}\n${periodStart}`;
  const known = periods.get(name);
  if (known !== undefined) return known;
  const { correlation, group } = stretch;
  const opened = { rule: correlation.info, group, periodStart, members: [], firing: new Set<string>() };
  periods.set(name, opened);
  return opened;
}

/** Windows come in rising order, so what lies before `taken` is in the period already. */
function addWindow(
  period: OpenPeriod,
  window: FiringWindow,
  members: readonly WindowMember[],
  taken: number,
): void {
  for (const member of members.slice(Math.max(window.start, taken), window.end)) period.members.push(member);
  for (const member of members.slice(window.firstFiring, window.end)) period.firing.add(member.key);
}
