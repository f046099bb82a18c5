/**
 * The room of the queues: one file a job. A job says in ports what happens and
 * in which order; which system does it is decided in `app.ts`.
 */
import { type Alert, caseSeverityOf, type Delivered, type StoredAlert } from '../domain/alert.ts';
import { faultOf, messageOf, TrailhiveError } from '../domain/errors.ts';
import type { Incident } from '../domain/incident.ts';
import { observableKey } from '../domain/observable.ts';
import type {
  AlertStore,
  CaseDesk,
  DeskAlert,
  IncidentStore,
  Journal,
  Locks,
  Log,
  Metrics,
  NewsDesk,
  ReceiptStore,
  WorkQueue,
} from '../domain/ports.ts';
import { SEVERITIES, type Severity, severityRank } from '../domain/severity.ts';
import { bringAlert, carryOver } from './bring-alert.ts';
import { createPlaceInCase, type Placed, type PlaceInCase } from './place-in-case.ts';
import { othersOf, refreshCase } from './refresh-case.ts';
import { tellNews } from './tell-news.ts';

export interface DeliverAlertDeps {
  readonly desk: CaseDesk & NewsDesk;
  readonly alerts: AlertStore;
  readonly incidents: IncidentStore;
  readonly receipts: ReceiptStore;
  readonly queue: WorkQueue;
  readonly locks: Locks;
  /** Keeps what TheHive refuses for good, so that the messages behind it need not wait. */
  readonly journal?: { readonly append: Journal['append']; readonly now: () => number };
  readonly metrics: Metrics;
  readonly log: Log;
  readonly options: {
    /** An incident with an alert of this severity or more has a case. */
    readonly caseSeverity: Severity;
  };
  /** Which playbooks an alert calls for when it opens and when its severity rises. */
  readonly playbooksFor?: (
    alert: Alert,
    event: 'opened' | 'severity-raised',
  ) => readonly { readonly playbook: string; readonly version: number }[];
}

export type DeliverAlert = (item: {
  readonly fingerprint: string;
  readonly revision: number;
}) => Promise<void>;

/** An alert that changes more often than this while it is delivered goes back to the queue. */
const MAX_PASSES = 5;
const RANK_OF_MOST_SEVERE = SEVERITIES.length - 1;

/**
 * Builds the work of the queue `deliver-alert`: bring TheHive to what is stored.
 *
 * It looks at the state and not at what the job says: the latest revision is
 * delivered, and an alert that TheHive has already costs nothing. Each step may
 * be repeated, and the delivery is noted last, so a crash anywhere repeats steps
 * and doubles nothing. The receipt is told which revision TheHive has.
 *
 * Throws what TheHive's adapter throws. What is refused for good goes to the
 * journal first.
 */
export function createDeliverAlert(deps: DeliverAlertDeps): DeliverAlert {
  const placeInCase = createPlaceInCase({ ...deps, caseSeverity: deps.options.caseSeverity });
  const pass = (fingerprint: string) =>
    deps.locks.withLock(`alert:${fingerprint}`, () => deliverOnce(deps, placeInCase, fingerprint));

  return async ({ fingerprint }) => {
    let seen: string | undefined;
    for (let passes = 0; passes <= MAX_PASSES; passes += 1) {
      const stored = await deps.alerts.read(fingerprint);
      if (stored === undefined) {
        return deps.log.warn({ fingerprint }, 'an alert to deliver is not stored any more');
      }
      if (await isSettled(deps, stored, seen)) {
        return deps.receipts.accepted(fingerprint, stored.delivered?.revision ?? 0);
      }
      seen = await pass(fingerprint).catch((error: unknown) => giveUp(deps, stored, error));
    }
    throw new TrailhiveError('retryable', 'the alert changes faster than it can be delivered', {
      details: { fingerprint },
    });
  };
}

/** TheHive has the latest revision, in the right place or in the best that was found for the same cases. */
async function isSettled(
  deps: DeliverAlertDeps,
  stored: StoredAlert,
  seen: string | undefined,
): Promise<boolean> {
  if (!isDelivered(stored)) return false;
  const incident = await deps.incidents.of(stored.alert.fingerprint);
  return isPlaced(deps, stored, incident) || seen === casesKey(incident);
}

function isDelivered({ revision, delivered }: StoredAlert): boolean {
  return delivered !== undefined && delivered.revision >= revision && delivered.caseIsStale !== true;
}

/** The cases of an incident, to see whether they changed. */
function casesKey(incident: Incident | undefined): string {
  return `cases ${incident?.cases.map(({ caseId }) => caseId).join(' ') ?? ''}`;
}

