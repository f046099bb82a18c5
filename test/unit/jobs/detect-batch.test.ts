import { describe, expect, it } from 'vitest';
import { createMemoryDeadLetters } from '../../../src/adapters/memory/dead-letters.ts';
import { createMemoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createMemoryReceipts } from '../../../src/adapters/memory/receipts.ts';
import type { AlertChange } from '../../../src/domain/alert.ts';
import type { ObjectRef } from '../../../src/domain/batch.ts';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import type { JournalEntry } from '../../../src/domain/journal.ts';
import type { Journal, ReceiptStore } from '../../../src/domain/ports.ts';
import { createDetectBatch } from '../../../src/jobs/detect-batch.ts';
import type { BatchResult } from '../../../src/pipeline/pipeline.ts';
import { aFinding } from '../../helpers/a-finding.ts';
import { aLog, aMeter } from '../../helpers/a-log.ts';
import { aWorkQueue } from '../../helpers/a-work-queue.ts';

const AT = Date.UTC(2026, 10, 22);
const REF: ObjectRef = {
  kind: 'object',
  id: 'r1',
  queue: 'trail',
  bucket: 'logs',
  key: 'a.json.gz',
  deliveredAt: AT - 60_000,
};

function aChange(changes: Partial<AlertChange> = {}): AlertChange {
  return { kind: 'open', fingerprint: 'v1-a', revision: 1, severity: 'high', pending: true, ...changes };
}

function aBench(result: Partial<BatchResult> = {}, steps: string[] = []) {
  const queue = aWorkQueue();
  const receipts = createMemoryReceipts();
  const journal = createMemoryJournal();
  const deadLetters = createMemoryDeadLetters();
  const job = createDetectBatch({
    reader: { read: async (ref) => ({ ref, bytes: new Uint8Array() }) },
    runPipeline: async () => ({
      records: 3,
      setAside: [],
      late: 0,
      live: [],
      hidden: [],
      changes: [],
      ...result,
    }),
    journal: noting(journal, steps, 'append', 'journal') as Journal,
    receipts: noting(receipts, steps, 'stagesDone', 'receipt') as ReceiptStore,
    queue: noting(queue, steps, 'addDeliveries', 'deliveries'),
    deadLetters,
    metrics: aMeter(),
    log: aLog(),
    now: () => AT,
  });
  const open = () =>
    receipts.open({ queue: 'trail', messageId: 'm1', handle: 'h1', receivedAt: AT }, [REF.id]);
  const entries = async () => {
    const found: JournalEntry[] = [];
    for await (const entry of journal.read(0)) found.push(entry);
    return found;
  };
  return { job, queue, receipts, deadLetters, open, entries };
}

/** The same object, that notes when one of its methods is called. */
function noting<T extends object>(target: T, steps: string[], method: keyof T, step: string): T {
  const call = target[method] as (...args: unknown[]) => Promise<unknown>;
  return {
    ...target,
    [method]: async (...args: unknown[]) => {
      steps.push(step);
      return await call(...args);
    },
  };
}

describe('detecting in a batch', () => {
  it('settles a batch that found nothing, and writes its ledger line', async () => {
    const bench = aBench({
      setAside: [{ index: 1, reason: 'not an object' }],
      late: 1,
      lateEvents: [{ key: 'e1/111122223333', time: 1 }],
    });
    await bench.open();
    await bench.job.run(REF);
    expect(await bench.receipts.settled('trail')).toHaveLength(1);
    expect(await bench.entries()).toEqual([
      {
        kind: 'ledger',
        at: AT,
        line: {
          ref: REF,
          outcome: 'processed',
          at: AT,
          records: 3,
          setAside: 1,
          late: 1,
          lateEvents: [{ key: 'e1/111122223333', time: 1 }],
          findings: 0,
          hidden: 0,
        },
      },
    ]);
  });

  it('writes live and hidden findings down', async () => {
    const finding = aFinding();
    const bench = aBench({
      live: [{ finding, wouldBeHiddenBy: [] }],
      hidden: [{ finding, suppressionId: 's1' }],
    });
    await bench.job.run(REF);
    expect(await bench.entries()).toMatchObject([
      { kind: 'finding', finding },
      { kind: 'finding', finding, hiddenBy: 's1' },
      { kind: 'ledger', line: { findings: 1, hidden: 1 } },
    ]);
  });

  it('delivers and waits for what TheHive does not have, changed or not, and for nothing else', async () => {
    const bench = aBench({
      changes: [
        aChange(),
        aChange({ kind: 'unchanged', fingerprint: 'v1-b', revision: 4, severity: 'critical' }),
        aChange({ kind: 'unchanged', fingerprint: 'v1-c', revision: 2, pending: false }),
      ],
    });
    await bench.open();
    await bench.job.run(REF);
    expect(bench.queue.deliveries).toEqual([
      { fingerprint: 'v1-a', revision: 1, rank: 1 },
      { fingerprint: 'v1-b', revision: 4, rank: 0 },
    ]);
    expect(await bench.receipts.waitsFor('trail', 'm1')).toEqual([
      { fingerprint: 'v1-a', revision: 1 },
      { fingerprint: 'v1-b', revision: 4 },
    ]);
  });

  it('waits once for an alert that changed twice, for the later revision', async () => {
    const bench = aBench({ changes: [aChange(), aChange({ kind: 'update', revision: 2 })] });
    await bench.job.run(REF);
    expect(bench.queue.deliveries).toEqual([{ fingerprint: 'v1-a', revision: 2, rank: 1 }]);
  });

  it('journals, then queues, then settles', async () => {
    const steps: string[] = [];
    await aBench({ changes: [aChange()] }, steps).job.run(REF);
    expect(steps).toEqual(['journal', 'deliveries', 'receipt']);
  });

  it('is harmless when it runs again', async () => {
    const bench = aBench({ changes: [aChange()] });
    await bench.open();
    await bench.job.run(REF);
    await bench.job.run(REF);
    await bench.receipts.accepted('v1-a', 1);
    expect(await bench.receipts.settled('trail')).toHaveLength(1);
    await bench.job.run(REF);
    expect(await bench.receipts.settled('trail')).toHaveLength(1);
  });
});

describe('giving a batch up', () => {
  it('leaves a dead letter and a ledger line, and settles', async () => {
    const bench = aBench();
    await bench.open();
    await bench.job.giveUp(REF, new TrailhiveError('input', 'the object is not gzip'), 5);
    const letter = {
      id: 'r1',
      queue: 'trail',
      reference: 's3://logs/a.json.gz',
      ref: REF,
      reason: 'the object is not gzip',
      attempts: 5,
      firstAt: AT,
      lastAt: AT,
    };
    expect(await bench.deadLetters.list(10)).toEqual([letter]);
    expect(await bench.entries()).toMatchObject([
      { kind: 'dead-letter', deadLetter: letter },
      { kind: 'ledger', line: { outcome: 'dead-lettered', reason: 'the object is not gzip', records: 0 } },
    ]);
    expect(await bench.receipts.settled('trail')).toHaveLength(1);
  });
});
