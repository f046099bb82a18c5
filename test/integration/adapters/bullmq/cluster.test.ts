import { afterAll, describe, expect, it } from 'vitest';
import { createWorkQueue } from '../../../../src/adapters/bullmq/work-queue.ts';
import { startWorkers } from '../../../../src/adapters/bullmq/workers.ts';
import type { BatchRef } from '../../../../src/domain/batch.ts';
import { aLog } from '../../../helpers/a-log.ts';
import { redisServerOnPath, startRedisCluster } from '../../../helpers/redis-cluster.ts';

const server = redisServerOnPath();
const cluster = server === undefined ? undefined : await startRedisCluster(server);
afterAll(() => cluster?.stop());

const REF: BatchRef = { kind: 'object', id: 'r1', queue: 'q', bucket: 'b', key: 'k', deliveredAt: 0 };

describe('the work queues on a Redis Cluster of three', () => {
  it('hand a batch to a worker', async (test) => {
    if (cluster === undefined) return test.skip('there is no redis-server on PATH');
    const redis = { redisUrl: cluster.url, redisCluster: true, prefix: 'trailhive', log: aLog() };
    const queue = createWorkQueue(redis);
    await queue.addBatches([REF]);
    expect(await queue.backlog()).toBe(1);
    let stop = async () => {};
    const got = await new Promise<BatchRef>((resolve, reject) => {
      const started = startWorkers({
        ...redis,
        handlers: { 'detect-batch': async (ref) => resolve(ref) },
        concurrency: {},
        attempts: {},
        onGaveUp: async ({ error }) => reject(error),
      });
      stop = async () => (await started).close();
      started.catch(reject);
    });
    expect(got).toEqual(REF);
    await stop();
    await queue.close();
  });
});