/** Is the alert where its incident wants it, as far as the stores know? */
function isPlaced(
  { options }: DeliverAlertDeps,
  { alert, delivered }: StoredAlert,
  incident: Incident | undefined,
): boolean {
  if (incident === undefined) return true;
  if (delivered?.caseId !== undefined) {
    return incident.cases.some(({ caseId }) => caseId === delivered.caseId);
  }
  return (
    incident.cases.length === 0 && severityRank(caseSeverityOf(alert)) < severityRank(options.caseSeverity)
  );
}

/** TheHive will never take it: the journal keeps it, nobody waits for it, and the job ends as failed. */
async function giveUp(deps: DeliverAlertDeps, stored: StoredAlert, error: unknown): Promise<never> {
  const { journal } = deps;
  if (faultOf(error) === 'permanent' && journal !== undefined) {
    const { fingerprint } = stored.alert;
    deps.metrics.count('deliveries_refused');
    deps.log.error(
      { fingerprint, reason: messageOf(error) },
      'TheHive refuses an alert; the journal keeps it',
    );
    await journal.append([{ kind: 'undelivered', at: journal.now(), stored }]);
    await deps.receipts.accepted(fingerprint, stored.revision);
  }
  throw error;
}

/** One pass under the alert's lock, on the alert as it is stored then. Returns the cases that it saw. */
async function deliverOnce(
  deps: DeliverAlertDeps,
  placeInCase: PlaceInCase,
  fingerprint: string,
): Promise<string> {
  const stored = await deps.alerts.read(fingerprint);
  if (stored === undefined) return '';
  const { alert, revision, delivered } = stored;
  const deskAlert = await bringAlert(deps, stored);
  const placed = await placeInCase(alert, deskAlert, delivered);
  if (placed.caseId !== undefined) await carryOver(deps, stored, placed.caseId);
  const isMoved = placed.caseId !== delivered?.caseId;
  await tellNews(deps.desk, stored, deskAlert, placed);
  await callPlaybooks(deps, alert, delivered);
  if (isMoved || placed.folded) await wakeOthers(deps, alert, placed.incident);
  const noted = deliveryOf(stored, deskAlert, placed);
  if (placed.caseId !== undefined) await refreshCase(deps, alert, noted, placed, placed.caseId);
  await deps.alerts.recordDelivery(fingerprint, noted);
  await deps.receipts.accepted(fingerprint, revision);
  return casesKey(placed.incident);
}

async function callPlaybooks(
  { playbooksFor, queue }: DeliverAlertDeps,
  alert: Alert,
  delivered: Delivered | undefined,
): Promise<void> {
  if (playbooksFor === undefined) return;
  const isRaised = delivered !== undefined && severityRank(alert.severity) > severityRank(delivered.severity);
  if (delivered !== undefined && !isRaised) return;
  const called = playbooksFor(alert, isRaised ? 'severity-raised' : 'opened');
  if (called.length === 0) return;
  await queue.addPlaybookRuns(called.map((one) => ({ ...one, fingerprint: alert.fingerprint })));
}

function deliveryOf(
  { alert, revision, delivered }: StoredAlert,
  { id }: DeskAlert,
  placed: Placed,
): Delivered {
  return {
    revision,
    alertId: id,
    // Out of its case by a person's hand: the case is remembered, so that the alert is not put back.
    ...withCase(placed.caseId ?? delivered?.caseId),
    severity: alert.severity,
    count: alert.count,
    observables: alert.observables.map(observableKey),
    procedures: alert.procedures.map(({ patternId }) => patternId),
  };
}

function withCase(caseId: string | undefined): { readonly caseId?: string } {
  return caseId === undefined ? {} : { caseId };
}

/** Alerts of the incident that TheHive has and that are in none of its cases are looked at again. */
async function wakeOthers(
  { alerts, queue }: DeliverAlertDeps,
  alert: Alert,
  incident: Incident | undefined,
): Promise<void> {
  const others = await othersOf(alerts, alert, incident);
  const cases = new Set(incident?.cases.map(({ caseId }) => caseId));
  const astray = others.filter(
    ({ delivered }) =>
      delivered !== undefined && (delivered.caseId === undefined || !cases.has(delivered.caseId)),
  );
  if (astray.length === 0) return;
  await queue.addDeliveries(
    astray.map(({ alert, revision }) => ({
      fingerprint: alert.fingerprint,
      revision,
      rank: RANK_OF_MOST_SEVERE - severityRank(alert.severity),
    })),
  );
}
