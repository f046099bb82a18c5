import { Queue } from 'bullmq';
import { afterEach, describe, expect, it } from 'vitest';
import { bullPrefix } from '../../../../src/adapters/bullmq/queues.ts';
import { type BullWorkQueue, createWorkQueue } from '../../../../src/adapters/bullmq/work-queue.ts';
import {
  type GivenUp,
  type JobHandlers,
  startWorkers,
  type Workers,
} from '../../../../src/adapters/bullmq/workers.ts';
import type { BatchRef } from '../../../../src/domain/batch.ts';
import { TrailhiveError } from '../../../../src/domain/errors.ts';
import { aLog } from '../../../helpers/a-log.ts';
import { testRedis } from '../../../helpers/redis.ts';

const { url, prefix, redis } = testRedis();
let benches = 0;
const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

interface Bench {
  readonly queue: BullWorkQueue;
  readonly own: string;
  readonly gaveUp: GivenUp[];
  start(handlers: JobHandlers, options?: Partial<Parameters<typeof startWorkers>[0]>): Promise<Workers>;
}

function aBench(): Bench {
  const own = `${prefix}x${++benches}`;
  const log = aLog();
  const queue = createWorkQueue({ redisUrl: url, prefix: own, log });
  const gaveUp: GivenUp[] = [];
  open.unshift(queue);
  return {
    queue,
    own,
    gaveUp,
    async start(handlers, options = {}) {
      const workers = await startWorkers({
        redisUrl: url,
        prefix: own,
        handlers,
        concurrency: {},
        attempts: { 'detect-batch': { input: 2, retryable: 3 } },
        onGaveUp: async (job) => {
          gaveUp.push(job);
        },
        log,
        backoff: { baseMs: 1, capMs: 4, askedCapMs: 8 },
        ...options,
      });
      open.unshift(workers);
      return workers;
    },
  };
}

function aRef(id: string): BatchRef {
  return { kind: 'object', id, queue: 'trail', bucket: 'logs', key: id, deliveredAt: 0 };
}

/** Resolves when it was called `times` times. */
function calls(times: number) {
  let call: () => void = () => undefined;
  let left = times;
  const done = new Promise<void>((resolve) => {
    call = () => {
      left -= 1;
      if (left === 0) resolve();
    };
  });
  return { call: () => call(), done };
}

describe('work queues', () => {
  it('keep one job for a ref that waits', async () => {
    const { queue } = aBench();
    await queue.addBatches([aRef('a'), aRef('b')]);
    await queue.addBatches([aRef('a')]);
    expect(await queue.backlog()).toBe(2);
  });

  it('take a job again when it was done', async () => {
    const { queue, start } = aBench();
    const seen: string[] = [];
    const twice = calls(2);
    await start({
      'detect-batch': async (ref) => {
        seen.push(ref.id);
        twice.call();
      },
    });
    await queue.addBatches([aRef('a')]);
    await until(async () => (await queue.backlog()) === 0);
    await queue.addBatches([aRef('a')]);
    await twice.done;
    expect(seen).toEqual(['a', 'a']);
  });

  it('add nothing while the same job runs', async () => {
    const { queue, start } = aBench();
    const started = calls(1);
    let runs = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start({
      'detect-batch': async () => {
        runs += 1;
        started.call();
        await held;
      },
    });
    await queue.addBatches([aRef('a')]);
    await started.done;
    await queue.addBatches([aRef('a')]);
    expect(await queue.backlog()).toBe(1);
    release();
    await until(async () => (await queue.backlog()) === 0);
    expect(runs).toBe(1);
  });

  it('run the most severe delivery first', async () => {
    const { queue, start } = aBench();
    await queue.addDeliveries([
      { fingerprint: 'v1-low', revision: 1, rank: 3 },
      { fingerprint: 'v1-critical', revision: 2, rank: 0 },
      { fingerprint: 'v1-medium', revision: 1, rank: 2 },
    ]);
    const seen: string[] = [];
    const three = calls(3);
    await start({
      'deliver-alert': async ({ fingerprint }) => {
        seen.push(fingerprint);
        three.call();
      },
    });
    await three.done;
    expect(seen).toEqual(['v1-critical', 'v1-medium', 'v1-low']);
  });

  it('take names from outside as ids', async () => {
    const { queue } = aBench();
    await queue.addPlaybookRuns([{ playbook: 'a:b', version: 1, fingerprint: 'v1-f' }]);
    await queue.addVerdictHints([{ kind: 'case', id: '~123', hintId: 'a:b{c}' }]);
    await queue.addVerdictHints([{ kind: 'case', id: '~123', hintId: 'a:b{c}' }]);
    expect(await queue.depths()).toEqual({
      'detect-batch': 0,
      'deliver-alert': 0,
      'run-playbook': 1,
      'read-verdict': 1,
    });
  });

  it('keep all keys in one slot', async () => {
    const { queue, own } = aBench();
    await queue.addBatches([aRef('a')]);
    const keys = await redis.keys(`*${own}*`);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.every((key) => key.startsWith(`{${own}}:`))).toBe(true);
  });
});

