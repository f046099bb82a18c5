import type { Config } from '../config/schema.ts';
import { createCloseWindowsJob } from '../jobs/close-windows.ts';
import type { RaiseDeps } from '../jobs/raise-findings.ts';
import { createSnapshot } from '../jobs/snapshot.ts';
import type { CompiledCorrelation } from '../language/sigma/rule-set.ts';
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

/** The nightly job that keeps what baselines and heartbeats have learnt. */
export function snapshotJob({ knowledge, stores, journal, metrics, log }: Service) {
  const { baselines = [], heartbeats = [] } = knowledge.ruleSet;
  return createSnapshot({
    rules: {
      baselines: baselines.map(({ info, terms }) => ({ id: info.id, memoryMs: terms.memoryMs })),
      heartbeats: heartbeats.map(({ info }) => ({ id: info.id })),
    },
    ...stores,
    journal,
    metrics,
    log,
  });
}

/**
 * How far back events must be read again to have every window as it was, ms: the
 * spans of a chain of correlations add up, because the members of the last one
 * are what fired in the first, and what waits for a decision waits on top of it.
 */
export function replaySpanMs(
  correlations: readonly CompiledCorrelation[],
  { latenessMs, settlingMs = 0 }: CorrelateOptions,
): number {
  const byId = new Map(correlations.map((each) => [each.info.id, each]));
  const known = new Map<string, number>();
  const reachOf = ({ info, ruleIds, spanMs }: CompiledCorrelation): number => {
    const found = known.get(info.id);
    if (found !== undefined) return found;
    const inner = ruleIds.flatMap((id) => byId.get(id) ?? []);
    const reach = spanMs + Math.max(0, ...inner.map(reachOf));
    known.set(info.id, reach);
    return reach;
  };
  const settlings = Math.max(0, ...correlations.map((each) => each.settlings));
  return Math.max(0, ...correlations.map(reachOf)) + latenessMs + settlings * settlingMs;
}
