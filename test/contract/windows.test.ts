import type { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryWindows } from '../../src/adapters/memory/windows.ts';
import { createRedis } from '../../src/adapters/redis/connection.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRedisWindows } from '../../src/adapters/redis/windows.ts';
import type { DueWindow, WindowAdd, WindowFound, WindowMember, WindowStore } from '../../src/domain/ports.ts';
import { anEvidence, DAY, HOUR, MINUTE, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { testRedis } from '../helpers/redis.ts';
import { redisServerOnPath, startRedisCluster } from '../helpers/redis-cluster.ts';

const { redis, prefix } = testRedis();
let stores = 0;

const server = redisServerOnPath();
const cluster = server === undefined ? undefined : await startRedisCluster(server);
const clusterRedis = cluster === undefined ? redis : createRedis({ url: cluster.url, cluster: true });
afterAll(async () => {
  if (clusterRedis !== redis) clusterRedis.disconnect();
  await cluster?.stop();
});

interface Options {
  readonly maxGroups?: number;
  readonly onDropped?: (ruleId: string, groups: number) => void;
}
const inRedis = (client: Redis, shards: number) => (options: Options) =>
  createRedisWindows(client, createKeys(`${prefix}${++stores}`, shards), options);

/** A store of its own for each test. */
const makers: Record<string, (options: Options) => WindowStore> = {
  memory: createMemoryWindows,
  'redis, 1 shard': inRedis(redis, 1),
  'redis, 16 shards': inRedis(redis, 16),
  'a Redis Cluster of three': inRedis(clusterRedis, 16),
};

/** What cannot be had on this machine, and why. */
function whyNot(name: string): string | undefined {
  return name.includes('Cluster') && cluster === undefined ? 'there is no redis-server on PATH' : undefined;
}

const member = (key: string, minute: number, rest: Partial<WindowMember> = {}): WindowMember => {
  const time = TEN_O_CLOCK + minute * MINUTE;
  return { ruleId: 'base', key, time, evidence: anEvidence({ key, time }), ...rest };
};
const group = (members: WindowMember[], rest: { group?: string; ruleId?: string } = {}) => ({
  ruleId: 'corr',
  group: 'g1',
  spanMs: 10 * MINUTE,
  keepMs: DAY,
  members,
  ...rest,
});
const keysOf = (found: readonly WindowFound[]) => found.map(({ members }) => members.map(({ key }) => key));

describe.each(Object.entries(makers))('windows in %s', (name, makeOne) => {
  const make = (options: Options = {}) => makeOne(options);
  beforeEach((test) => {
    const reason = whyNot(name);
    if (reason !== undefined) test.skip(reason);
  });

  it('returns what was added, whole, by time then key', async () => {
    const b = member('b', 1, { value: 'x' });
    const [found] = await make().add([group([member('c', 2), b, member('a', 1)])]);
    expect(found?.members.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(found?.members[1]).toEqual(b);
  });

  it('counts the same rule and event once, under two rules twice', async () => {
    const store = make();
    await store.add([group([member('a', 1)])]);
    const found = await store.add([group([member('a', 1), member('a', 1, { ruleId: 'other' })])]);
    expect(found[0]?.members.map(({ key, ruleId }) => [key, ruleId])).toEqual([
      ['a', 'base'],
      ['a', 'other'],
    ]);
  });

  it('returns one timespan before the earliest and after the latest added, both ends included', async () => {
    const store = make();
    await store.add([
      group([member('too-early', 9), member('early', 10), member('late', 32), member('too-late', 33)]),
    ]);
    const found = await store.add([group([member('x', 20), member('y', 22)])]);
    expect(keysOf(found)).toEqual([['early', 'x', 'y', 'late']]);
  });

  it('finds members across the borders of its slices, before 1970 too', async () => {
    const store = make();
    const midnight = { ...member('a', 0), time: -1 };
    await store.add([group([midnight])]);
    const found = await store.add([group([{ ...member('b', 0), time: 1 }])]);
    expect(keysOf(found)).toEqual([['a', 'b']]);
  });

  it('keeps groups and rules apart and answers in order', async () => {
    const store = make();
    const found = await store.add([
      group([member('a', 1)], { group: 'g2' }),
      group([], { group: 'g3' }),
      group([member('b', 1)], { group: 'g1' }),
      group([member('c', 1)], { ruleId: 'corr-2' }),
    ]);
    expect(keysOf(found)).toEqual([['a'], [], ['b'], ['c']]);
  });

  it('keeps of two readings of an event the one whose text is smaller', async () => {
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const store = make();
      for (const summary of order)
        await store.add([group([member('x', 1, { evidence: anEvidence({ summary }) })])]);
      const [found] = await store.add([group([member('y', 1)])]);
      expect(found?.members.map(({ key, evidence }) => [key, evidence.summary])).toEqual([
        ['x', 'a'],
        ['y', anEvidence().summary],
      ]);
    }
  });

  it('keeps names apart that look alike', async () => {
    const long = 'k'.repeat(200);
    const keys = ['a\nb', 'a', '#a', '=a', `${long}1`, `${long}2`, '\u{1F600}', ''];
    const [found] = await make().add([group(keys.map((key) => member(key, 1)))]);
    expect(found?.members.map(({ key }) => key)).toEqual([...keys].sort());
  });

  describe('counting', () => {
    const count = (of: 'members' | 'values', atLeast: number) => ({ count: { of, atLeast } });
    const names = async (store: WindowStore, add: WindowAdd, wanted: readonly string[]) => {
      const [found] = await store.add([add]);
      const firing = found?.members.map(({ key }) => key) ?? [];
      for (const key of wanted) expect(firing).toContain(key);
      return firing;
    };

    it('returns at least the windows that are full', async () => {
      const store = make();
      await store.add([
        { ...group([member('a', 1), member('b', 2), member('far', 40)]), ...count('members', 3) },
      ]);
      await names(store, { ...group([member('c', 11)]), ...count('members', 3) }, ['a', 'b', 'c']);
    });

    it('sees values that came late, twice, and left the window', async () => {
      const store = make();
      const v = (key: string, minute: number, value: string) => member(key, minute, { value });
      const add = (...members: WindowMember[]) => ({ ...group(members), ...count('values', 3) });
      await store.add([add(v('a', 1, 'x'), v('b', 2, 'y'), v('b2', 3, 'y'))]);
      await names(store, add(v('c', 11, 'z')), ['a', 'b', 'b2', 'c']);
      await names(store, add(v('d', 21, 'w'), v('late', 20, 'q')), ['c', 'late', 'd']);
      await names(store, add(v('late2', 5, 'q')), ['a', 'b', 'late2', 'c']);
    });

    it('leaves out what is in no full window, where it counts itself', async () => {
      const store = make();
      const firing = await names(
        store,
        { ...group([member('a', 1), member('b', 2)]), ...count('members', 3) },
        [],
      );
      expect(firing).toEqual(name === 'memory' ? ['a', 'b'] : []);
    });
  });

  describe('windows that are decided later', () => {
    const MIN30 = 30 * MINUTE;
    const values = { account: '111122223333', who: 'eve' };
    const later = (members: WindowMember[], rest: { group?: string } = {}) => ({
      ...group(members, rest),
      settle: { afterMs: MIN30, values },
    });
    const limits = { limit: 10, withinMs: DAY };
    const due = async (store: WindowStore, minute: number, rest: Partial<typeof limits> = {}) =>
      await store.due(TEN_O_CLOCK + minute * MINUTE, { ...limits, ...rest });
    const minutes = (windows: readonly DueWindow[]) =>
      windows.map(({ time }) => (time - TEN_O_CLOCK) / MINUTE);

    it('are due after the settling time, with what names their group', async () => {
      const store = make();
      expect(await store.add([later([member('a', 1)])])).toEqual([{ members: [] }]);
      expect(await due(store, 30)).toEqual([]);
      const [found] = await due(store, 31);
      expect(found).toMatchObject({ ruleId: 'corr', group: 'g1', values, time: TEN_O_CLOCK + MINUTE });
    });

    it('come earliest first, from all groups, in bounded number and reach', async () => {
      const store = make();
      for (const at of [5, 3, 4, 1]) await store.add([later([member('a', at)], { group: `g${at}` })]);
      expect(minutes(await due(store, 60, { limit: 2 }))).toEqual([1, 3]);
      expect(minutes(await due(store, 60, { withinMs: 3 * MINUTE }))).toEqual([1, 3]);
      expect(minutes(await due(store, 34))).toEqual([1, 3, 4]);
    });

    it('come again until they are decided', async () => {
      const store = make();
      await store.add([later([member('a', 1), member('b', 2)])]);
      await due(store, 40);
      const again = await due(store, 40);
      expect(minutes(again)).toEqual([1, 2]);
      await store.decided(again.slice(0, 1));
      expect(minutes(await due(store, 40))).toEqual([2]);
    });

    it.each([
      ['a member is added', async (store: WindowStore) => void (await store.add([later([member('b', 1)])]))],
      ['another one asks for them', async (store: WindowStore) => void (await due(store, 40))],
    ])('come again when %s before they are decided', async (_, meanwhile) => {
      const store = make();
      await store.add([later([member('a', 1)])]);
      const first = await due(store, 40);
      await meanwhile(store);
      await store.decided(first);
      const second = await due(store, 40);
      expect(minutes(second)).toEqual([1]);
      await store.decided(second);
      expect(await due(store, 90)).toEqual([]);
    });

    it('can be read', async () => {
      const store = make();
      await store.add([later([member('a', 1), member('b', 700), member('c', 701)])]);
      const [to, far] = [TEN_O_CLOCK + 700 * MINUTE, 8_640_000_000_000_000];
      const ask = { ruleId: 'corr', group: 'g1', spanMs: 10 * MINUTE };
      const found = await store.read([
        { ...ask, from: TEN_O_CLOCK, to },
        { ...ask, from: to, to: far },
        { ...ask, group: 'nobody', from: TEN_O_CLOCK, to },
      ]);
      expect(keysOf(found)).toEqual([['a', 'b'], ['b', 'c'], []]);
    });
  });

  describe('more groups than a rule may have', () => {
    const few = { maxGroups: 2 };
    const one = (name: string, minute: number, ruleId = 'corr') =>
      group([member(`${name}-${minute}`, minute)], { group: name, ruleId });
    // Sixteen shards share the groups out; only one shard can be exact.
    const isExact = !name.includes('16') && !name.includes('Cluster');

    it.runIf(isExact)('drop the one whose newest event is oldest', async () => {
      const dropped: [string, number][] = [];
      const store = make({ ...few, onDropped: (ruleId, groups) => dropped.push([ruleId, groups]) });
      await store.add([one('g1', 5), one('other', 1, 'corr-2')]);
      await store.add([one('g2', 4)]);
      await store.add([one('g1', 1), one('g3', 6)]);
      expect(dropped).toEqual([['corr', 1]]);
      const found = await store.add([one('g1', 7), one('g2', 7)]);
      expect(keysOf(found)).toEqual([['g1-1', 'g1-5', 'g1-7'], ['g2-7']]);
      expect(found.map(({ lostUntil }) => lostUntil)).toEqual([
        TEN_O_CLOCK + 4 * MINUTE,
        TEN_O_CLOCK + 4 * MINUTE,
      ]);
      expect((await store.add([one('other', 2, 'corr-2')]))[0]?.lostUntil).toBeUndefined();
    });

    it('say so, count every loss, and keep within the bound', async () => {
      let dropped = 0;
      const store = make({ maxGroups: 32, onDropped: (_, groups) => (dropped += groups) });
      const many = Array.from({ length: 200 }, (_, index) => one(`g${index}`, index));
      for (const each of many) await store.add([each]);
      expect(dropped).toBeGreaterThanOrEqual(168);
      const alive = await store.read(
        many.map(({ group: asked }) => ({
          ...{ ruleId: 'corr', group: asked, spanMs: 10 * MINUTE },
          ...{ from: 0, to: TEN_O_CLOCK + DAY },
        })),
      );
      expect(alive.filter(({ members }) => members.length > 0).length).toBe(200 - dropped);
      const [last] = await store.add([one('g0', 200)]);
      expect(last?.members.map(({ key }) => key)).toEqual(['g0-200']);
    });
  });

  it('takes more members than one call carries', async () => {
    const many = Array.from({ length: 12_001 }, (_unused, index) =>
      member(`e${String(index).padStart(5, '0')}`, 0),
    );
    const [found] = await make().add([group(many)]);
    expect(found?.members.length).toBe(12_001);
    expect(found?.members[12_000]?.key).toBe('e12000');
  });
});

describe('how long windows are kept', () => {
  it('memory: the time given, from the last write', async () => {
    let now = 0;
    const store = createMemoryWindows({ now: () => now });
    await store.add([group([member('a', 1)])]);
    now = DAY - 1;
    expect(keysOf(await store.add([group([member('b', 1)])]))).toEqual([['a', 'b']]);
    now += DAY;
    expect(keysOf(await store.add([group([member('c', 1)])]))).toEqual([['c']]);
  });

  it('Redis: every key has a TTL of the time given', async () => {
    const own = `${prefix}ttl`;
    const store = createRedisWindows(redis, createKeys(own, 1));
    await store.add([{ ...group([member('a', 1), member('b', 800)]), keepMs: 2 * HOUR }]);
    // Two slices, the list of slices, the groups of the rule.
    const keys = await redis.keys(`${own}:*`);
    expect(keys.length).toBe(4);
    for (const key of keys) {
      const ttl = await redis.pttl(key);
      expect(ttl).toBeGreaterThan(2 * HOUR - 60_000);
      expect(ttl).toBeLessThanOrEqual(2 * HOUR);
    }
  });
});
