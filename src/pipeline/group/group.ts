/**
 * The room where alerts become incidents. Lineage is resolved here and only here.
 * It opens no case and talks to nobody: it says which deliveries have to look
 * again, because the incident of their alert is in a case that the alert is not.
 */
import type { AlertChange, StoredAlert } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import type { AlertStore, IncidentStore } from '../../domain/ports.ts';
import { lineageOf } from './lineage.ts';

/**
 * Builds the stage; `gapMs` is the longest pause within an incident, in event time.
 *
 * Links every changed alert (also the unchanged: the last run may have died in
 * between) and returns the alerts of the incidents touched whose case is not the
 * incident's: an earlier low one whose incident has got a case, or those of a
 * younger case that a late link joined to an elder. They come as `unchanged`,
 * `pending` at their stored revision. Alerts of `changes` that are pending
 * themselves are left out. What must be looked at again is read from the stores,
 * not from what this run changed, so a run that died is made good by the next.
 */
export function createGroup(
  incidents: IncidentStore,
  alerts: AlertStore,
  gapMs: number,
): (changes: readonly AlertChange[]) => Promise<AlertChange[]> {
  return async (changes) => {
    const linked = await Promise.all(changes.map(({ fingerprint }) => linkOne(fingerprint)));
    const pending = new Set(changes.filter((each) => each.pending).map((each) => each.fingerprint));
    // Later links may have joined incidents of earlier ones, so the touched are read once more.
    const touched = await Promise.all(
      linked.flatMap((incident) => (incident === undefined ? [] : [incidents.of(incident.id)])),
    );
    const withCase = new Map(
      touched.flatMap((incident) => (incident?.cases[0] === undefined ? [] : [[incident.id, incident]])),
    );
    const again = await Promise.all([...withCase.values()].map((incident) => outsideCase(incident, pending)));
    return again.flat();
  };

  async function linkOne(fingerprint: string): Promise<Incident | undefined> {
    const stored = await alerts.read(fingerprint);
    if (stored === undefined) return undefined;
    const { firstSeen, lastSeen } = stored.alert;
    return await incidents.link(
      { fingerprint, lineage: lineageOf(stored.alert), firstSeen, lastSeen },
      gapMs,
    );
  }

  async function outsideCase(incident: Incident, pending: ReadonlySet<string>): Promise<AlertChange[]> {
    const asked = incident.fingerprints.filter((fingerprint) => !pending.has(fingerprint));
    const stored = await Promise.all(asked.map((fingerprint) => alerts.read(fingerprint)));
    return stored.flatMap((each) =>
      each === undefined || each.delivered?.caseId === incident.cases[0]?.caseId ? [] : [lookAgain(each)],
    );
  }
}

function lookAgain({ alert, revision }: StoredAlert): AlertChange {
  return {
    kind: 'unchanged',
    fingerprint: alert.fingerprint,
    revision,
    severity: alert.severity,
    pending: true,
  };
}
