import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, inject } from 'vitest';

/**
 * A connection to the run's Redis and a key prefix of this test file's own.
 * Every key that holds the prefix is dropped when the file ends.
 */
export function testRedis(): { redis: Redis; url: string; prefix: string } {
  const url = inject('redisUrl');
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  const prefix = `t${randomBytes(5).toString('hex')}`;
  afterAll(async () => {
    const keys = await redis.keys(`*${prefix}*`);
    // In portions: the property tests leave more keys than a call may have arguments.
    for (let at = 0; at < keys.length; at += 5000) await redis.unlink(...keys.slice(at, at + 5000));
    redis.disconnect();
  });
  return { redis, url, prefix };
}
