import { periodStartOf } from '../../domain/fingerprint.ts';
import type { WindowFound, WindowMember } from '../../domain/ports.ts';
import type { CompiledCorrelation } from '../../language/sigma/rule-set.ts';
import { type FiringWindow, firingWindows } from './firing-windows.ts';
import { kindOf } from './registry.ts';

/** Members of one group whose windows are looked at together, and what was found around them. */
export interface Stretch {
  readonly correlation: CompiledCorrelation;
  /** Group-by names and values, `account` first. */
  readonly group: Readonly<Record<string, string>>;
  /** Hash of the group's values. */
  readonly key: string;
  /** The times, both included, whose members may have begun to fire. */
  readonly from: number;
  readonly to: number;
  readonly found: WindowFound;
}

/** What came up of one group in one period. Members may repeat. */
export interface FiringPeriod {
  readonly correlation: CompiledCorrelation;
  readonly group: Readonly<Record<string, string>>;
  readonly periodStart: number;
  readonly members: readonly WindowMember[];
  /** Keys of the members on which the condition held. */
  readonly firing: ReadonlySet<string>;
  /** A window reaches back to groups that were dropped. */
  readonly incomplete: boolean;
}

interface OpenPeriod extends FiringPeriod {
  readonly members: WindowMember[];
  readonly firing: Set<string>;
  incomplete: boolean;
}

/**
 * What fires, by correlation, group and period of the firing member. The union
 * of the firing windows of a period, a member at most once for each stretch.
 */
export function firingPeriods(stretches: readonly Stretch[]): FiringPeriod[] {
  const periods = new Map<string, OpenPeriod>();
  for (const stretch of stretches) {
    const { correlation, found } = stretch;
    if (found.members.length === 0) continue;
    const { info, spanMs } = correlation;
    const window = kindOf(correlation).createWindow(correlation, found.members);
    const taken = new Map<OpenPeriod, number>();
    for (const firing of firingWindows(found.members, { ...stretch, spanMs }, window)) {
      const period = periodOf(periods, stretch, periodStartOf(firing.time, info.periodMs));
      addWindow(period, firing, found.members, taken.get(period) ?? 0);
      taken.set(period, firing.end);
      if (found.lostUntil !== undefined && firing.time - spanMs <= found.lostUntil) period.incomplete = true;
    }
  }
  return [...periods.values()];
}

function periodOf(periods: Map<string, OpenPeriod>, stretch: Stretch, periodStart: number): OpenPeriod {
  const { correlation, group, key } = stretch;
  const name = `${correlation.info.id}\n${key}\n${periodStart}`;
  const known = periods.get(name);
  if (known !== undefined) return known;
  const nothing = { members: [], firing: new Set<string>(), incomplete: false };
  const opened = { correlation, group, periodStart, ...nothing };
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
