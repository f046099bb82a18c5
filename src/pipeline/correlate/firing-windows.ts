import type { WindowMember } from '../../domain/ports.ts';
import type { CorrelationKind } from './kinds/kind.ts';

/** A threshold that more events can only bring nearer. Several of them all have to hold. */
export interface Threshold {
  readonly op: 'gt' | 'gte';
  readonly threshold: number;
}

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
 * enters and leaves the measure once.
 */
export function firingWindows(
  members: readonly WindowMember[],
  range: { readonly from: number; readonly to: number; readonly spanMs: number },
  kind: CorrelationKind,
  condition: readonly Threshold[],
): FiringWindow[] {
  const measure = kind.createMeasure();
  const firing: FiringWindow[] = [];
  let start = 0;
  let end = 0;
  while (end < members.length) {
    const firstFiring = end;
    const time = members[firstFiring]?.time ?? 0;
    if (time > range.to) break;
    for (; members[end]?.time === time; end += 1) enter(measure, members[end]);
    for (; (members[start]?.time ?? time) < time - range.spanMs; start += 1) leave(measure, members[start]);
    if (time >= range.from && holds(condition, measure.value()))
      firing.push({ time, start, firstFiring, end });
  }
  return firing;
}

type Measure = ReturnType<CorrelationKind['createMeasure']>;

function enter(measure: Measure, member: WindowMember | undefined): void {
  if (member !== undefined) measure.enter(member);
}

function leave(measure: Measure, member: WindowMember | undefined): void {
  if (member !== undefined) measure.leave(member);
}

function holds(condition: readonly Threshold[], value: number): boolean {
  return condition.every(({ op, threshold }) => (op === 'gte' ? value >= threshold : value > threshold));
}
