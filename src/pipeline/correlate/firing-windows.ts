import type { WindowMember } from '../../domain/ports.ts';
import type { SlidingWindow } from './kinds/kind.ts';

/** The firing members of one time, and the window they fire on, as positions in the sorted members. */
export interface FiringWindow {
  readonly time: number;
  /** First position of the window; the first of `time`; one past the last of both. */
  readonly start: number;
  readonly firstFiring: number;
  readonly end: number;
}

/**
 * The members e with time in [from, to] that fire: the condition holds on the
 * members within [t(e) − span, t(e)].
 *
 * Both ends are included, and members of one time are in each other's windows:
 * CloudTrail has whole seconds, so order within one is unknown. `members` are
 * sorted by time and complete from `from − span` to `to`. One pass: each member
 * enters and leaves the window once.
 */
export function firingWindows(
  members: readonly WindowMember[],
  range: { readonly from: number; readonly to: number; readonly spanMs: number },
  window: SlidingWindow,
): FiringWindow[] {
  const firing: FiringWindow[] = [];
  let start = 0;
  let end = 0;
  while (end < members.length) {
    const firstFiring = end;
    const time = members[firstFiring]?.time ?? 0;
    if (time > range.to) break;
    const from = time - range.spanMs;
    for (; members[end]?.time === time; end += 1) pass(window.enter, members[end]);
    for (; (members[start]?.time ?? time) < from; start += 1) pass(window.leave, members[start]);
    if (time >= range.from && window.holds(from, time)) firing.push({ time, start, firstFiring, end });
  }
  return firing;
}

function pass(step: (member: WindowMember) => void, member: WindowMember | undefined): void {
  if (member !== undefined) step(member);
}
