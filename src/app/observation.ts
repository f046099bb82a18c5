import { createLog } from '../adapters/pino/log.ts';
import { createMetrics } from '../adapters/prometheus/metrics.ts';
import type { Log, Metrics } from '../domain/ports.ts';

/** What a run says about itself. */
export interface Observation {
  readonly log: Log;
  readonly metrics: Metrics;
  /** All metrics of this process in Prometheus' text format. */
  readonly renderMetrics: () => Promise<string>;
}

export function openObservation(level: string): Observation {
  const metrics = createMetrics();
  return { log: createLog(level), metrics, renderMetrics: metrics.render };
}
