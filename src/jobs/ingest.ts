import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredAlert } from '../domain/alert.ts';
import { faultOf, messageOf } from '../domain/errors.ts';
import { hashOf } from '../domain/hash.ts';
import type { DeadLetter } from '../domain/journal.ts';
import type {
  DeadLetterStore,
  Delivery,
  Journal,
  Log,
  MessageSource,
  Metrics,
  Receipt,
  ReceiptStore,
  WorkQueue,
} from '../domain/ports.ts';
import { createTend } from './tend-messages.ts';

export interface IngestOptions {
  /** Polling pauses while more batches than this wait or run. */
  readonly maxBacklog: number;
  /** How often a message that cannot be understood may come back before it is a dead letter. */
  readonly messageAttempts: number;
  /** How long the queue hides a message from others. */
  readonly visibilitySeconds: number;
  /** How long a message waits for TheHive before the journal takes over. */
  readonly maxWaitMs: number;
  /** Pause between two looks at a full backlog, and after a failure (then doubled, up to a minute). */
  readonly pauseMs?: number;
}

export interface IngestDeps {
  readonly source: MessageSource;
  readonly queue: WorkQueue;
  readonly receipts: ReceiptStore;
  readonly deadLetters: DeadLetterStore;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
  readonly options: IngestOptions;
  /** The alert as stored, for the journal. */
  readonly loadAlert: (fingerprint: string) => Promise<StoredAlert | undefined>;
  /** Resolves when messages may be taken in (jobs/restore.ts). Asked before every poll, and when it brought some. */
  readonly ready?: () => Promise<void>;
  /** The queue said at `at` that nothing is in it: told once a minute at most. */
  readonly onIdle?: (at: number) => Promise<void>;
}

export interface Ingest {
  /** Polls until the signal aborts; what was received by then is still taken in. Never throws. */
  run(signal: AbortSignal): Promise<void>;
  /** Deletes what is settled and keeps hidden what waits. To be called often: several times per visibility. */
  tend(): Promise<void>;
}

/** A message that cannot be understood comes back soon: to wait longer would not mend it. */
const PROBLEM_RETURNS_AFTER_SECONDS = 10;
const MAX_PAUSE_MS = 60_000;
const IDLE_TOLD_MS = 60_000;

/**
 * Takes messages in: each ref becomes a job, and the message waits in the
 * receipts until everything that it caused is safe.
 *
 * A receipt is opened before its jobs are added. A crash in between leaves a
 * message that nobody works on; it comes back when its visibility ends, because
 * nobody extends it, and is then taken in again.
 */
export function createIngest(deps: IngestDeps): Ingest {
  const { source, queue, log, metrics, options } = deps;
  const pauseMs = options.pauseMs ?? 1_000;
  const tend = createTend(deps);

  async function isFull(): Promise<boolean> {
    const backlog = await queue.backlog();
    metrics.gauge('backlog', backlog);
    metrics.gauge('ingest_paused', backlog > options.maxBacklog ? 1 : 0, { queue: source.name });
    return backlog > options.maxBacklog;
  }

  let toldIdleAt = Number.NEGATIVE_INFINITY;
  async function tellIdle(): Promise<void> {
    const at = deps.now();
    if (at - toldIdleAt < IDLE_TOLD_MS) return;
    await deps.onIdle?.(at);
    toldIdleAt = at;
  }

  /** Returns how long to pause before the next turn. */
  async function turn(signal: AbortSignal): Promise<number> {
    await deps.ready?.();
    if (await isFull()) return pauseMs;
    const deliveries = await source.receive(signal);
    // A long poll is long enough for Redis to be emptied in it.
    if (deliveries.length > 0) await deps.ready?.();
    if (deliveries.length === 0 && !signal.aborted) await tellIdle();
    const outcomes = await Promise.allSettled(
      deliveries.map((delivery) => takeIn(delivery, deps, tend.noteHidden)),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      log.warn(
        { queue: source.name, reason: messageOf(outcome.reason) },
        'a message was not taken in; it comes back',
      );
    }
    return 0;
  }

  return {
    tend: tend.run,
    async run(signal) {
      let failures = 0;
      while (!signal.aborted) {
        let pause: number;
        try {
          pause = await turn(signal);
          failures = 0;
        } catch (error) {
          pause = Math.min(MAX_PAUSE_MS, pauseMs * 2 ** Math.min(failures, 10));
          failures += 1;
          const level = faultOf(error) === 'config' ? 'error' : 'warn';
          log[level]({ queue: source.name, reason: messageOf(error), pause }, 'polling failed');
        }
        if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

async function takeIn(
  delivery: Delivery,
  deps: IngestDeps,
  noteHidden: (receipt: Receipt) => void,
): Promise<void> {
  const { source, queue, receipts, metrics } = deps;
  if (delivery.problem !== undefined && !(await reportProblem(delivery, deps))) return;
  const { messageId, handle, receivedAt, refs } = delivery;
  if (refs.length === 0) {
    await source.delete([handle]);
  } else {
    const receipt = { queue: source.name, messageId, handle, receivedAt };
    await receipts.open(
      receipt,
      refs.map(({ id }) => id),
    );
    noteHidden(receipt);
    await queue.addBatches(refs);
  }
  metrics.count('messages_taken_in', { queue: source.name });
  metrics.count('batches_queued', { queue: source.name }, refs.length);
  for (const [reason, count] of Object.entries(delivery.skipped)) metrics.count('skipped', { reason }, count);
}

/**
 * False: the message is left to come back. A message of which a part was
 * understood does not wait for that: its good refs go on, and the rest is a dead
 * letter at once.
 */
async function reportProblem(delivery: Delivery, deps: IngestDeps): Promise<boolean> {
  const { source, journal, deadLetters, metrics, log, options, now } = deps;
  const { problem, attempts, refs } = delivery;
  if (problem === undefined) return true;
  if (refs.length === 0 && attempts < options.messageAttempts) {
    await source.extend([delivery.handle], PROBLEM_RETURNS_AFTER_SECONDS);
    return false;
  }
  const at = now();
  const deadLetter: DeadLetter = {
    id: hashOf([source.name, delivery.messageId]),
    queue: source.name,
    reference: problem.excerpt,
    reason: problem.reason,
    attempts,
    firstAt: at,
    lastAt: at,
  };
  await journal.append([{ kind: 'dead-letter', at, deadLetter }]);
  await deadLetters.put(deadLetter);
  metrics.count('dead_letters', { queue: source.name });
  log.warn(
    { queue: source.name, messageId: delivery.messageId, reason: problem.reason },
    'message dead-lettered',
  );
  return true;
}
