import { Cluster, type DNSLookupFunction, Redis } from 'ioredis';
import type { BatchRef } from '../../domain/batch.ts';
import type { Log } from '../../domain/ports.ts';

/**
 * The BullMQ room keeps work that is due: what it is, in which order, and when
 * to try again. What a job does is `jobs/`; whether it must be done is decided
 * before it is added.
 */
export interface QueueData {
  readonly 'detect-batch': BatchRef;
  readonly 'deliver-alert': { readonly fingerprint: string; readonly revision: number };
  readonly 'run-playbook': {
    readonly playbook: string;
    readonly version: number;
    readonly fingerprint: string;
  };
  readonly 'read-verdict': { readonly kind: 'alert' | 'case'; readonly id: string; readonly hintId: string };
}

export type QueueName = keyof QueueData;

export const QUEUE_NAMES = ['detect-batch', 'deliver-alert', 'run-playbook', 'read-verdict'] as const;

/** Holds the jobs that come by the clock, each under its own name. */
export const SCHEDULED_QUEUE = 'scheduled';

/** In braces: all keys of all queues share a Cluster slot, as BullMQ's scripts need. */
export function bullPrefix(prefix: string): string {
  return `{${prefix}}`;
}

/**
 * Who counts tries is the worker (workers.ts), so that nothing leaves a queue
 * without being done or given up in so many words. For BullMQ a job may be tried
 * without end; a job that ended is removed, else its id could never come again.
 */
export const JOB_OPTIONS = {
  attempts: 1_000_000,
  backoff: { type: 'trailhive' },
  removeOnComplete: true,
  removeOnFail: true,
} as const;

/** A connection as BullMQ needs it: its commands wait for Redis to come back. */
export function connectQueues(options: {
  readonly redisUrl: string;
  readonly redisCluster?: boolean;
  readonly log: Log;
}): Redis | Cluster {
  const { redisUrl, redisCluster, log } = options;
  const redis = redisCluster
    ? new Cluster([redisUrl], clusterOptions(redisUrl))
    : new Redis(redisUrl, { maxRetriesPerRequest: null });
  // Without a listener ioredis prints to the console.
  redis.on('error', (error: Error) => log.warn({ reason: error.message }, 'redis connection failed'));
  return redis;
}

const plainLookup: DNSLookupFunction = (address, done) => done(null, address);

/** What the nodes that are found need to know from the one that is named: who we are, and TLS. */
function clusterOptions(url: string) {
  const { username, password, protocol } = new URL(url);
  return {
    redisOptions: {
      maxRetriesPerRequest: null,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
    // Certificates name hosts, and a managed Cluster answers with names.
    ...(protocol === 'rediss:' ? { dnsLookup: plainLookup } : {}),
  };
}
