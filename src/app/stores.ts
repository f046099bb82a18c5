import { createRedisAlerts } from '../adapters/redis/alerts.ts';
import { createRedisBaselines } from '../adapters/redis/baselines.ts';
import { createRedis } from '../adapters/redis/connection.ts';
import { createDeadLetters } from '../adapters/redis/dead-letters.ts';
import { createRedisHeartbeats } from '../adapters/redis/heartbeats.ts';
import { createRedisIncidents } from '../adapters/redis/incidents.ts';
import { createKeys } from '../adapters/redis/keys.ts';
import { createRedisLineage } from '../adapters/redis/lineage.ts';
import { createLocks } from '../adapters/redis/locks.ts';
import { createNotes } from '../adapters/redis/notes.ts';
import { createReceipts } from '../adapters/redis/receipts.ts';
import { createRuns } from '../adapters/redis/runs.ts';
import { createRedisSuppressions } from '../adapters/redis/suppressions.ts';
import { createRedisWindows } from '../adapters/redis/windows.ts';
import type { Config } from '../config/schema.ts';
import type { Log, Metrics } from '../domain/ports.ts';
import { droppedGroups } from './dropped-groups.ts';

/** Everything that trailhive keeps in Redis, behind its ports. */
export function openStores(config: Pick<Config, 'redis' | 'limits'>, log: Log, metrics: Metrics) {
  const { url, prefix, shards, cluster } = config.redis;
  const redis = createRedis({ url, cluster, name: 'trailhive', log });
  const keys = createKeys(prefix, shards);
  return {
    windows: createRedisWindows(redis, keys, {
      maxGroups: config.limits.maxGroupsPerRule,
      onDropped: droppedGroups(metrics, log),
    }),
    alerts: createRedisAlerts(redis, keys),
    incidents: createRedisIncidents(redis, keys),
    baselines: createRedisBaselines(redis, keys),
    heartbeats: createRedisHeartbeats(redis, keys),
    lineage: createRedisLineage(redis, keys),
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
