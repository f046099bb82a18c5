import type { Alert, Procedure } from '../../domain/alert.ts';
import { byTimeThenKey, EVIDENCE_LIMIT, type Evidence, type LiveFinding } from '../../domain/finding.ts';
import { mergeRisk, type RiskFacts, type Score } from '../../domain/risk.ts';
import { maxSeverity, type Severity } from '../../domain/severity.ts';
import { mergeActors, mergeObservables, summarize } from '../../domain/summary.ts';

/** Size and span of the exact set of an alert's events. */
export interface Extent {
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** How much an alert of that severity and risk matters. */
export type ScoreOf = (severity: Severity, risk: RiskFacts) => Score;

/**
 * The alert with one more finding of its fingerprint in it.
 *
 * A semilattice: every part is a set that only grows, or the earliest few of one.
 * So findings may come in any order, twice, or in parts. Only `rule` is not a set:
 * where a rule was edited within a period, the text of the last finding stays.
 */
export function mergeAlert(
  known: Alert | undefined,
  live: LiveFinding,
  extent: Extent,
  score?: ScoreOf,
): Alert {
  const { finding, wouldBeHiddenBy } = live;
  const summary = finding.summary ?? summarize(finding.evidence);
  const severity = maxSeverity(known?.severity ?? 'informational', finding.rule.level);
  const risk = joinedRisk(known, summary.risk);
  const firstSeen = Math.min(known?.firstSeen ?? extent.firstSeen, extent.firstSeen);
  return {
    fingerprint: finding.fingerprint,
    rule: finding.rule,
    group: finding.group,
    periodStart: finding.periodStart,
    account: finding.account,
    severity,
    risk,
    ...(score === undefined ? {} : { score: score(severity, risk) }),
    count: Math.max(known?.count ?? 0, extent.count),
    firstSeen,
    lastSeen: Math.max(known?.lastSeen ?? extent.lastSeen, extent.lastSeen),
    evidence: mergeEvidence(known?.evidence ?? [], finding.evidence),
    observables: mergeObservables(known?.observables ?? [], summary.observables),
    actors: mergeActors(known?.actors ?? [], summary.actors),
    procedures: proceduresOf([...(known?.procedures ?? [])], finding.rule.tags, firstSeen),
    wouldBeHiddenBy: [...new Set([...(known?.wouldBeHiddenBy ?? []), ...wouldBeHiddenBy])].sort(),
    ...(known?.incomplete || finding.incomplete ? { incomplete: true as const } : {}),
    ...earliestReturn(known?.returnedAt, finding.returnedAt),
  };
}

/** What is not known is a level of its own, so that the first finding is taken as it is. */
function joinedRisk(known: Alert | undefined, added: RiskFacts = {}): RiskFacts {
  return known === undefined ? added : mergeRisk(known.risk ?? {}, added);
}

function earliestReturn(known?: number, added?: number): { readonly returnedAt?: number } {
  if (known === undefined && added === undefined) return {};
  return { returnedAt: Math.min(known ?? Number.POSITIVE_INFINITY, added ?? Number.POSITIVE_INFINITY) };
}

/** The earliest of both; of two readings of one event the one whose text is smaller, so that order is no matter. */
function mergeEvidence(known: readonly Evidence[], added: readonly Evidence[]): Evidence[] {
  const byKey = new Map<string, Evidence>();
  for (const event of [...known, ...added]) {
    const other = byKey.get(event.key);
    if (other === undefined || JSON.stringify(event) < JSON.stringify(other)) byKey.set(event.key, event);
  }
  return [...byKey.values()].sort(byTimeThenKey).slice(0, EVIDENCE_LIMIT);
}

/** `attack.t1562.008` → T1562.008, seen since the alert's first event. Tags that name no technique are passed over. */
function proceduresOf(known: readonly Procedure[], tags: readonly string[], firstSeen: number): Procedure[] {
  const named = tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []);
  const patterns = new Set([...known.map(({ patternId }) => patternId), ...named]);
  return [...patterns].sort().map((patternId) => ({ patternId, time: firstSeen }));
}
