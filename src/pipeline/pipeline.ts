import type { AlertChange } from '../domain/alert.ts';
import type { Batch, BatchRef } from '../domain/batch.ts';
import type { CloudTrailEvent, EnrichedEvent } from '../domain/event.ts';
import type { ExternalFinding } from '../domain/external.ts';
import type { Finding, HiddenFinding, LiveFinding, Member, RuleMatch } from '../domain/finding.ts';
import type { RiskFact } from '../domain/risk.ts';

/** The rooms of the pipeline, as functions. Each knows its own room only; they meet in `runPipeline`. */
export interface Stages {
  decode(batch: Batch): Promise<{
    readonly events: readonly CloudTrailEvent[];
    readonly external: readonly ExternalFinding[];
    readonly setAside: readonly { readonly index: number; readonly reason: string }[];
    readonly records: number;
  }>;
  enrich(event: CloudTrailEvent): EnrichedEvent;
  /** What other products found becomes findings of our own, of kind `external`. */
  adopt(external: readonly ExternalFinding[]): readonly Finding[];
  /** What is new or usual in an event for its actor, by the event's key: for the score. */
  novelty?(
    events: readonly EnrichedEvent[],
    ref: Pick<BatchRef, 'deliveredAt'>,
  ): Promise<ReadonlyMap<string, RiskFact<'novelty'>>>;
  detect(
    events: readonly EnrichedEvent[],
    novelty?: ReadonlyMap<string, RiskFact<'novelty'>>,
  ): {
    readonly matches: readonly RuleMatch[];
    readonly findings: readonly Finding[];
  };
  correlate(
    matches: readonly RuleMatch[],
    deliveredAt: number,
  ): Promise<{
    readonly findings: readonly Finding[];
    readonly late: number;
    readonly lateEvents?: readonly Member[];
  }>;
  /** What never happened before, and what is heard again after a silence: rules that watch all events of a batch. */
  watch(
    events: readonly EnrichedEvent[],
    ref: Pick<BatchRef, 'queue' | 'deliveredAt'>,
  ): Promise<readonly Finding[]>;
  suppress(
    findings: readonly Finding[],
    now: number,
  ): Promise<{ readonly live: readonly LiveFinding[]; readonly hidden: readonly HiddenFinding[] }>;
  dedupe(live: readonly LiveFinding[]): Promise<readonly AlertChange[]>;
  /**
   * Returns the alerts whose delivery must be looked at again because their incident changed. The events say
   * which identities work for which: they need not be findings.
   */
  group(changes: readonly AlertChange[], events: readonly EnrichedEvent[]): Promise<readonly AlertChange[]>;
}

/** What became of one batch. */
export interface BatchResult extends RaisedFindings {
  readonly records: number;
  /** Records that could not be read; the others of the batch went on. */
  readonly setAside: readonly { readonly index: number; readonly reason: string }[];
  /** Events that came too late to enter a window. */
  readonly late: number;
  /** The earliest of them, a bounded number. */
  readonly lateEvents?: readonly Member[];
}

/** What became of findings. */
export interface RaisedFindings {
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
  const { events, external, setAside, records } = await stages.decode(batch);
  const enriched = events.map((event) => stages.enrich(event));
  const novelty = await stages.novelty?.(enriched, batch.ref);
  const { matches, findings: detections } = stages.detect(enriched, novelty);
  const {
    findings: correlations,
    late,
    lateEvents = [],
  } = await stages.correlate(matches, batch.ref.deliveredAt);
  const watched = await stages.watch(enriched, batch.ref);
  const found = [...stages.adopt(external), ...detections, ...correlations, ...watched];
  const raised = await raiseFindings(stages, found, now, enriched);
  return { records, setAside, late, lateEvents, ...raised };
}

/** The part of `runPipeline` after something was found: a scheduled job finds without a batch. */
export async function raiseFindings(
  stages: Pick<Stages, 'suppress' | 'dedupe' | 'group'>,
  findings: readonly Finding[],
  now: number,
  events: readonly EnrichedEvent[] = [],
): Promise<RaisedFindings> {
  const { live, hidden } = await stages.suppress(findings, now);
  const changes = await stages.dedupe(live);
  const regrouped = await stages.group(changes, events);
  return { live, hidden, changes: [...changes, ...regrouped] };
}
