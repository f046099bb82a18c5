import { describe, expect, it } from 'vitest';
import { createMemoryDeadLetters } from '../../../src/adapters/memory/dead-letters.ts';
import { createMemoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createMemoryReceipts } from '../../../src/adapters/memory/receipts.ts';
import type { StoredAlert } from '../../../src/domain/alert.ts';
import type { ObjectRef } from '../../../src/domain/batch.ts';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import type { JournalEntry } from '../../../src/domain/journal.ts';
import type { Delivery, MessageSource } from '../../../src/domain/ports.ts';
import { createIngest, type IngestDeps } from '../../../src/jobs/ingest.ts';
import { aLog, aMeter } from '../../helpers/a-log.ts';
import { aWorkQueue } from '../../helpers/a-work-queue.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const START = Date.UTC(2026, 10, 22);
const HOUR = 3_600_000;

function aRef(id: string): ObjectRef {
  return { kind: 'object', id, queue: 'trail', bucket: 'logs', key: `${id}.json`, deliveredAt: START };
}

function aDelivery(messageId: string, changes: Partial<Delivery> = {}): Delivery {
  return {
    messageId,
    handle: `h-${messageId}`,
    receivedAt: START,
    refs: [aRef('r1')],
    skipped: {},
    attempts: 1,
    ...changes,
  };
}

/** A source that hands out the given deliveries, one poll each, and then stops its reader. */
function aSource(polls: readonly (readonly Delivery[] | Error)[]) {
  const stop = new AbortController();
  const deleted: string[] = [];
  const extended: [string, number][] = [];
  const left = [...polls];
  let refuse: Error | undefined;
  const source: MessageSource = {
    name: 'trail',
    async receive() {
      const next = left.shift();
      if (left.length === 0) stop.abort();
      if (next instanceof Error) throw next;
      return next ?? [];
    },
    async delete(handles) {
      if (refuse !== undefined) throw refuse;
      deleted.push(...handles);
    },
    async extend(handles, seconds) {
      extended.push(...handles.map((handle): [string, number] => [handle, seconds]));
    },
  };
  const fail = (error: Error | undefined) => {
    refuse = error;
  };
  return { source, stop, deleted, extended, fail };
}

function aBench(polls: readonly (readonly Delivery[] | Error)[], changes: Partial<IngestDeps> = {}) {
  const sqs = aSource(polls);
  let time = START;
  const alerts = new Map<string, StoredAlert>();
  const parts = {
    queue: aWorkQueue(),
    receipts: createMemoryReceipts(),
    deadLetters: createMemoryDeadLetters(),
    journal: createMemoryJournal(),
    metrics: aMeter(),
    log: aLog(),
  };
  const ingest = createIngest({
    source: sqs.source,
    ...parts,
    now: () => time,
    options: { maxBacklog: 10, messageAttempts: 3, visibilitySeconds: 300, maxWaitMs: HOUR, pauseMs: 1 },
    loadAlert: async (fingerprint) => alerts.get(fingerprint),
    ...changes,
  });
  const at = (next: number) => {
    time = next;
  };
  return { ...sqs, ...parts, alerts, ingest, at, run: () => ingest.run(sqs.stop.signal) };
}

async function journalOf(bench: ReturnType<typeof aBench>): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of bench.journal.read(0)) entries.push(entry);
  return entries;
}

