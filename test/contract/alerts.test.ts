import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../src/adapters/memory/alerts.ts';
import { ALERT_TTL_MS, createRedisAlerts } from '../../src/adapters/redis/alerts.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import type { Delivered } from '../../src/domain/alert.ts';
import type { AlertStore } from '../../src/domain/ports.ts';
import { MINUTE, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { anAlert } from '../helpers/an-alert.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

const makers: Record<string, () => AlertStore> = {
  memory: () => createMemoryAlerts(),
  'redis, 1 shard': () => createRedisAlerts(redis, createKeys(`${prefix}${++stores}`, 1)),
  'redis, 16 shards': () => createRedisAlerts(redis, createKeys(`${prefix}${++stores}`, 16)),
};

const delivered = (revision: number): Delivered => ({
  revision,
  alertId: '~1',
  severity: 'medium',
  count: 1,
  observables: [],
  procedures: [],
});

describe.each(Object.entries(makers))('alerts in %s', (_, make) => {
  it('are unknown before they are written, also when their events are known', async () => {
    const store = make();
    await store.addMembers('v1-a', [{ key: 'e1', time: 5 }]);
    expect(await store.read('v1-a')).toBeUndefined();
  });

  it('come back as written, with a revision that rises by one', async () => {
    const store = make();
    const alert = anAlert({ fingerprint: 'v1-a' });
    expect(await store.write(alert, 0)).toBe(true);
    expect(await store.read('v1-a')).toEqual({ alert, revision: 1 });
    expect(await store.write({ ...alert, count: 2 }, 1)).toBe(true);
    expect(await store.read('v1-a')).toEqual({ alert: { ...alert, count: 2 }, revision: 2 });
  });

  it('are not written over a revision that the writer has not seen', async () => {
    const store = make();
    const alert = anAlert({ fingerprint: 'v1-a' });
    await store.write(alert, 0);
    expect(await store.write({ ...alert, count: 9 }, 0)).toBe(false);
    expect(await store.write({ ...alert, count: 9 }, 2)).toBe(false);
    expect((await store.read('v1-a'))?.alert.count).toBe(1);
  });

  it('let exactly one of many writers at once through', async () => {
    const store = make();
    const alert = anAlert({ fingerprint: 'v1-a' });
    const written = await Promise.all(
      Array.from({ length: 8 }, (_unused, count) => store.write({ ...alert, count }, 0)),
    );
    expect(written.filter(Boolean).length).toBe(1);
  });

  it('count their events as a set, with its first and last time', async () => {
    const store = make();
    await store.addMembers('v1-a', [
      { key: 'e2', time: 20 },
      { key: 'e1', time: 10 },
    ]);
    const extent = await store.addMembers('v1-a', [
      { key: 'e3', time: 5 },
      { key: 'e1', time: 10 },
    ]);
    expect(extent).toEqual({ count: 3, firstSeen: 5, lastSeen: 20 });
    expect(await store.addMembers('v1-b', [{ key: 'e1', time: 10 }])).toEqual({
      count: 1,
      firstSeen: 10,
      lastSeen: 10,
    });
  });

  it('take more events than one call carries', async () => {
    const members = Array.from({ length: 25_000 }, (_unused, at) => ({ key: `e${at}`, time: at }));
    const extent = await make().addMembers('v1-a', members);
    expect(extent).toEqual({ count: 25_000, firstSeen: 0, lastSeen: 24_999 });
  });

  it('remember what was delivered and never lower it', async () => {
    const store = make();
    const alert = anAlert({ fingerprint: 'v1-a' });
    await store.write(alert, 0);
    await store.write({ ...alert, count: 2 }, 1);
    await store.recordDelivery('v1-a', delivered(2));
    await store.recordDelivery('v1-a', delivered(1));
    expect((await store.read('v1-a'))?.delivered).toEqual(delivered(2));
    await store.recordDelivery('v1-a', { ...delivered(2), caseId: '~7' });
    expect((await store.read('v1-a'))?.delivered?.caseId).toBe('~7');
    await store.write({ ...alert, count: 3 }, 2);
    expect((await store.read('v1-a'))?.delivered?.revision).toBe(2);
  });

  it('that nobody stored are not made by a delivery', async () => {
    const store = make();
    await store.recordDelivery('v1-a', delivered(1));
    expect(await store.read('v1-a')).toBeUndefined();
    expect(await store.write(anAlert({ fingerprint: 'v1-a' }), 0)).toBe(true);
  });

  it('list as undelivered while TheHive lacks a revision, earliest first', async () => {
    const store = make();
    for (const [at, name] of ['c', 'a', 'b'].entries()) {
      const firstSeen = TEN_O_CLOCK - at * MINUTE;
      await store.write(anAlert({ fingerprint: `v1-${name}`, firstSeen }), 0);
    }
    const list = async (limit: number) =>
      (await store.undelivered(limit)).map(({ alert }) => alert.fingerprint);
    expect(await list(10)).toEqual(['v1-b', 'v1-a', 'v1-c']);
    expect(await list(2)).toEqual(['v1-b', 'v1-a']);
    await store.recordDelivery('v1-a', delivered(1));
    expect(await list(10)).toEqual(['v1-b', 'v1-c']);
    await store.write(anAlert({ fingerprint: 'v1-a', count: 2 }), 1);
    await store.recordDelivery('v1-a', delivered(1));
    expect((await list(10)).includes('v1-a')).toBe(true);
  });
});

describe('alerts in Redis', () => {
  it('leave keys with a TTL only', async () => {
    const own = `${prefix}ttl`;
    const store = createRedisAlerts(redis, createKeys(own, 1));
    await store.addMembers('v1-a', [{ key: 'e1', time: 5 }]);
    await store.write(anAlert({ fingerprint: 'v1-a' }), 0);
    const keys = await redis.keys(`${own}:*`);
    expect(keys.length).toBe(3);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(ALERT_TTL_MS - MINUTE);
  });

  it('drop from the undelivered what has expired', async () => {
    const keys = createKeys(`${prefix}gone`, 1);
    const store = createRedisAlerts(redis, keys);
    await store.write(anAlert({ fingerprint: 'v1-a' }), 0);
    await redis.del(keys.alerts.alert('v1-a'));
    expect(await store.undelivered(10)).toEqual([]);
    expect(await redis.zcard(keys.alerts.undelivered('v1-a'))).toBe(0);
  });
});
