/**
 * The room where findings become alerts: findings of one fingerprint are one
 * alert. It decides what an alert contains and whether that changed; it does not
 * hide anything (suppress) and knows no incidents (group).
 */
import type { Alert, AlertChange, StoredAlert } from '../../domain/alert.ts';
import { TrailhiveError } from '../../domain/errors.ts';
import type { LiveFinding, Member } from '../../domain/finding.ts';
import type { AlertStore } from '../../domain/ports.ts';
import { type Extent, mergeAlert, type ScoreOf } from './merge-alert.ts';

/** So often in a row nobody loses the race for one alert, unless the store is broken. */
const MAX_ATTEMPTS = 50;

/**
 * Builds the stage. Returns one change for each fingerprint among the findings;
 * `unchanged` with the stored revision where all of it was known.
 *
 * Events are added to the alert's exact set before its content is written: a
 * crash in between leaves a count that the same batch, run again, writes.
 */
export function createDedupe(
  alerts: AlertStore,
  score?: ScoreOf,
): (live: readonly LiveFinding[]) => Promise<AlertChange[]> {
  return async (live) => {
    const byFingerprint = new Map<string, LiveFinding[]>();
    for (const each of live) {
      const findings = byFingerprint.get(each.finding.fingerprint) ?? [];
      findings.push(each);
      byFingerprint.set(each.finding.fingerprint, findings);
    }
    return await Promise.all(
      [...byFingerprint].map(([fingerprint, findings]) => mergeInto(alerts, fingerprint, findings, score)),
    );
  };
}

async function mergeInto(
  alerts: AlertStore,
  fingerprint: string,
  findings: readonly LiveFinding[],
  score: ScoreOf | undefined,
): Promise<AlertChange> {
  const extent = await alerts.addMembers(fingerprint, membersOf(findings));
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const stored = await alerts.read(fingerprint);
    const merged = mergeAll(stored?.alert, findings, extent, score);
    if (stored !== undefined && isSame(stored.alert, merged)) return unchanged(stored);
    const expected = stored?.revision ?? 0;
    if (await alerts.write(merged, expected)) {
      const kind = expected === 0 ? 'open' : 'update';
      return { kind, fingerprint, revision: expected + 1, severity: merged.severity, pending: true };
    }
  }
  throw new TrailhiveError('retryable', 'An alert could not be written: others kept writing it.', {
    details: { fingerprint, attempts: MAX_ATTEMPTS },
  });
}

function unchanged({ alert, revision, delivered }: StoredAlert): AlertChange {
  return {
    kind: 'unchanged',
    fingerprint: alert.fingerprint,
    revision,
    severity: alert.severity,
    pending: revision > (delivered?.revision ?? 0),
  };
}

function mergeAll(
  known: Alert | undefined,
  findings: readonly LiveFinding[],
  extent: Extent,
  score: ScoreOf | undefined,
): Alert {
  const [first, ...others] = findings;
  if (first === undefined) throw new Error('a fingerprint without findings');
  return others.reduce(
    (alert, finding) => mergeAlert(alert, finding, extent, score),
    mergeAlert(known, first, extent, score),
  );
}

function membersOf(findings: readonly LiveFinding[]): Member[] {
  const byKey = new Map(findings.flatMap(({ finding }) => finding.members.map((each) => [each.key, each])));
  return [...byKey.values()].map(({ key, time }) => ({ key, time }));
}

/** Both are built by `mergeAlert`, so equal content has equal text. */
function isSame(a: Alert, b: Alert): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
