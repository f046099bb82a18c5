import { TrailhiveError } from '../domain/errors.ts';
import type { AlertStore, Locks, Log } from '../domain/ports.ts';
import { type CalledPlaybook, callsFor } from '../playbook/choose.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { type RunOptions, type RunPlaybook, runIdOf } from '../playbook/run.ts';

export interface RunPlaybookJobDeps {
  readonly playbooks: readonly Playbook[];
  readonly alerts: AlertStore;
  readonly locks: Locks;
  readonly runPlaybook: RunPlaybook;
  readonly log: Log;
}

/**
 * Builds the work of the queue `run-playbook`: one playbook for one alert.
 *
 * A job may have waited over a restart. A playbook that is gone, or that in its
 * present version no longer fits the alert, is passed over; the present version
 * runs in place of the one that the job names. Throws `retryable` while TheHive
 * does not have the alert yet, and what a step throws.
 */
export function createRunPlaybookJob(
  deps: RunPlaybookJobDeps,
): (job: CalledPlaybook, options?: RunOptions) => Promise<void> {
  return async (job, options = {}) => {
    const playbook = deps.playbooks.find(({ name }) => name === job.playbook);
    const stored = await deps.alerts.read(job.fingerprint);
    if (stored === undefined) {
      throw new TrailhiveError('permanent', 'the alert of a playbook run is not stored', {
        details: { fingerprint: job.fingerprint },
      });
    }
    if (playbook === undefined || (playbook.version !== job.version && !callsFor(stored.alert, playbook))) {
      deps.log.warn({ ...job }, 'a queued playbook run is passed over: the playbook has changed');
      return;
    }
    const { alert, delivered } = stored;
    if (delivered === undefined) throw new TrailhiveError('retryable', 'TheHive does not have the alert yet');
    const { alertId, caseId } = delivered;
    const subject = { alert, alertId, ...(caseId === undefined ? {} : { caseId }) };
    await deps.locks.withLock(`playbook-run:${runIdOf(playbook, job.fingerprint)}`, () =>
      deps.runPlaybook(playbook, subject, options),
    );
  };
}
