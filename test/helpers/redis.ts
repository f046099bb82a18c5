import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, inject } from 'vitest';

/**
 * A connection to the run's Redis and a key prefix of this test file's own (in
 * braces, as the product uses). Keys under it are dropped when the file ends.
 */
export function testRedis(): { redis: Redis; url: string; prefix: string } {
  const url = inject('redisUrl');
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  const prefix = `{t${randomBytes(4).toString('hex')}}`;
  afterAll(async () => {
    const keys = await redis.keys(`${prefix.replace('{', '[{]').replace('}', '*')}*`);
    if (keys.length > 0) await redis.del(...keys);
    redis.disconnect();
  });
  return { redis, url, prefix };
}
