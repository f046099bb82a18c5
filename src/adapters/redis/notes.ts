import type { Redis } from 'ioredis';
import type { Notes } from '../../domain/ports.ts';
import type { Keys } from './keys.ts';

/** A note that nobody read or wrote for so long is forgotten. */
const KEEP_SECONDS = 400 * 24 * 60 * 60;

/** Notes in Redis. Names come from trailhive's own code, and there are few of them. */
export function createNotes(redis: Redis, keys: Keys): Notes {
  return {
    async get(name) {
      const value = await redis.getex(keys.notes.value(name), 'EX', KEEP_SECONDS);
      return value ?? (await redis.hget(keys.notes.counts(), name)) ?? undefined;
    },
    async set(name, value) {
      await redis.set(keys.notes.value(name), value, 'EX', KEEP_SECONDS);
    },
    async increment(name, by) {
      const [count] = await Promise.all([
        redis.hincrby(keys.notes.counts(), name, by),
        redis.expire(keys.notes.counts(), KEEP_SECONDS),
      ]);
      return count;
    },
    async counts(prefix) {
      const all = Object.entries(await redis.hgetall(keys.notes.counts()));
      return Object.fromEntries(
        all.filter(([name]) => name.startsWith(prefix)).map(([name, count]) => [name, Number(count)]),
      );
    },
  };
}