describe('workers', () => {
  it('try again what may pass, then give it up and remove it', async () => {
    const { queue, start, gaveUp } = aBench();
    let tries = 0;
    await start({
      'detect-batch': async () => {
        tries += 1;
        throw new TrailhiveError('retryable', 'not yet');
      },
    });
    await queue.addBatches([aRef('a')]);
    await until(async () => gaveUp.length > 0 && (await queue.backlog()) === 0);
    expect(tries).toBe(3);
    expect(gaveUp).toMatchObject([{ queue: 'detect-batch', data: aRef('a'), attempts: 3 }]);
    expect(String(gaveUp[0]?.error)).toBe('TrailhiveError: not yet');
    await queue.addBatches([aRef('a')]);
    await until(async () => gaveUp.length === 2);
  });

  it.each([
    ['permanent', 1],
    ['input', 2],
  ] as const)('give up what is %s after %i tries', async (fault, attempts) => {
    const { queue, start, gaveUp } = aBench();
    await start({
      'detect-batch': async () => {
        throw new TrailhiveError(fault, 'never');
      },
    });
    await queue.addBatches([aRef('a')]);
    await until(async () => gaveUp.length > 0 && (await queue.backlog()) === 0);
    expect(gaveUp[0]?.attempts).toBe(attempts);
  });

  it('tell a handler when nobody will try again', async () => {
    const { queue, start, gaveUp } = aBench();
    const last: boolean[] = [];
    await start({
      'detect-batch': async (_ref, { isLastTry }) => {
        last.push(isLastTry);
        throw new TrailhiveError('retryable', 'not yet');
      },
    });
    await queue.addBatches([aRef('a')]);
    await until(async () => gaveUp.length > 0);
    expect(last).toEqual([false, false, true]);
  });

  it('keep a job for which giving up failed', async () => {
    const { queue, start } = aBench();
    let refusals = 0;
    const gave = calls(1);
    await start(
      {
        'detect-batch': async () => {
          throw new TrailhiveError('input', 'never');
        },
      },
      {
        onGaveUp: async () => {
          refusals += 1;
          if (refusals < 4) throw new Error('journal is full');
          gave.call();
        },
      },
    );
    await queue.addBatches([aRef('a')]);
    await gave.done;
    expect(refusals).toBe(4);
    await until(async () => (await queue.backlog()) === 0);
  });

  it('try deliveries beyond the number of tries', async () => {
    const { queue, start, gaveUp } = aBench();
    let tries = 0;
    const delivered = calls(1);
    await start({
      'deliver-alert': async () => {
        tries += 1;
        if (tries < 8) throw new Error('TheHive is away');
        delivered.call();
      },
    });
    await queue.addDeliveries([{ fingerprint: 'v1-a', revision: 1, rank: 0 }]);
    await delivered.done;
    expect(tries).toBe(8);
    expect(gaveUp).toEqual([]);
  });

  it('give up a job during which the process died again and again', async () => {
    const { queue, start, gaveUp, own } = aBench();
    await queue.addBatches([aRef('poison')]);
    await redis.hset(`{${own}}:detect-batch:b.poison`, 'ats', '5');
    let runs = 0;
    await start({
      'detect-batch': async () => {
        runs += 1;
      },
    });
    await until(async () => gaveUp.length > 0);
    expect(runs).toBe(0);
    expect(gaveUp[0]?.error).toMatchObject({ fault: 'permanent' });
  });

  it('take over the job of a worker that died', async () => {
    const { queue, start, own } = aBench();
    await queue.addBatches([aRef('a')]);
    const bull = new Queue('detect-batch', { connection: { url }, prefix: bullPrefix(own) });
    open.unshift(bull);
    // What a killed worker leaves behind: an active job without a lock.
    const [id = ''] = await redis.lrange(`{${own}}:detect-batch:wait`, 0, 0);
    await redis.lmove(`{${own}}:detect-batch:wait`, `{${own}}:detect-batch:active`, 'RIGHT', 'LEFT');
    expect(id).toBe('b.a');
    const done = calls(1);
    await start({ 'detect-batch': async () => done.call() }, { lockMs: 200 });
    await done.done;
    await until(async () => (await queue.backlog()) === 0);
  });

  it('finish what runs before they close', async () => {
    const { queue, start } = aBench();
    const started = calls(1);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let finished = false;
    const workers = await start({
      'detect-batch': async () => {
        started.call();
        await held;
        finished = true;
      },
    });
    await queue.addBatches([aRef('a')]);
    await started.done;
    const closing = workers.close();
    release();
    await closing;
    expect(finished).toBe(true);
    expect(await queue.backlog()).toBe(0);
  });

  it('run scheduled jobs by the clock, also after one failed', async () => {
    const { queue, start } = aBench();
    const thrice = calls(3);
    await start({
      scheduled: {
        'poll-verdicts': async () => {
          thrice.call();
          throw new Error('once more');
        },
      },
    });
    await queue.schedule('poll-verdicts', 50);
    await queue.schedule('poll-verdicts', 50);
    await thrice.done;
  });
});

/** For what has no event to wait for; the test's own time limit ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
