import type { AlertChange } from '../domain/alert.ts';
import { type Batch, type BatchRef, describeRef } from '../domain/batch.ts';
import { messageOf } from '../domain/errors.ts';
import type { DeadLetter, JournalEntry, LedgerLine } from '../domain/journal.ts';
import type {
  BatchReader,
  DeadLetterStore,
  Journal,
  Log,
  Metrics,
  ReceiptStore,
  WorkQueue,
} from '../domain/ports.ts';
import { severityRank } from '../domain/severity.ts';
import type { BatchResult } from '../pipeline/pipeline.ts';

export interface DetectBatchDeps {
  readonly reader: BatchReader;
  readonly runPipeline: (batch: Batch, now: number) => Promise<BatchResult>;
  readonly journal: Journal;
  readonly receipts: ReceiptStore;
  readonly queue: WorkQueue;
  readonly deadLetters: DeadLetterStore;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
}

export interface DetectBatch {
  run(ref: BatchRef): Promise<void>;
  /** The batch could not be processed: a dead letter and a ledger line, and its messages wait for it no more. */
  giveUp(ref: BatchRef, error: unknown, attempts: number): Promise<void>;
}

/**
 * Processes one batch: read, run the pipeline, note it, hand the changes on.
 *
 * The order is the promise. The journal comes first, so that whatever is queued
 * is known to have been found; deliveries come before the receipt, so that no
 * message is deleted for the sake of a delivery that nobody will make. A crash
 * between any two steps has the job run again, and every step may be repeated.
 */
export function createDetectBatch(deps: DetectBatchDeps): DetectBatch {
  const { reader, runPipeline, journal, receipts, queue, deadLetters, metrics, log, now } = deps;
  return {
    async run(ref) {
      const batch = await reader.read(ref);
      const at = now();
      const result = await runPipeline(batch, at);
      await journal.append([...findingEntries(result, at), ledgerEntry(processedLine(ref, result, at))]);
      const due = latestPending(result.changes);
      await queue.addDeliveries(
        due.map(({ fingerprint, revision, severity }) => ({
          fingerprint,
          revision,
          rank: 4 - severityRank(severity),
        })),
      );
      await receipts.stagesDone(
        ref.id,
        due.map(({ fingerprint, revision }) => ({ fingerprint, revision })),
      );
      report(ref, result, deps, at);
    },

    async giveUp(ref, error, attempts) {
      const at = now();
      const reason = messageOf(error);
      const deadLetter = deadLetterOf(ref, reason, attempts, at);
      const nothing = { records: 0, setAside: 0, late: 0, findings: 0, hidden: 0 };
      await journal.append([
        { kind: 'dead-letter', at, deadLetter },
        ledgerEntry({ ref, outcome: 'dead-lettered', at, ...nothing, reason }),
      ]);
      await deadLetters.put(deadLetter);
      await receipts.stagesDone(ref.id, []);
      metrics.count('dead_letters', { queue: ref.queue });
      log.warn({ ref: describeRef(ref), reason, attempts }, 'batch dead-lettered');
    },
  };
}

/** The highest revision of each alert that TheHive does not have yet, also where this batch changed nothing of it. */
function latestPending(changes: readonly AlertChange[]): AlertChange[] {
  const latest = new Map<string, AlertChange>();
  for (const change of changes) {
    if (change.pending && change.revision >= (latest.get(change.fingerprint)?.revision ?? 0)) {
      latest.set(change.fingerprint, change);
    }
  }
  return [...latest.values()];
}

function findingEntries({ live, hidden }: BatchResult, at: number): JournalEntry[] {
  return [
    ...live.map(({ finding }): JournalEntry => ({ kind: 'finding', at, finding })),
    ...hidden.map(
      ({ finding, suppressionId }): JournalEntry => ({
        kind: 'finding',
        at,
        finding,
        hiddenBy: suppressionId,
      }),
    ),
  ];
}

function ledgerEntry(line: LedgerLine): JournalEntry {
  return { kind: 'ledger', at: line.at, line };
}

function processedLine(ref: BatchRef, result: BatchResult, at: number): LedgerLine {
  const { lateEvents = [] } = result;
  return {
    ref,
    outcome: 'processed',
    at,
    records: result.records,
    setAside: result.setAside.length,
    late: result.late,
    ...(lateEvents.length === 0 ? {} : { lateEvents }),
    findings: result.live.length,
    hidden: result.hidden.length,
  };
}

function deadLetterOf(ref: BatchRef, reason: string, attempts: number, at: number): DeadLetter {
  const reference = describeRef(ref);
  return { id: ref.id, queue: ref.queue, reference, ref, reason, attempts, firstAt: at, lastAt: at };
}

function report(ref: BatchRef, result: BatchResult, { metrics, log }: DetectBatchDeps, at: number): void {
  metrics.count('batches_processed', { queue: ref.queue });
  metrics.count('records', {}, result.records);
  metrics.count('records_set_aside', {}, result.setAside.length);
  metrics.count('events_late', {}, result.late);
  metrics.count('findings', {}, result.live.length);
  metrics.count('findings_hidden', {}, result.hidden.length);
  metrics.observe('delivery_lag_seconds', Math.max(0, at - ref.deliveredAt) / 1_000);
  const [first] = result.setAside;
  if (first !== undefined) {
    const { index, reason } = first;
    log.warn({ ref: describeRef(ref), count: result.setAside.length, index, reason }, 'records set aside');
  }
}
