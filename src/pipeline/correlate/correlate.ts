/**
 * The room of windows: it turns rule matches into findings over many events. It
 * keeps nothing itself (that is the `WindowStore`'s), knows no alerts, and what
 * is measured over a window is a kind of its own in `kinds/`.
 */
import type { Finding, RuleMatch } from '../../domain/finding.ts';
import type { WindowAdd, WindowMember, WindowStore } from '../../domain/ports.ts';
import type { CompiledCorrelation, RuleSet } from '../../language/sigma/rule-set.ts';
import { correlationFinding } from './correlation-finding.ts';
import { firingPeriods, type Stretch } from './firing-periods.ts';
import type { CorrelationKind } from './kinds/kind.ts';
import { type GroupOfMembers, groupMembers } from './membership.ts';
import { correlationKinds } from './registry.ts';

export interface CorrelateOptions {
  /** How much later than it happened an event may be delivered and still enter windows, ms. */
  readonly latenessMs: number;
  /** How far ahead of its own delivery an event may claim to be, ms. Default: as far as it likes. */
  readonly skewMs?: number;
}

export interface Correlated {
  /** One for each rule, group and period that the matches brought up; findings of one id add up like sets. */
  readonly findings: Finding[];
  /** Events that came too late (or claim a future too far) to enter a window. */
  readonly late: number;
}

/**
 * Builds the stage. The findings over all batches are a function of the set of
 * matches alone, in whatever order, repetition or split they come: each batch
 * looks again at every member whose window it touched. A condition must be one
 * that more events cannot make false (`gt`, `gte`).
 */
export function createCorrelate(
  ruleSet: Pick<RuleSet, 'correlations'>,
  windows: WindowStore,
  options: CorrelateOptions,
): (matches: readonly RuleMatch[], deliveredAt: number) => Promise<Correlated> {
  const correlations = correlationsByRule(ruleSet.correlations);
  const correlationsOf = (ruleId: string) => correlations.get(ruleId) ?? [];
  return async (matches, deliveredAt) => {
    const relevant = matches.filter(({ ruleId, event }) => event.complete && correlations.has(ruleId));
    const inTime = relevant.filter(({ event }) => isInTime(event.time, deliveredAt, options));
    const stretches = groupMembers(inTime, correlationsOf, (each) => kindOf(each).needsValue).flatMap(
      stretchesOf,
    );
    const found = await windows.add(stretches.map((stretch) => addOf(stretch, options)));
    const periods = firingPeriods(stretches, found, kindOf);
    return {
      findings: periods.map(correlationFinding),
      late: distinctEvents(relevant) - distinctEvents(inTime),
    };
  };
}

function correlationsByRule(
  all: readonly CompiledCorrelation[],
): ReadonlyMap<string, readonly CompiledCorrelation[]> {
  const byRule = new Map<string, CompiledCorrelation[]>();
  for (const correlation of all)
    for (const ruleId of new Set(correlation.ruleIds))
      byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), correlation]);
  return byRule;
}

function kindOf(correlation: CompiledCorrelation): CorrelationKind {
  const kind = correlationKinds.get(correlation.type);
  if (kind === undefined) throw new Error(`no correlation kind ${correlation.type}`);
  return kind;
}

function isInTime(time: number, deliveredAt: number, { latenessMs, skewMs }: CorrelateOptions): boolean {
  return deliveredAt - time <= latenessMs && time - deliveredAt <= (skewMs ?? Number.POSITIVE_INFINITY);
}

function distinctEvents(matches: readonly RuleMatch[]): number {
  return new Set(matches.map(({ event }) => event.key)).size;
}

/** Cuts where two added members lie so far apart that no window could hold or see both. */
function stretchesOf(group: GroupOfMembers): Stretch[] {
  const sorted = group.members.toSorted((a, b) => a.time - b.time);
  const stretches: { members: WindowMember[]; from: number; to: number }[] = [];
  for (const member of sorted) {
    const last = stretches.at(-1);
    if (last === undefined || member.time - last.to > 2 * group.correlation.spanMs)
      stretches.push({ members: [member], from: member.time, to: member.time });
    else {
      last.members.push(member);
      last.to = member.time;
    }
  }
  return stretches.map((stretch) => ({ ...group, ...stretch }));
}

function addOf({ correlation, key, members }: Stretch, { latenessMs }: CorrelateOptions): WindowAdd {
  return {
    ruleId: correlation.info.id,
    group: key,
    members,
    spanMs: correlation.spanMs,
    keepMs: correlation.spanMs + latenessMs,
  };
}
