import type { WindowAdd, WindowMember, WindowStore } from '../../domain/ports.ts';
import type { CompiledCorrelation } from '../../language/sigma/rule-set.ts';
import type { CorrelationIndex } from './correlation-index.ts';
import { type FiringPeriod, firingPeriods } from './firing-periods.ts';
import { type GroupOfMembers, groupFirings } from './membership.ts';

/** How long windows are open, ms. */
export interface WindowTimes {
  /** How much later than it happened an event may be delivered and still enter windows. */
  readonly latenessMs: number;
  /** How long after an event a window that further events could falsify is decided. */
  readonly settlingMs: number;
}

/**
 * Adds members to their groups and returns what fires. Where a correlation feeds
 * others, its firing members are added to these, round by round.
 *
 * Repeating it is harmless: what was added before is looked at again, so a run
 * that died between two rounds is made good.
 */
export async function feed(
  groups: readonly GroupOfMembers[],
  index: CorrelationIndex,
  windows: WindowStore,
  times: WindowTimes,
): Promise<FiringPeriod[]> {
  const fired: FiringPeriod[] = [];
  let next = groups;
  while (next.length > 0) {
    const stretches = next.flatMap(stretchesOf);
    const found = await windows.add(stretches.map((stretch) => addOf(stretch, times)));
    const looked = stretches.flatMap((stretch, at) => {
      const around = found[at];
      return around === undefined || around.members.length === 0
        ? []
        : [{ ...stretch, to: stretch.to + stretch.correlation.spanMs, found: around }];
    });
    const periods = firingPeriods(looked);
    fired.push(...periods);
    next = groupFirings(periods, index);
  }
  return fired;
}

/** How long after an event its windows of the correlation are decided, ms. */
export function settleAfterMs({ settlings }: CompiledCorrelation, { settlingMs }: WindowTimes): number {
  return settlings * settlingMs;
}

interface AddedStretch extends GroupOfMembers {
  readonly from: number;
  readonly to: number;
}

/** Cuts where two added members lie so far apart that no window could hold or see both. */
function stretchesOf(group: GroupOfMembers): AddedStretch[] {
  const { members, correlation } = group;
  const sorted = isSorted(members) ? members : members.toSorted((a, b) => a.time - b.time);
  const stretches: AddedStretch[] = [];
  let start = 0;
  for (let at = 1; at <= sorted.length; at += 1) {
    const [last, next] = [sorted[at - 1], sorted[at]];
    if (last !== undefined && next !== undefined && next.time - last.time <= 2 * correlation.spanMs) continue;
    const some = start === 0 && at === sorted.length ? sorted : sorted.slice(start, at);
    stretches.push({ ...group, members: some, from: some[0]?.time ?? 0, to: last?.time ?? 0 });
    start = at;
  }
  return stretches;
}

function isSorted(members: readonly WindowMember[]): boolean {
  for (let at = 1; at < members.length; at += 1)
    if ((members[at]?.time ?? 0) < (members[at - 1]?.time ?? 0)) return false;
  return true;
}

function addOf({ correlation, key, group, members }: AddedStretch, times: WindowTimes): WindowAdd {
  const { info, spanMs, settlings } = correlation;
  const afterMs = settleAfterMs(correlation, times);
  const count = countOf(correlation);
  return {
    ruleId: info.id,
    group: key,
    members,
    spanMs,
    keepMs: spanMs + Math.max(times.latenessMs, afterMs) + afterMs,
    ...(settlings > 0 ? { settle: { afterMs, values: group } } : {}),
    ...(count === undefined ? {} : { count }),
  };
}

/** What a store may count itself: whole numbers that only rise. */
function countOf({ type, condition, settlings }: CompiledCorrelation): WindowAdd['count'] {
  if (settlings > 0 || (type !== 'event_count' && type !== 'value_count')) return undefined;
  const atLeast = condition.map(({ op, threshold }) => (op === 'gt' ? threshold + 1 : threshold));
  return { of: type === 'event_count' ? 'members' : 'values', atLeast: Math.max(1, ...atLeast) };
}
