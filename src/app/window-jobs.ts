import type { Config } from '../config/schema.ts';
import { createCloseWindowsJob } from '../jobs/close-windows.ts';
import type { RaiseDeps } from '../jobs/raise-findings.ts';
import { createCloseWindows } from '../pipeline/correlate/close-windows.ts';
import type { CorrelateOptions } from '../pipeline/correlate/correlate.ts';
import type { Service } from './service.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A twentieth of the backlog at which polling pauses. */
const BEHIND = 1 / 20;

/** How long windows are open: the same for the stage and the job. */
export function correlateOptions({ alerts }: Pick<Config, 'alerts'>): CorrelateOptions {
  return { latenessMs: alerts.latenessHours * HOUR_MS, settlingMs: alerts.settlingMinutes * MINUTE_MS };
}

/** The job that decides windows when they have closed. */
export function closeWindowsJob(
  { config, knowledge, stores, queue, journal, metrics }: Service,
  raise: RaiseDeps['raise'],
): (now: number) => Promise<number> {
  const options = correlateOptions(config);
  return createCloseWindowsJob({
    close: createCloseWindows(knowledge.ruleSet, stores.windows, options),
    raise,
    journal,
    queue,
    metrics,
    options: { behind: Math.ceil(config.ingest.maxBacklog * BEHIND), latenessMs: options.latenessMs },
  });
}
