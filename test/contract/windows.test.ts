import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryWindows } from '../../src/adapters/memory/windows.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRedisWindows } from '../../src/adapters/redis/windows.ts';
import type { Finding, RuleMatch } from '../../src/domain/finding.ts';
import type { WindowMember, WindowStore } from '../../src/domain/ports.ts';
import type { CompiledCorrelation } from '../../src/language/sigma/rule-set.ts';
import { createCorrelate } from '../../src/pipeline/correlate/correlate.ts';
import { aCorrelation, aMatch } from '../helpers/a-correlation.ts';
import { anEvidence, DAY, HOUR, MINUTE, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

/** A store of its own for each test. */
const makers: Record<string, () => WindowStore> = {
  memory: () => createMemoryWindows(),
  'redis, 1 shard': () => createRedisWindows(redis, createKeys(`${prefix}${++stores}`, 1)),
  'redis, 16 shards': () => createRedisWindows(redis, createKeys(`${prefix}${++stores}`, 16)),
};

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
const keysOf = (found: readonly (readonly WindowMember[])[]) =>
  found.map((members) => members.map(({ key }) => key));

describe.each(Object.entries(makers))('windows in %s', (_, make) => {
  it('returns what was added, whole, by time then key', async () => {
    const b = member('b', 1, { value: 'x' });
    const [found] = await make().add([group([member('c', 2), b, member('a', 1)])]);
    expect(found?.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(found?.[1]).toEqual(b);
  });

  it('counts the same rule and event once, under two rules twice', async () => {
    const store = make();
    await store.add([group([member('a', 1)])]);
    const found = await store.add([group([member('a', 1), member('a', 1, { ruleId: 'other' })])]);
    expect(found[0]?.map(({ key, ruleId }) => [key, ruleId])).toEqual([
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

  it('takes more members than one call carries', async () => {
    const many = Array.from({ length: 12_001 }, (_unused, index) =>
      member(`e${String(index).padStart(5, '0')}`, 0),
    );
    const [found] = await make().add([group(many)]);
    expect(found?.length).toBe(12_001);
    expect(found?.[12_000]?.key).toBe('e12000');
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
    const keys = await redis.keys(`${own}:*`);
    expect(keys.length).toBe(4);
    for (const key of keys) {
      const ttl = await redis.pttl(key);
      expect(ttl).toBeGreaterThan(2 * HOUR - 60_000);
      expect(ttl).toBeLessThanOrEqual(2 * HOUR);
    }
  });
});

/** What all batches together say of each finding. */
function union(findings: readonly Finding[]): Record<string, { members: string[]; firing: string[] }> {
  const sets = new Map<string, { members: Set<string>; firing: Set<string> }>();
  for (const finding of findings) {
    const set = sets.get(finding.id) ?? { members: new Set(), firing: new Set() };
    for (const { key } of finding.members) set.members.add(key);
    for (const key of finding.firing) set.firing.add(key);
    sets.set(finding.id, set);
  }
  return Object.fromEntries(
    [...sets]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, set]) => [id, { members: [...set.members].sort(), firing: [...set.firing].sort() }]),
  );
}

async function run(
  store: WindowStore,
  correlations: readonly CompiledCorrelation[],
  batches: readonly (readonly RuleMatch[])[],
): Promise<ReturnType<typeof union>> {
  const correlate = createCorrelate({ correlations }, store, { latenessMs: 30 * DAY });
  const findings: Finding[] = [];
  for (const batch of batches) findings.push(...(await correlate(batch, TEN_O_CLOCK + DAY)).findings);
  return union(findings);
}

/** The definition, word for word: which members fire, and on which windows. */
function byDefinition(correlations: readonly CompiledCorrelation[], matches: readonly RuleMatch[]): string[] {
  const firing = new Set<string>();
  for (const { info, type, ruleIds, spanMs, condition } of correlations) {
    const members = [
      ...new Map(
        matches
          .filter(({ ruleId }) => ruleIds.includes(ruleId))
          .map((match) => [`${match.ruleId} ${match.event.key}`, match]),
      ).values(),
    ];
    for (const e of members) {
      const window = members.filter(
        (m) =>
          m.event.record['group'] === e.event.record['group'] &&
          m.event.time <= e.event.time &&
          m.event.time >= e.event.time - spanMs,
      );
      const value =
        type === 'event_count' ? window.length : new Set(window.map((m) => m.event.record['value'])).size;
      if (condition.every(({ op, threshold }) => (op === 'gt' ? value > threshold : value >= threshold)))
        firing.add(`${info.id} ${e.event.key}`);
    }
  }
  return [...firing].sort();
}

const correlations = [
  aCorrelation({ type: 'event_count', groupBy: ['group'], spanMs: 10 * MINUTE, threshold: 3 }),
  aCorrelation({ type: 'value_count', groupBy: ['group'], spanMs: 25 * MINUTE, threshold: 3, op: 'gt' }),
];

const someMatches = fc.array(
  fc
    .record({
      id: fc.integer({ min: 0, max: 30 }),
      rule: fc.constantFrom('base-a', 'base-b'),
    })
    .map(({ id, rule }) =>
      // Group, value and time follow from the id: one event is one event.
      aMatch({
        ruleId: rule,
        eventId: `e${id}`,
        time: TEN_O_CLOCK - 20 * MINUTE + ((id * 7) % 61) * MINUTE,
        record: { group: `g${id % 2}`, value: `v${id % 5}` },
      }),
    ),
  { maxLength: 40 },
);

const anArrival = someMatches.chain((matches) =>
  fc.record({
    matches: fc.constant(matches),
    order: fc.shuffledSubarray(matches, { minLength: matches.length }),
    again: fc.subarray(matches),
    cuts: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }),
  }),
);

function split<T>(all: readonly T[], cuts: readonly number[]): T[][] {
  const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
  return at.slice(1).map((end, index) => all.slice(at[index], end));
}

describe('order, repetition and split of batches', () => {
  it('change no finding, and memory and Redis agree', async () => {
    await fc.assert(
      fc.asyncProperty(anArrival, async ({ matches, order, again, cuts }) => {
        const once = await run(createMemoryWindows(), correlations, [matches]);
        const arrived = split([...order, ...again], cuts);
        expect(await run(createMemoryWindows(), correlations, arrived)).toEqual(once);
        const inRedis = createRedisWindows(redis, createKeys(`${prefix}p${++stores}`, 4));
        expect(await run(inRedis, correlations, arrived)).toEqual(once);
      }),
      { numRuns: 100, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
    );
  });

  it('fire on exactly the members that the definition names', async () => {
    await fc.assert(
      fc.asyncProperty(someMatches, async (matches) => {
        const correlate = createCorrelate({ correlations }, createMemoryWindows(), { latenessMs: 30 * DAY });
        const { findings } = await correlate(matches, TEN_O_CLOCK + DAY);
        const firing = findings.flatMap(({ rule, firing: keys }) => keys.map((key) => `${rule.id} ${key}`));
        expect(firing.sort()).toEqual(byDefinition(correlations, matches));
      }),
      { numRuns: 100, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
    );
  });
});
