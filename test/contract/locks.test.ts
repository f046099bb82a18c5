import { describe, expect, it } from 'vitest';
import { createMemoryLocks } from '../../src/adapters/memory/locks.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createLocks } from '../../src/adapters/redis/locks.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

describe.each([
  ['memory', () => createMemoryLocks({ waitMs: 200 })],
  [
    'redis',
    () =>
      createLocks(redis, createKeys(`${prefix}x${++stores}`, 1), { waitMs: 200, pollMs: 5, ttlMs: 2_000 }),
  ],
])('locks: %s', (_name, create) => {
  it('lets one in at a time', async () => {
    const locks = create();
    const seen: string[] = [];
    const work = async (name: string) => {
      seen.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} out`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => locks.withLock('same', () => work(name))));
    const pairs = [seen.slice(0, 2), seen.slice(2, 4), seen.slice(4, 6)];
    for (const [entered, left] of pairs) expect(left).toBe(entered?.replace(' in', ' out'));
    expect(seen).toHaveLength(6);
  });

  it('keeps different names apart', async () => {
    const locks = create();
    const inner = await locks.withLock('one', () => locks.withLock('two', async () => 'both'));
    expect(inner).toBe('both');
  });

  it('throws retryable when the lock stays taken', async () => {
    const locks = create();
    const refused = await locks.withLock('same', () =>
      locks.withLock('same', async () => 'never').catch((error: unknown) => error),
    );
    expect(refused).toMatchObject({ fault: 'retryable', details: { lock: 'same' } });
  });

  it('gives the lock back when the work throws', async () => {
    const locks = create();
    await expect(locks.withLock('same', () => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect(await locks.withLock('same', async () => 'free')).toBe('free');
  });
});

describe('locks in Redis', () => {
  it('keep a lock for longer than its TTL while the work goes on', async () => {
    const keys = createKeys(`${prefix}x${++stores}`, 1);
    const holder = createLocks(redis, keys, { ttlMs: 150 });
    const other = createLocks(redis, keys, { waitMs: 500, pollMs: 10 });
    await holder.withLock('same', async () => {
      await expect(other.withLock('same', async () => 'in')).rejects.toMatchObject({ fault: 'retryable' });
    });
  });

  it('leave a lock alone that somebody else took after it had run out', async () => {
    const keys = createKeys(`${prefix}x${++stores}`, 1);
    const locks = createLocks(redis, keys, { ttlMs: 60_000 });
    await locks.withLock('same', async () => {
      await redis.set(keys.locks.lock('same'), 'somebody-else', 'PX', 60_000);
    });
    expect(await redis.get(keys.locks.lock('same'))).toBe('somebody-else');
  });
});