describe('taking messages in', () => {
  it('queues each ref, and keeps the message until it is settled', async () => {
    const bench = aBench([[aDelivery('m1', { refs: [aRef('r1'), aRef('r2')] })]]);
    await bench.run();
    expect(bench.queue.batches.map(({ id }) => id)).toEqual(['r1', 'r2']);
    await bench.ingest.tend();
    expect(bench.deleted).toEqual([]);
    await bench.receipts.stagesDone('r1', []);
    await bench.receipts.stagesDone('r2', []);
    await bench.ingest.tend();
    expect(bench.deleted).toEqual(['h-m1']);
    expect(await bench.receipts.settled('trail')).toEqual([]);
  });

  it('opens the receipt before it adds the job', async () => {
    const bench = aBench([[aDelivery('m1')]]);
    let waitingWhenAdded = 0;
    const add = bench.queue.addBatches;
    bench.queue.addBatches = async (refs) => {
      waitingWhenAdded = (await bench.receipts.waiting('trail')).length;
      await add(refs);
    };
    await bench.run();
    expect(waitingWhenAdded).toBe(1);
  });

  it('deletes at once a message of which everything is passed over, and counts', async () => {
    const bench = aBench([[aDelivery('m1', { refs: [], skipped: { digest: 2, 'test-event': 1 } })]]);
    await bench.run();
    expect(bench.deleted).toEqual(['h-m1']);
    expect(bench.metrics.sums.get('skipped reason=digest')).toBe(2);
    expect(bench.metrics.sums.get('skipped reason=test-event')).toBe(1);
  });

  it('does not poll while the backlog is full', async () => {
    const bench = aBench([[aDelivery('m1')]]);
    bench.queue.waiting = 11;
    let looks = 0;
    bench.queue.backlog = async () => {
      looks += 1;
      if (looks === 3) bench.queue.waiting = 10;
      return bench.queue.waiting;
    };
    await bench.run();
    expect(looks).toBe(3);
    expect(bench.queue.batches).toHaveLength(1);
  });

  it('goes on after a failed poll', async () => {
    const bench = aBench([new TrailhiveError('retryable', 'no network'), [aDelivery('m1')]]);
    await bench.run();
    expect(bench.queue.batches).toHaveLength(1);
    expect(bench.log.lines.map(({ message }) => message)).toEqual(['polling failed']);
  });

  it('takes the other messages of a poll in when one fails', async () => {
    const bench = aBench([
      [aDelivery('bad', { refs: [aRef('bad')] }), aDelivery('good', { refs: [aRef('good')] })],
    ]);
    const open = bench.receipts.open;
    bench.receipts.open = async (receipt, refIds) => {
      if (receipt.messageId === 'bad') throw new Error('redis is away');
      await open(receipt, refIds);
    };
    await bench.run();
    expect(bench.queue.batches.map(({ id }) => id)).toEqual(['good']);
    expect(bench.deleted).toEqual([]);
  });

  it('asks whether it may before every poll', async () => {
    let asked = 0;
    const bench = aBench([[], [aDelivery('m1')]], {
      ready: async () => {
        asked += 1;
        if (asked === 1) throw new TrailhiveError('retryable', 'somebody else restores');
      },
    });
    await bench.run();
    // Refused; an empty poll; a poll that brought a message, and again before that is taken in.
    expect(asked).toBe(4);
    expect(bench.queue.batches).toHaveLength(1);
  });

  it('takes in nothing of a poll in which Redis was emptied before it is filled again', async () => {
    let asked = 0;
    const bench = aBench([[aDelivery('m1')], []], {
      ready: async () => {
        asked += 1;
        if (asked === 2) throw new TrailhiveError('retryable', 'somebody else restores');
      },
    });
    await bench.run();
    expect(bench.queue.batches).toEqual([]);
    expect(bench.deleted).toEqual([]);
  });

  it('tells when the queue says that it is empty, once a minute', async () => {
    const idle: number[] = [];
    const polls = [[aDelivery('m1')], [], [], new Error('unreachable'), [], [aDelivery('m2')]];
    const bench = aBench(polls, { onIdle: async (at) => void idle.push(at) });
    await bench.run();
    expect(idle).toEqual([START]);
  });
});

