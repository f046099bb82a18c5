import type { Metrics, WorkQueue } from '../domain/ports.ts';
import type { Closed } from '../pipeline/correlate/close-windows.ts';
import { type RaiseDeps, raiseAndDeliver } from './raise-findings.ts';

export interface CloseWindowsDeps extends RaiseDeps {
  /** Decides windows that have closed by an instant (`createCloseWindows`). */
  readonly close: (now: number) => Promise<Closed>;
  readonly queue: Pick<WorkQueue, 'addDeliveries' | 'backlog'>;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly options: {
    /** More batches than this wait: events of windows that seem closed may be among them. */
    readonly behind: number;
    /** How long such windows are kept open at most, ms. */
    readonly latenessMs: number;
  };
}

/** Even a long outage leaves no more than this for one run; the next goes on. */
const MAX_TURNS = 200;

/**
 * Builds the scheduled job that decides the windows which have closed. Returns how many.
 *
 * A window is called decided only when its alert is safe, so a run that died is
 * made good by the next. While batches pile up, windows stay open: an event that
 * was delivered in time should not miss its window for our being slow.
 */
export function createCloseWindowsJob(deps: CloseWindowsDeps): (now: number) => Promise<number> {
  const { close, queue, metrics, options } = deps;
  return async (now) => {
    const isBehind = (await queue.backlog()) > options.behind;
    const by = isBehind ? now - options.latenessMs : now;
    let decided = 0;
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      const { findings, windows, done } = await close(by);
      if (windows === 0) break;
      if (findings.length > 0) await raiseAndDeliver(deps, findings, now);
      await done();
      decided += windows;
    }
    metrics.count('windows_closed', {}, decided);
    return decided;
  };
}
