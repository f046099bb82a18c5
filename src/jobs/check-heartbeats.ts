import type { HeartbeatStore, Log, Metrics, Notes, WorkQueue } from '../domain/ports.ts';
import type { AskedAt, FoundSilence } from '../pipeline/correlate/heartbeat-silences.ts';
import { type RaiseDeps, raiseAndDeliver } from './raise-findings.ts';
import { REPLAY_NOTE } from './restore.ts';

export interface CheckHeartbeatsDeps extends RaiseDeps {
  readonly findSilences: (at: AskedAt) => Promise<readonly FoundSilence[]>;
  readonly heartbeats: Pick<HeartbeatStore, 'markTold'>;
  readonly queue: Pick<WorkQueue, 'addDeliveries' | 'backlog'>;
  readonly notes: Pick<Notes, 'get' | 'set'>;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly log: Pick<Log, 'info'>;
}

/**
 * Builds the scheduled job that opens an alert for each group which has fallen
 * silent: one for a rule, group and silence. Returns how many.
 *
 * Every step may be repeated: the silence is opened before its alert, and called
 * told when the alert is safe, so a run that died is made good by the next. While
 * the objects of an emptied Redis are read again nobody is silent: they come in
 * any order, and a group's last events may be among those to come.
 */
export function createCheckHeartbeats(deps: CheckHeartbeatsDeps): (now: number) => Promise<number> {
  const { findSilences, heartbeats, queue, notes, metrics, log } = deps;
  return async (now) => {
    // Asked first: a batch that is queued after this question is not older than the clocks read then.
    const isDrained = (await queue.backlog()) === 0;
    if ((await notes.get(REPLAY_NOTE)) === 'running') {
      if (!isDrained) return 0;
      await notes.set(REPLAY_NOTE, 'done');
    }
    const found = await findSilences({ now, isDrained });
    if (found.length === 0) return 0;
    const findings = found.map(({ finding }) => finding);
    await raiseAndDeliver(deps, findings, now);
    for (const { ruleId, group, start } of found) await heartbeats.markTold(ruleId, group, start);
    metrics.count('silences', {}, found.length);
    log.info({ count: found.length }, 'groups have fallen silent');
    return found.length;
  };
}