describe('a message that cannot be understood', () => {
  const problem = { reason: 'the message is not JSON', excerpt: 'hello' };

  it('is left to come back until its tries are used up', async () => {
    const bench = aBench([[aDelivery('m1', { refs: [], problem, attempts: 2 })]]);
    await bench.run();
    expect(bench.deleted).toEqual([]);
    expect(bench.extended).toEqual([['h-m1', 10]]);
    expect(await bench.deadLetters.list(10)).toEqual([]);
  });

  it('is then in the dead letters and the journal, and deleted', async () => {
    const bench = aBench([[aDelivery('m1', { refs: [], problem, attempts: 3 })]]);
    await bench.run();
    const [letter] = await bench.deadLetters.list(10);
    expect(letter).toMatchObject({ queue: 'trail', reference: 'hello', reason: problem.reason, attempts: 3 });
    expect(await journalOf(bench)).toMatchObject([{ kind: 'dead-letter', deadLetter: letter }]);
    expect(bench.deleted).toEqual(['h-m1']);
  });

  it('stays in the queue where the journal fails', async () => {
    const journal = createMemoryJournal();
    journal.append = async () => {
      throw new Error('disk is full');
    };
    const bench = aBench([[aDelivery('m1', { refs: [], problem, attempts: 3 })]], { journal });
    await bench.run();
    expect(bench.deleted).toEqual([]);
  });

  it('in part is reported at once, and its good refs go on', async () => {
    const bench = aBench([[aDelivery('m1', { problem, attempts: 1 })]]);
    await bench.run();
    expect(await bench.deadLetters.list(10)).toHaveLength(1);
    expect(bench.queue.batches.map(({ id }) => id)).toEqual(['r1']);
    expect(bench.deleted).toEqual([]);
  });
});

describe('tending messages', () => {
  const waitFor = { fingerprint: anAlert().fingerprint, revision: 2 };

  it('extends a waiting message when half of its visibility is over, and not before', async () => {
    const bench = aBench([[aDelivery('m1')]]);
    await bench.run();
    bench.at(START + 149_000);
    await bench.ingest.tend();
    expect(bench.extended).toEqual([]);
    bench.at(START + 151_000);
    await bench.ingest.tend();
    await bench.ingest.tend();
    expect(bench.extended).toEqual([['h-m1', 300]]);
  });

  it('extends at the first look what another process received', async () => {
    const bench = aBench([[]]);
    await bench.receipts.open({ queue: 'trail', messageId: 'm9', handle: 'h9', receivedAt: START }, ['r9']);
    await bench.ingest.tend();
    expect(bench.extended).toEqual([['h9', 300]]);
  });

  it('puts into the journal what TheHive does not have after an hour, and deletes the message', async () => {
    const bench = aBench([[aDelivery('m1')]]);
    await bench.run();
    await bench.receipts.stagesDone('r1', [waitFor]);
    const stored = { alert: anAlert(), revision: 3 };
    bench.alerts.set(waitFor.fingerprint, stored);
    bench.at(START + HOUR);
    await bench.ingest.tend();
    expect(await journalOf(bench)).toEqual([]);
    bench.at(START + HOUR + 1);
    await bench.ingest.tend();
    expect(await journalOf(bench)).toEqual([{ kind: 'undelivered', at: START + HOUR + 1, stored }]);
    expect(bench.deleted).toEqual(['h-m1']);
  });

  it('keeps the message where the journal fails', async () => {
    const journal = createMemoryJournal();
    journal.append = async () => {
      throw new Error('disk is full');
    };
    const bench = aBench([[aDelivery('m1')]], { journal });
    await bench.run();
    await bench.receipts.stagesDone('r1', [waitFor]);
    bench.alerts.set(waitFor.fingerprint, { alert: anAlert(), revision: 2 });
    bench.at(START + 2 * HOUR);
    await bench.ingest.tend();
    expect(bench.deleted).toEqual([]);
    expect(await bench.receipts.waiting('trail')).toHaveLength(1);
  });

  it('lets a message come back whose batch is not done after an hour', async () => {
    const bench = aBench([[aDelivery('m1')]]);
    await bench.run();
    bench.at(START + 2 * HOUR);
    await bench.ingest.tend();
    expect([bench.deleted, bench.extended]).toEqual([[], []]);
  });

  it('deletes again at the next turn what could not be deleted', async () => {
    const bench = aBench([[aDelivery('m1')]]);
    await bench.run();
    await bench.receipts.stagesDone('r1', []);
    bench.fail(new TrailhiveError('retryable', 'throttled'));
    await bench.ingest.tend();
    expect(await bench.receipts.settled('trail')).toHaveLength(1);
    bench.fail(undefined);
    await bench.ingest.tend();
    expect(bench.deleted).toEqual(['h-m1']);
  });
});
