import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryHeartbeats } from '../../src/adapters/memory/heartbeats.ts';
import { createRedisHeartbeats } from '../../src/adapters/redis/heartbeats.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { type Beat, HEARTBEAT_SLOT_MS, heartbeatSlotOf, type SeenEvent } from '../../src/domain/heartbeat.ts';
import type { HeartbeatStore } from '../../src/domain/ports.ts';
import { DAY, HOUR, MINUTE, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { aRuleSet, aRuleText } from '../helpers/a-rule-set.ts';
import { aSilenceWatch } from '../helpers/a-silence-watch.ts';
import { allOf } from '../helpers/all-of.ts';
import { anEnrichedEvent } from '../helpers/an-event.ts';
import { everyKeyExpires } from '../helpers/every-key-expires.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

const makers: Record<string, (limits?: { groups: number }) => HeartbeatStore> = {
  memory: (limits) => createMemoryHeartbeats(limits),
  redis: (limits) => createRedisHeartbeats(redis, createKeys(`${prefix}${++stores}`, 16), limits),
};

const LATER = TEN_O_CLOCK + 365 * DAY;

const seen = (time: number, key = `e${time}`): SeenEvent => ({
  key,
  eventId: key,
  time,
  account: '111122223333',
  region: 'eu-west-1',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'RunInstances',
});
const beat = (group: string, times: readonly number[], more: Partial<Beat> = {}): Beat => ({
  ruleId: 'rule',
  group,
  names: { account: '111122223333', awsRegion: 'eu-west-1' },
  queue: 'q',
  events: times.map((time) => seen(time)),
  ...more,
});
const silence = (start: number) => ({ start, last: seen(start), usualMs: HOUR });

describe.each(Object.entries(makers))('heartbeats in %s', (_, make) => {
  it('know first and last event and the slots between, once however often they come', async () => {
    const store = make();
    const times = [TEN_O_CLOCK + 2 * HOUR, TEN_O_CLOCK, TEN_O_CLOCK + HOUR];
    await store.beat([beat('g', times)]);
    expect(await store.beat([beat('g', times), beat('g', [TEN_O_CLOCK])])).toEqual({
      returned: [],
      refused: 0,
    });
    expect(await store.quiet('rule', LATER, 10)).toEqual([
      {
        ruleId: 'rule',
        group: 'g',
        names: { account: '111122223333', awsRegion: 'eu-west-1' },
        queue: 'q',
        firstSeen: TEN_O_CLOCK,
        last: seen(TEN_O_CLOCK + 2 * HOUR),
        slots: [TEN_O_CLOCK, TEN_O_CLOCK + HOUR, TEN_O_CLOCK + 2 * HOUR].map(heartbeatSlotOf),
        pastSilences: [],
      },
    ]);
  });

  it('find the groups of a rule that are quiet, the longest first, and no others', async () => {
    const store = make();
    await store.beat([
      beat('b', [TEN_O_CLOCK + HOUR]),
      beat('a', [TEN_O_CLOCK]),
      beat('alive', [TEN_O_CLOCK + 2 * HOUR]),
      beat('other', [TEN_O_CLOCK], { ruleId: 'other' }),
    ]);
    const quiet = await store.quiet('rule', TEN_O_CLOCK + 2 * HOUR, 10);
    expect(quiet.map(({ group }) => group)).toEqual(['a', 'b']);
    expect((await store.quiet('rule', LATER, 1)).map(({ group }) => group)).toEqual(['a']);
  });

  it('open a silence once, and show it until it is told', async () => {
    const store = make();
    await store.beat([beat('g', [TEN_O_CLOCK])]);
    expect(await store.fallSilent('rule', 'g', silence(TEN_O_CLOCK - 1))).toBe(false);
    expect(await store.fallSilent('rule', 'nobody', silence(TEN_O_CLOCK))).toBe(false);
    expect(await store.fallSilent('rule', 'g', silence(TEN_O_CLOCK))).toBe(true);
    expect(await store.fallSilent('rule', 'g', { ...silence(TEN_O_CLOCK), usualMs: 1 })).toBe(true);
    const [open] = await store.quiet('rule', LATER, 10);
    expect(open?.silence).toEqual(silence(TEN_O_CLOCK));
    expect(open?.pastSilences).toEqual([TEN_O_CLOCK]);
    await store.markTold('rule', 'g', TEN_O_CLOCK - 1);
    expect(await store.quiet('rule', LATER, 10)).toHaveLength(1);
    await store.markTold('rule', 'g', TEN_O_CLOCK);
    expect(await store.quiet('rule', LATER, 10)).toEqual([]);
  });

  it('end a silence with the first event after it, and say so again for the same events', async () => {
    const store = make();
    await store.beat([beat('g', [TEN_O_CLOCK])]);
    await store.fallSilent('rule', 'g', silence(TEN_O_CLOCK));
    await store.markTold('rule', 'g', TEN_O_CLOCK);
    expect((await store.beat([beat('g', [TEN_O_CLOCK - HOUR])])).returned).toEqual([]);
    expect(await store.quiet('rule', LATER, 10)).toEqual([]);
    const back = beat('g', [TEN_O_CLOCK + 5 * HOUR, TEN_O_CLOCK + 6 * HOUR]);
    const ended = { ...silence(TEN_O_CLOCK), end: seen(TEN_O_CLOCK + 5 * HOUR) };
    for (let time = 0; time < 2; time += 1) {
      const { returned } = await store.beat([back]);
      expect(returned.map((group) => group.silence)).toEqual([ended]);
    }
    expect((await store.beat([beat('g', [TEN_O_CLOCK + 7 * HOUR])])).returned).toEqual([]);
    const earlier = await store.beat([beat('g', [TEN_O_CLOCK + 4 * HOUR])]);
    expect(earlier.returned[0]?.silence?.end).toEqual(seen(TEN_O_CLOCK + 4 * HOUR));
    const [group] = await store.quiet('rule', LATER, 10);
    expect(group?.last.time).toBe(TEN_O_CLOCK + 7 * HOUR);
  });

  it('open the next silence beside those before it', async () => {
    const store = make();
    await store.beat([beat('g', [TEN_O_CLOCK])]);
    await store.fallSilent('rule', 'g', silence(TEN_O_CLOCK));
    await store.markTold('rule', 'g', TEN_O_CLOCK);
    await store.beat([beat('g', [TEN_O_CLOCK + DAY])]);
    await store.fallSilent('rule', 'g', silence(TEN_O_CLOCK + DAY));
    const [group] = await store.quiet('rule', LATER, 10);
    expect(group?.silence).toEqual(silence(TEN_O_CLOCK + DAY));
    expect(group?.pastSilences).toEqual([TEN_O_CLOCK, TEN_O_CLOCK + DAY]);
  });

  it('refuse groups beyond the limit of a rule, and keep those they have', async () => {
    const store = make({ groups: 2 });
    const many = ['a', 'b', 'c'].map((group) => beat(group, [TEN_O_CLOCK]));
    expect((await store.beat(many)).refused).toBe(1);
    expect((await store.beat(many)).refused).toBe(1);
    expect((await store.beat([beat('c', [TEN_O_CLOCK], { ruleId: 'other' })])).refused).toBe(0);
    expect((await store.quiet('rule', LATER, 10)).map(({ group }) => group)).toEqual(['a', 'b']);
  });

  it('keep the clock of each queue, which only rises', async () => {
    const store = make();
    await store.noteDelivery('q', 2_000, true);
    await store.noteDelivery('q', 3_000, false);
    await store.noteDelivery('q', 1_000, true);
    await store.noteIdle('q', 5_000);
    await store.noteIdle('other', 4_000);
    await store.noteIdle('q', 4_000);
    expect(await store.clocks()).toEqual(
      new Map([
        ['q', { deliveredAt: 3_000, eventsAt: 2_000, idleAt: 5_000 }],
        ['other', { idleAt: 4_000 }],
      ]),
    );
  });

  it('are put back as they were, and joined to what is known again', async () => {
    const [before, after] = [make(), make()];
    await before.beat([beat('g', [TEN_O_CLOCK, TEN_O_CLOCK + HOUR]), beat('told', [TEN_O_CLOCK])]);
    await before.beat([beat('back', [TEN_O_CLOCK])]);
    for (const group of ['told', 'back']) {
      await before.fallSilent('rule', group, silence(TEN_O_CLOCK));
      await before.markTold('rule', group, TEN_O_CLOCK);
    }
    await before.beat([beat('back', [TEN_O_CLOCK + DAY])]);
    const known = await allOf(before.recall('rule'));
    expect(known.map(({ group, told }) => [group, told])).toEqual([
      ['back', true],
      ['g', false],
      ['told', true],
    ]);
    await after.beat([beat('g', [TEN_O_CLOCK + 2 * HOUR])]);
    for (let time = 0; time < 2; time += 1)
      await after.restore(JSON.parse(JSON.stringify(known)) as typeof known);
    await before.beat([beat('g', [TEN_O_CLOCK + 2 * HOUR])]);
    expect(await allOf(after.recall('rule'))).toEqual(await allOf(before.recall('rule')));
    expect(await after.quiet('rule', LATER, 10)).toEqual(await before.quiet('rule', LATER, 10));
    const { returned } = await after.beat([beat('told', [TEN_O_CLOCK + 3 * HOUR])]);
    expect(returned[0]?.silence?.start).toBe(TEN_O_CLOCK);
  });

  it('take no more groups back than are watched', async () => {
    const [before, after] = [make(), make({ groups: 2 })];
    await before.beat(['a', 'b', 'c'].map((group, at) => beat(group, [TEN_O_CLOCK + at * HOUR])));
    await after.restore(await allOf(before.recall('rule')));
    expect((await allOf(after.recall('rule'))).map(({ group }) => group)).toEqual(['c', 'b']);
  });

  it('take more events than one call carries', async () => {
    const store = make();
    const times = Array.from({ length: 1_200 }, (_, at) => TEN_O_CLOCK + at * HEARTBEAT_SLOT_MS);
    await store.beat([beat('g', times), beat('h', times.slice(0, 600)), beat('i', [TEN_O_CLOCK])]);
    const groups = await store.quiet('rule', LATER, 10);
    expect(groups.map(({ group, slots }) => [group, slots.length])).toEqual([
      ['i', 1],
      ['h', 600],
      ['g', 1_200],
    ]);
  });

  it('end in the same rhythm for every order, repetition and split', async () => {
    const aTime = fc.integer({ min: 0, max: 40 * 24 * 12 }).map((slot) => TEN_O_CLOCK + slot * 5 * MINUTE);
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(aTime, { minLength: 1, maxLength: 30 })
          .chain((times) =>
            fc.tuple(
              fc.constant(times),
              fc.shuffledSubarray(times, { minLength: times.length }),
              fc.subarray(times),
              fc.integer({ min: 1, max: 7 }),
            ),
          ),
        async ([times, shuffled, again, size]) => {
          const [inOrder, anyhow] = [make(), make()];
          await inOrder.beat([
            beat(
              'g',
              times.toSorted((a, b) => a - b),
            ),
          ]);
          const mixed = [...shuffled, ...again];
          for (let at = 0; at < mixed.length; at += size)
            await anyhow.beat([beat('g', mixed.slice(at, at + size))]);
          expect(await anyhow.quiet('rule', LATER, 10)).toEqual(await inOrder.quiet('rule', LATER, 10));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('heartbeats in redis alone', () => {
  const { heartbeats: rules = [] } = aRuleSet([
    aRuleText(
      { selection: { eventSource: '*' }, condition: 'selection' },
      { 'x-heartbeat': { every: '1h' }, level: 'high' },
    ),
  ]);
  const at = (time: number) =>
    anEnrichedEvent({ eventTime: new Date(time).toISOString().replace('.000Z', 'Z') });

  it('survive a restart: who comes after ends the silence that was opened before', async () => {
    const keys = createKeys(`${prefix}${++stores}`, 16);
    const before = aSilenceWatch(rules, createRedisHeartbeats(redis, keys));
    await before.deliver([at(TEN_O_CLOCK)], TEN_O_CLOCK);
    await before.idle(TEN_O_CLOCK + 2 * HOUR);
    expect(await before.check(TEN_O_CLOCK + 2 * HOUR)).toBe(1);
    const after = aSilenceWatch(rules, createRedisHeartbeats(redis, keys));
    await after.idle(TEN_O_CLOCK + 3 * HOUR);
    expect(await after.check(TEN_O_CLOCK + 3 * HOUR)).toBe(0);
    const { changes } = await after.deliver([at(TEN_O_CLOCK + 4 * HOUR)], TEN_O_CLOCK + 4 * HOUR);
    expect(changes.map(({ fingerprint }) => fingerprint)).toEqual(
      (await before.alerts()).map(({ fingerprint }) => fingerprint),
    );
  });

  it('leave no key without an end', async () => {
    await everyKeyExpires(redis, prefix);
  });
});
