import { type Alert, caseSeverityOf, type Delivered } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type {
  CaseDesk,
  DeskAlert,
  DeskCase,
  IncidentStore,
  Locks,
  Log,
  Metrics,
  NewsDesk,
} from '../domain/ports.ts';
import { type Severity, severityRank } from '../domain/severity.ts';

export interface PlaceInCaseDeps {
  readonly desk: CaseDesk & NewsDesk;
  readonly incidents: IncidentStore;
  readonly locks: Locks;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly caseSeverity: Severity;
}

/** Where an alert is after its incident was looked at. */
export interface Placed {
  /** The case that holds the alert now. */
  readonly caseId?: string;
  readonly incident: Incident | undefined;
  /** A case of the incident was emptied into another: alerts besides this one have moved. */
  readonly folded: boolean;
  /** The case was opened just now, from this alert: it says already what there is to say. */
  readonly opened: boolean;
}

export type PlaceInCase = (
  alert: Alert,
  deskAlert: DeskAlert,
  delivered: Delivered | undefined,
) => Promise<Placed>;

const MAX_REMEMBERED = 1000;

/**
 * Builds the rule of which case an alert is in: that of its incident, opened by
 * the first alert that is severe enough. People win: an alert that a person
 * closed or took out of its case is left where it is, one that a person put
 * into a case stays there, and a case that a person worked on is never emptied.
 *
 * One writer an incident: everything that opens, joins or folds a case runs
 * under the incident's lock, on the incident as it is then.
 */
export function createPlaceInCase(deps: PlaceInCaseDeps): PlaceInCase {
  const linked = new Set<string>();
  return async (alert, deskAlert, delivered) => {
    const before = await deps.incidents.of(alert.fingerprint);
    const here = deskAlert.caseId === undefined ? {} : { caseId: deskAlert.caseId };
    const isClosed = deskAlert.stage === 'Closed';
    if (before === undefined || isClosed || !wantsCase(deps, alert, deskAlert, before)) {
      return { ...here, incident: before, folded: false, opened: false };
    }
    return underIncident(deps, before, alert.fingerprint, async (incident) => {
      const { caseId, opened } = await caseFor(deps, alert, deskAlert, delivered, incident);
      const after = (await deps.incidents.of(alert.fingerprint)) ?? incident;
      const folds = await reconcileCases(deps, alert.fingerprint, after, linked);
      const settled = caseId === undefined ? undefined : (folds.get(caseId) ?? caseId);
      return {
        ...(settled === undefined ? {} : { caseId: settled }),
        incident: await deps.incidents.of(alert.fingerprint),
        folded: folds.size > 0,
        opened,
      };
    });
  };
}

function wantsCase(
  { caseSeverity }: PlaceInCaseDeps,
  alert: Alert,
  deskAlert: DeskAlert,
  incident: Incident,
): boolean {
  return (
    deskAlert.caseId !== undefined ||
    incident.cases.length > 0 ||
    severityRank(caseSeverityOf(alert)) >= severityRank(caseSeverity)
  );
}

/** Two incidents may become one while this waits for the lock: then the lock of the joint one is the right one. */
async function underIncident<T>(
  { incidents, locks }: PlaceInCaseDeps,
  incident: Incident,
  fingerprint: string,
  work: (incident: Incident) => Promise<T>,
): Promise<T> {
  let id = incident.id;
  for (;;) {
    const outcome = await locks.withLock(`incident:${id}`, async () => {
      const current = (await incidents.of(fingerprint)) ?? incident;
      return current.id === id ? { done: await work(current) } : { next: current.id };
    });
    if ('done' in outcome) return outcome.done;
    id = outcome.next;
  }
}

