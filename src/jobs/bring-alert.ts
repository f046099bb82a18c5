import type { Alert, Delivered, StoredAlert } from '../domain/alert.ts';
import { observableKey } from '../domain/observable.ts';
import type { CaseDesk, DeskAlert, DeskPlace, Metrics } from '../domain/ports.ts';

export interface BringDeps {
  readonly desk: CaseDesk;
  readonly metrics: Metrics;
}

/** The alert in TheHive, new or brought up to date, with the observables and procedures that it lacked. */
export async function bringAlert({ desk, metrics }: BringDeps, stored: StoredAlert): Promise<DeskAlert> {
  const { alert, revision, delivered } = stored;
  const found = await desk.findAlert(alert);
  if (found === undefined) {
    const created = await desk.createAlert(alert);
    metrics.count('alerts_delivered', { kind: 'created' });
    return created;
  }
  if (delivered !== undefined && delivered.revision >= revision) return found;
  await desk.updateAlert(found.id, alert);
  await addMissing(desk, { kind: 'alert', id: found.id }, alert, delivered);
  // TheHive copies at the import and never again.
  if (found.caseId !== undefined) await addMissing(desk, placeOf(found), alert, delivered);
  metrics.count('alerts_delivered', { kind: 'updated' });
  return found;
}

/** Where people read about an alert: in its case once it is in one. */
export function placeOf({ id, caseId }: Pick<DeskAlert, 'id' | 'caseId'>): DeskPlace {
  return caseId === undefined ? { kind: 'alert', id } : { kind: 'case', id: caseId };
}

async function addMissing(
  desk: CaseDesk,
  place: DeskPlace,
  alert: Alert,
  delivered: Pick<Delivered, 'observables' | 'procedures'> | undefined,
): Promise<void> {
  const sent = new Set(delivered?.observables);
  const observables = alert.observables.filter((observable) => !sent.has(observableKey(observable)));
  if (observables.length > 0) await desk.addObservables(place, observables);
  const known = new Set(delivered?.procedures);
  const procedures = alert.procedures.filter(({ patternId }) => !known.has(patternId));
  if (procedures.length > 0) await desk.addProcedures(place, { ...alert, procedures });
}

/** In another case than before: what the alert got after the import must come along. */
export async function carryOver({ desk }: BringDeps, stored: StoredAlert, caseId: string): Promise<void> {
  const before = stored.delivered?.caseId;
  if (before === undefined || before === caseId) return;
  await addMissing(desk, { kind: 'case', id: caseId }, stored.alert, undefined);
}
