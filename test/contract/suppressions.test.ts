import { describe, expect, it } from 'vitest';
import { createMemorySuppressions } from '../../src/adapters/memory/suppressions.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRedisSuppressions } from '../../src/adapters/redis/suppressions.ts';
import type { SuppressionStore } from '../../src/domain/ports.ts';
import { DAY } from '../helpers/a-finding.ts';
import { aSuppression } from '../helpers/a-suppression.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

const makers: Record<string, () => SuppressionStore> = {
  memory: () => createMemorySuppressions(),
  redis: () => createRedisSuppressions(redis, createKeys(`${prefix}${++stores}`, 1)),
};

describe.each(Object.entries(makers))('suppressions in %s', (_, make) => {
  it('come back as put, by id; the last put of an id stays', async () => {
    const store = make();
    const b = aSuppression({ id: 'b' });
    await store.put(aSuppression({ id: 'a', state: 'shadow' }));
    await store.put(b);
    await store.put(aSuppression({ id: 'a', state: 'revoked' }));
    const list = await store.list();
    expect(list.map(({ id, state }) => [id, state])).toEqual([
      ['a', 'revoked'],
      ['b', 'active'],
    ]);
    expect(list[1]).toEqual(b);
  });

  it('count a finding once, and tell the count in the list', async () => {
    const store = make();
    await store.put(aSuppression({ id: 'a' }));
    expect(await store.countHits('a', ['f1', 'f2'])).toBe(2);
    expect(await store.countHits('a', ['f2', 'f3'])).toBe(3);
    expect(await store.countHits('a', [])).toBe(3);
    expect((await store.list()).map(({ hits }) => hits)).toEqual([3]);
    await store.put(aSuppression({ id: 'a', state: 'revoked' }));
    expect((await store.list()).map(({ hits }) => hits)).toEqual([3]);
  });

  it('begin a new life with no hits', async () => {
    const store = make();
    await store.put(aSuppression({ id: 'a', createdAt: 1 }));
    await store.countHits('a', ['f1']);
    await store.put(aSuppression({ id: 'a', createdAt: 2 }));
    expect((await store.list()).map(({ hits }) => hits)).toEqual([0]);
    expect(await store.countHits('a', ['f2'])).toBe(1);
  });
});

describe('suppressions in Redis', () => {
  it.each([
    ['no JSON', '1 {'],
    ['half an entry', '1 {"id":"b","state":"active"}'],
    ['an entry under another id', `1 ${JSON.stringify(aSuppression({ id: 'c' }))}`],
  ])('refuse the list as a whole for %s', async (_, text) => {
    const keys = createKeys(`${prefix}${++stores}`, 1);
    const store = createRedisSuppressions(redis, keys);
    await store.put(aSuppression({ id: 'a' }));
    await redis.hset(keys.suppressions.entries(), 'b', text);
    await expect(store.list()).rejects.toMatchObject({
      fault: 'permanent',
      details: { suppressionId: 'b' },
    });
  });

  it('leave keys with a TTL only', async () => {
    const own = `${prefix}ttl`;
    const store = createRedisSuppressions(redis, createKeys(own, 1));
    await store.put(aSuppression({ id: 'a' }));
    await store.countHits('a', ['f1']);
    const keys = await redis.keys(`${own}:*`);
    expect(keys.length).toBe(2);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(90 * DAY);
  });
});