async function caseFor(
  deps: PlaceInCaseDeps,
  alert: Alert,
  deskAlert: DeskAlert,
  delivered: Delivered | undefined,
  incident: Incident,
): Promise<{ readonly caseId: string | undefined; readonly opened: boolean }> {
  const { desk, incidents, caseSeverity } = deps;
  const stays = (caseId: string | undefined) => ({ caseId, opened: false });
  const owns = (caseId: string | undefined) => incident.cases.some((one) => one.caseId === caseId);
  // While this waited for the lock the alert may have come into another case.
  const isKnown = deskAlert.caseId !== undefined && owns(deskAlert.caseId);
  const current = isKnown ? deskAlert : ((await desk.readAlert(deskAlert.id)) ?? deskAlert);
  if (current.caseId !== undefined) {
    await adopt(deps, alert.fingerprint, current.caseId, incident);
    return stays(current.caseId);
  }
  // It was in a case of the incident and is not any more: a person took it out.
  if (delivered?.caseId !== undefined && owns(delivered.caseId)) return stays(undefined);
  const open = await firstOpenCase(deps, alert.fingerprint, incident);
  if (open !== undefined) {
    await desk.importAlert(deskAlert.id, open);
    return stays((await desk.readAlert(deskAlert.id))?.caseId ?? open);
  }
  if (severityRank(caseSeverityOf(alert)) < severityRank(caseSeverity)) return stays(undefined);
  const opened = await desk.promote(deskAlert.id, alert);
  await incidents.addCase(alert.fingerprint, { caseId: opened.id, number: opened.number });
  deps.metrics.count('cases_opened');
  return { caseId: opened.id, opened: true };
}

/** A person may have put the alert into a case, or merged its case into a new one: that case is the incident's now. */
async function adopt(
  { desk, incidents }: PlaceInCaseDeps,
  fingerprint: string,
  caseId: string,
  incident: Incident,
): Promise<void> {
  if (incident.cases.some((one) => one.caseId === caseId)) return;
  const state = await desk.caseState(caseId);
  if (state !== undefined) await incidents.addCase(fingerprint, { caseId, number: state.number });
  for (const one of incident.cases) {
    if ((await desk.caseState(one.caseId)) === undefined) await incidents.removeCase(fingerprint, one.caseId);
  }
}

/** A closed case takes no new alerts: nobody would look there. One that is gone is forgotten. */
async function firstOpenCase(
  { desk, incidents }: PlaceInCaseDeps,
  fingerprint: string,
  incident: Incident,
): Promise<string | undefined> {
  for (const { caseId } of incident.cases) {
    const state = await desk.caseState(caseId);
    if (state === undefined) await incidents.removeCase(fingerprint, caseId);
    else if (state.stage !== 'Closed') return caseId;
  }
  return undefined;
}

/**
 * Of several cases of one incident, the open ones that no person touched are
 * emptied into the eldest open one; the others are linked by a comment each.
 * Returns which case went into which.
 */
async function reconcileCases(
  deps: PlaceInCaseDeps,
  fingerprint: string,
  incident: Incident,
  linked: Set<string>,
): Promise<ReadonlyMap<string, string>> {
  const folds = new Map<string, string>();
  const key = incident.cases.map(({ caseId }) => caseId).join(' ');
  if (incident.cases.length < 2 || linked.has(key)) return folds;
  const cases = await readCases(deps, fingerprint, incident);
  const elder = cases.find(({ stage }) => stage !== 'Closed');
  for (const other of cases) {
    if (elder === undefined || other.id === elder.id) continue;
    if (other.stage === 'Closed' || other.touched) {
      await linkCases(deps.desk, elder, other);
      continue;
    }
    await deps.desk.foldCase(other, elder);
    await deps.incidents.removeCase(fingerprint, other.id);
    folds.set(other.id, elder.id);
    deps.metrics.count('cases_folded');
    deps.log.info({ from: other.number, to: elder.number }, 'a case was folded into an elder one');
  }
  if (folds.size === 0) remember(linked, key);
  return folds;
}

async function readCases(
  { desk, incidents }: PlaceInCaseDeps,
  fingerprint: string,
  incident: Incident,
): Promise<readonly DeskCase[]> {
  const cases: DeskCase[] = [];
  for (const { caseId } of incident.cases) {
    const found = await desk.readCase(caseId);
    if (found === undefined) await incidents.removeCase(fingerprint, caseId);
    else cases.push(found);
  }
  return cases;
}

async function linkCases(desk: CaseDesk, a: DeskCase, b: DeskCase): Promise<void> {
  const marker = `link:${[a.id, b.id].sort().join(':')}`;
  const text = (other: DeskCase) =>
    `Case #${other.number}${other.stage === 'Closed' ? ` (closed as ${other.status})` : ''} belongs to the same incident: the same actor, close in time. Both are kept because people worked on them.`;
  await desk.addComment({ kind: 'case', id: a.id }, marker, text(b));
  await desk.addComment({ kind: 'case', id: b.id }, marker, text(a));
}

function remember(keys: Set<string>, key: string): void {
  if (keys.size >= MAX_REMEMBERED) keys.clear();
  keys.add(key);
}
