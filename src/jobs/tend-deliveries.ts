import type { AlertStore, WorkQueue } from '../domain/ports.ts';
import { SEVERITIES, severityRank } from '../domain/severity.ts';

/** As many as are looked at in one turn; the rest comes with the next. */
const MAX_ALERTS = 500;

/**
 * Builds the scheduled job that queues every alert which TheHive does not have in
 * its latest revision. A delivery that is queued already is the same job, so this
 * only helps where one was lost: a crash, or a job that a person removed.
 */
export function createTendDeliveries(deps: {
  readonly alerts: Pick<AlertStore, 'undelivered'>;
  readonly queue: Pick<WorkQueue, 'addDeliveries'>;
}): () => Promise<number> {
  return async () => {
    const undelivered = await deps.alerts.undelivered(MAX_ALERTS);
    await deps.queue.addDeliveries(
      undelivered.map(({ alert, revision }) => ({
        fingerprint: alert.fingerprint,
        revision,
        rank: SEVERITIES.length - 1 - severityRank(alert.severity),
      })),
    );
    return undelivered.length;
  };
}
