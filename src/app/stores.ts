import { createRedisAlerts } from '../adapters/redis/alerts.ts';
import { createRedis } from '../adapters/redis/connection.ts';
import { createDeadLetters } from '../adapters/redis/dead-letters.ts';
import { createRedisIncidents } from '../adapters/redis/incidents.ts';
import { createKeys } from '../adapters/redis/keys.ts';
import { createLocks } from '../adapters/redis/locks.ts';
import { createNotes } from '../adapters/redis/notes.ts';
import { createReceipts } from '../adapters/redis/receipts.ts';
import { createRuns } from '../adapters/redis/runs.ts';
import { createRedisSuppressions } from '../adapters/redis/suppressions.ts';
import { createRedisWindows } from '../adapters/redis/windows.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../domain/ports.ts';

/** Everything that trailhive keeps in Redis, behind its ports. */
export function openStores({ redis: { url, prefix, shards } }: Pick<Config, 'redis'>, log: Log) {
  const redis = createRedis({ url, name: 'trailhive', log });
  const keys = createKeys(prefix, shards);
  return {
    windows: createRedisWindows(redis, keys),
    alerts: createRedisAlerts(redis, keys),
    incidents: createRedisIncidents(redis, keys),
    suppressions: createRedisSuppressions(redis, keys),
    receipts: createReceipts(redis, keys),
    deadLetters: createDeadLetters(redis, keys),
    locks: createLocks(redis, keys),
    notes: createNotes(redis, keys),
    runs: createRuns(redis, keys),
    answers: async () => (await redis.ping()) === 'PONG',
    close: async () => {
      await redis.quit();
    },
  };
}

export type Stores = ReturnType<typeof openStores>;
