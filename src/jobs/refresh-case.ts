import type { Alert, Delivered, StoredAlert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type { AlertStore, CaseDesk, IncidentStore, Locks } from '../domain/ports.ts';
import type { Placed } from './place-in-case.ts';

export interface RefreshCaseDeps {
  readonly desk: Pick<CaseDesk, 'updateCase'>;
  readonly alerts: Pick<AlertStore, 'read' | 'recordDelivery'>;
  readonly incidents: Pick<IncidentStore, 'of'>;
  readonly locks: Locks;
}

/**
 * Severity, tags, fields and page of the case, from all of its alerts. One that was
 * opened a moment ago from this alert alone has them.
 *
 * Alerts of one case are delivered at the same time. That this one is in the case
 * is noted first, and the others are read under the case's lock: whoever comes
 * last sees all. The note says that the case is stale, so a crash in between has
 * the delivery repeated; who calls this records `noted` when it is through.
 */
export async function refreshCase(
  { desk, alerts, incidents, locks }: RefreshCaseDeps,
  alert: Alert,
  noted: Delivered,
  { opened }: Pick<Placed, 'opened'>,
  caseId: string,
): Promise<void> {
  await alerts.recordDelivery(alert.fingerprint, { ...noted, caseIsStale: true });
  await locks.withLock(`case:${caseId}`, async () => {
    const others = await othersOf(alerts, alert, await incidents.of(alert.fingerprint));
    const siblings = others.filter(({ delivered }) => delivered?.caseId === caseId);
    if (opened && siblings.length === 0) return;
    await desk.updateCase(caseId, [alert, ...siblings.map((each) => each.alert)]);
  });
}

/** The other alerts of the incident, as stored. */
export async function othersOf(
  alerts: Pick<AlertStore, 'read'>,
  alert: Alert,
  incident: Incident | undefined,
): Promise<readonly StoredAlert[]> {
  const others: StoredAlert[] = [];
  for (const fingerprint of incident?.fingerprints ?? []) {
    const other = fingerprint === alert.fingerprint ? undefined : await alerts.read(fingerprint);
    if (other !== undefined) others.push(other);
  }
  return others;
}
