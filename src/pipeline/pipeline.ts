import type { AlertChange } from '../domain/alert.ts';
import type { Batch } from '../domain/batch.ts';
import type { CloudTrailEvent, EnrichedEvent } from '../domain/event.ts';
import type { Finding, HiddenFinding, LiveFinding, RuleMatch } from '../domain/finding.ts';

/** The rooms of the pipeline, as functions. Each knows its own room only; they meet in `runPipeline`. */
export interface Stages {
  decode(batch: Batch): Promise<{
    readonly events: readonly CloudTrailEvent[];
    readonly setAside: readonly { readonly index: number; readonly reason: string }[];
    readonly records: number;
  }>;
  enrich(event: CloudTrailEvent): EnrichedEvent;
  detect(events: readonly EnrichedEvent[]): {
    readonly matches: readonly RuleMatch[];
    readonly findings: readonly Finding[];
  };
  correlate(
    matches: readonly RuleMatch[],
    deliveredAt: number,
  ): Promise<{ readonly findings: readonly Finding[]; readonly late: number }>;
  suppress(
    findings: readonly Finding[],
    now: number,
  ): Promise<{ readonly live: readonly LiveFinding[]; readonly hidden: readonly HiddenFinding[] }>;
  dedupe(live: readonly LiveFinding[]): Promise<readonly AlertChange[]>;
  /** Returns the alerts whose delivery must be looked at again because their incident changed. */
  group(changes: readonly AlertChange[]): Promise<readonly AlertChange[]>;
}

/** What became of one batch. */
export interface BatchResult {
  readonly records: number;
  /** Records that could not be read; the others of the batch went on. */
  readonly setAside: readonly { readonly index: number; readonly reason: string }[];
  /** Events that came too late to enter a window. */
  readonly late: number;
  readonly live: readonly LiveFinding[];
  readonly hidden: readonly HiddenFinding[];
  /** Alerts that this batch opened, updated or touched; each at most once. */
  readonly changes: readonly AlertChange[];
}

/**
 * Turns one batch into the alert changes it calls for. The order of the stages
 * is this function and nothing else.
 *
 * Suppressing comes after correlating, so that a hidden finding still feeds
 * windows, and before deduping, so that a hidden finding never holds a
 * fingerprint that a later, live one would fold into. Running the same batch
 * twice ends in the same alerts.
 */
export async function runPipeline(stages: Stages, batch: Batch, now: number): Promise<BatchResult> {
  const { events, setAside, records } = await stages.decode(batch);
  const enriched = events.map((event) => stages.enrich(event));
  const { matches, findings: detections } = stages.detect(enriched);
  const { findings: correlations, late } = await stages.correlate(matches, batch.ref.deliveredAt);
  const { live, hidden } = await stages.suppress([...detections, ...correlations], now);
  const changes = await stages.dedupe(live);
  const regrouped = await stages.group(changes);
  return { records, setAside, late, live, hidden, changes: [...changes, ...regrouped] };
}
