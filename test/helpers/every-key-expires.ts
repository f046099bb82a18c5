import type { Redis } from 'ioredis';
import { expect } from 'vitest';

/** Every key that holds the prefix has a TTL, and there are some. */
export async function everyKeyExpires(redis: Redis, prefix: string): Promise<void> {
  const keys = await redis.keys(`*${prefix}*`);
  expect(keys.length).toBeGreaterThan(0);
  const endless: string[] = [];
  for (const key of keys) if ((await redis.pttl(key)) < 0) endless.push(key);
  expect(endless).toEqual([]);
}
