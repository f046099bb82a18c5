import type { BatchRef } from '../../src/domain/batch.ts';
import type { WorkQueue } from '../../src/domain/ports.ts';

/** A work queue that keeps what was added and runs nothing. */
export interface AWorkQueue extends WorkQueue {
  readonly batches: BatchRef[];
  readonly deliveries: { fingerprint: string; revision: number; rank: number }[];
  waiting: number;
}

export function aWorkQueue(): AWorkQueue {
  const queue: AWorkQueue = {
    batches: [],
    deliveries: [],
    waiting: 0,
    addBatches: async (refs) => void queue.batches.push(...refs),
    addDeliveries: async (items) => void queue.deliveries.push(...items),
    addPlaybookRuns: async () => undefined,
    addVerdictHints: async () => undefined,
    backlog: async () => queue.waiting,
  };
  return queue;
}
