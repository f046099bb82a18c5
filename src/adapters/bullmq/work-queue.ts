import { type BulkJobOptions, type JobsOptions, Queue } from 'bullmq';
import { hashOf } from '../../domain/hash.ts';
import type { Log, WorkQueue } from '../../domain/ports.ts';
import {
  bullPrefix,
  connectQueues,
  JOB_OPTIONS,
  QUEUE_NAMES,
  type QueueData,
  type QueueName,
  SCHEDULED_QUEUE,
} from './queues.ts';

export interface WorkQueueOptions {
  readonly redisUrl: string;
  /** The URL names a node of a Redis Cluster. */
  readonly redisCluster?: boolean;
  readonly prefix: string;
  readonly log: Log;
}

export interface BullWorkQueue extends WorkQueue {
  /** Has `name` run every `everyMs` by one of the workers. Calling it again changes the interval. */
  schedule(name: string, everyMs: number): Promise<void>;
  /** Jobs that wait or run, by queue. */
  depths(): Promise<Readonly<Record<QueueName, number>>>;
  close(): Promise<void>;
}

interface Item<N extends QueueName> {
  readonly jobId: string;
  readonly data: QueueData[N];
  readonly options?: JobsOptions;
}

/** More jobs than this in one call would hold up Redis for others. */
const BULK = 250;

/** The work queues on BullMQ. A job's id follows from what it is about, so adding it again changes nothing. */
export function createWorkQueue(options: WorkQueueOptions): BullWorkQueue {
  const connection = connectQueues(options);
  const open = (name: string): Queue => {
    const queue = new Queue(name, { connection, prefix: bullPrefix(options.prefix) });
    queue.on('error', (error) => options.log.warn({ queue: name, reason: error.message }, 'queue failed'));
    return queue;
  };
  const queues = Object.fromEntries(QUEUE_NAMES.map((name) => [name, open(name)])) as Record<
    QueueName,
    Queue
  >;
  const scheduled = open(SCHEDULED_QUEUE);

  async function addAll<N extends QueueName>(name: N, items: readonly Item<N>[]): Promise<void> {
    for (let start = 0; start < items.length; start += BULK) {
      const jobs = items.slice(start, start + BULK).map(({ jobId, data, options: more }) => ({
        name,
        data,
        opts: { ...JOB_OPTIONS, ...more, jobId } as BulkJobOptions,
      }));
      await queues[name].addBulk(jobs);
    }
  }

  const depth = (name: QueueName) =>
    queues[name].getJobCountByTypes('waiting', 'prioritized', 'delayed', 'active');

  return {
    addBatches: (refs) =>
      addAll(
        'detect-batch',
        refs.map((ref) => ({ jobId: `b.${ref.id}`, data: ref })),
      ),
    addDeliveries: (items) =>
      addAll(
        'deliver-alert',
        // BullMQ runs jobs without a priority first, so the highest is 1.
        items.map(({ fingerprint, revision, rank }) => ({
          jobId: `${fingerprint}.${revision}`,
          data: { fingerprint, revision },
          options: { priority: rank + 1 },
        })),
      ),
    addPlaybookRuns: (items) =>
      addAll(
        'run-playbook',
        items.map((data) => ({
          jobId: `${safeId(data.playbook)}.${data.version}.${data.fingerprint}`,
          data,
        })),
      ),
    addVerdictHints: (items) =>
      addAll(
        'read-verdict',
        items.map((data) => ({ jobId: `${data.kind}.${safeId(data.id)}.${safeId(data.hintId)}`, data })),
      ),
    backlog: () => depth('detect-batch'),
    async depths() {
      const found = await Promise.all(QUEUE_NAMES.map(async (name) => [name, await depth(name)] as const));
      return Object.fromEntries(found) as Record<QueueName, number>;
    },
    async schedule(name, everyMs) {
      const opts = { removeOnComplete: true, removeOnFail: true };
      await scheduled.upsertJobScheduler(name, { every: everyMs }, { name, opts });
    },
    async close() {
      await Promise.all([...Object.values(queues), scheduled].map((queue) => queue.close()));
      await connection.quit();
    },
  };
}

/** Names from outside become part of a key: what is not plain is replaced by its hash. */
function safeId(id: string): string {
  return /^[A-Za-z0-9~_-]{1,64}$/.test(id) ? id : hashOf([id]);
}
