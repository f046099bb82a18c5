import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { faultOf, messageOf, TrailhiveError } from '../../domain/errors.ts';
import type { Log } from '../../domain/ports.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import {
  bullPrefix,
  connectQueues,
  QUEUE_NAMES,
  type QueueData,
  type QueueName,
  SCHEDULED_QUEUE,
} from './queues.ts';

/** What a handler may know of its turn. */
export interface Turn {
  /** Nobody will try again if it fails in a way that may pass. */
  readonly isLastTry: boolean;
}

export type JobHandlers = {
  readonly [N in QueueName]?: (data: QueueData[N], turn: Turn) => Promise<void>;
} & {
  /** Scheduled jobs by name. One that fails waits for its next turn. */
  readonly scheduled?: Readonly<Record<string, () => Promise<void>>>;
};

/** A job that is not tried again. */
export interface GivenUp<N extends QueueName = QueueName> {
  readonly queue: N;
  readonly data: QueueData[N];
  readonly error: unknown;
  readonly attempts: number;
}

/** How often a job is tried, by what went wrong; `permanent` is never tried again. */
export interface Attempts {
  /** The input itself is wrong: trying again only helps where it was read badly. */
  readonly input: number;
  /** Something that may pass, or that a person can mend. */
  readonly retryable: number;
}

export interface WorkersOptions {
  readonly redisUrl: string;
  /** The URL names a node of a Redis Cluster. */
  readonly redisCluster?: boolean;
  readonly prefix: string;
  readonly handlers: JobHandlers;
  readonly concurrency: Readonly<Partial<Record<QueueName, number>>>;
  /** A queue that is not named tries wrong input once and everything else for ever. */
  readonly attempts: Readonly<Partial<Record<QueueName, Attempts>>>;
  /**
   * Called before a job is removed undone: after its last try, or at once for
   * `permanent`. If it throws, the job stays and is tried again.
   */
  readonly onGaveUp: (job: GivenUp) => Promise<void>;
  readonly log: Log;
  readonly backoff?: Backoff;
  /** How long a job may run without a sign of life before another worker takes it. */
  readonly lockMs?: number;
}

export interface Workers {
  /**
   * Takes no more jobs and waits for those that run, `graceMs` at most. The process
   * should end then: what still ran is run again by another one.
   */
  close(graceMs?: number): Promise<void>;
}

/** A job during which the process died so often is what kills it. */
const MAX_CRASHES = 5;

/** Starts a worker for each queue that has a handler. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const connection = connectQueues(options);
  const workers = QUEUE_NAMES.flatMap((name) => startWorker(name, options, connection));
  if (options.handlers.scheduled !== undefined) workers.push(startScheduled(options, connection));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    async close(graceMs = 20_000) {
      const inTime = await Promise.all(workers.map((worker) => closeWithin(worker, graceMs)));
      if (!inTime.every(Boolean))
        options.log.warn({ graceMs }, 'jobs still run at the end; others will run them again');
      connection.disconnect();
    },
  };
}

type Handler<N extends QueueName> = (data: QueueData[N], turn: Turn) => Promise<void>;

const PATIENT: Attempts = { input: 1, retryable: Number.POSITIVE_INFINITY };

function startWorker<N extends QueueName>(
  name: N,
  options: WorkersOptions,
  connection: Redis | Cluster,
): Worker[] {
  const handler = options.handlers[name] as Handler<N> | undefined;
  if (handler === undefined) return [];
  const lockDuration = options.lockMs ?? 60_000;
  const worker = new Worker<QueueData[N]>(name, (job) => runJob(name, job, handler, options), {
    connection,
    prefix: bullPrefix(options.prefix),
    concurrency: options.concurrency[name] ?? 1,
    lockDuration,
    stalledInterval: lockDuration / 2,
    // Crashes are counted in runJob, where a job that is given up is not lost.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    settings: { backoffStrategy: createBackoff(options.backoff) },
  });
  return [watched(worker, name, options.log)];
}

async function runJob<N extends QueueName>(
  queue: N,
  job: Job<QueueData[N]>,
  handler: Handler<N>,
  options: WorkersOptions,
): Promise<void> {
  const attempts = job.attemptsMade + 1;
  const allowed = options.attempts[queue] ?? PATIENT;
  try {
    if (job.attemptsStarted - attempts >= MAX_CRASHES) {
      throw new TrailhiveError('permanent', `the process died ${MAX_CRASHES} times while working on it`);
    }
    await handler(job.data, { isLastTry: attempts >= allowed.retryable });
  } catch (error) {
    if (attempts < triesFor(error, allowed)) throw error;
    await options.onGaveUp({ queue, data: job.data, error, attempts });
    throw new UnrecoverableError(messageOf(error));
  }
}

/** What a person must mend in the configuration may be mended while the job waits. */
function triesFor(error: unknown, allowed: Attempts): number {
  const fault = faultOf(error);
  if (fault === 'permanent') return 0;
  return fault === 'input' ? allowed.input : allowed.retryable;
}

function startScheduled(options: WorkersOptions, connection: Redis | Cluster): Worker {
  const handlers = new Map(Object.entries(options.handlers.scheduled ?? {}));
  const running = new Set<string>();
  async function run(job: Job): Promise<void> {
    const handler = handlers.get(job.name);
    if (handler === undefined || running.has(job.name)) return;
    running.add(job.name);
    try {
      await handler();
    } catch (error) {
      options.log.warn({ job: job.name, reason: messageOf(error) }, 'a scheduled job failed');
    } finally {
      running.delete(job.name);
    }
  }
  const worker = new Worker(SCHEDULED_QUEUE, run, {
    connection,
    prefix: bullPrefix(options.prefix),
    concurrency: Math.max(1, handlers.size),
  });
  return watched(worker, SCHEDULED_QUEUE, options.log);
}

function watched(worker: Worker, queue: string, log: Log): Worker {
  worker.on('error', (error) => log.warn({ queue, reason: error.message }, 'worker failed'));
  worker.on('failed', (job, error) => {
    log.warn({ queue, jobId: job?.id, attempt: job?.attemptsMade, reason: error.message }, 'a job failed');
  });
  return worker;
}

async function closeWithin(worker: Worker, graceMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), graceMs);
  });
  try {
    return await Promise.race([worker.close().then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
