import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryBaselines } from '../../src/adapters/memory/baselines.ts';
import { createRedisBaselines } from '../../src/adapters/redis/baselines.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import type { BaselineLimits, BaselineSighting } from '../../src/domain/baseline.ts';
import type { EnrichedEvent } from '../../src/domain/event.ts';
import { hashOf } from '../../src/domain/hash.ts';
import type { BaselineStore } from '../../src/domain/ports.ts';
import { createBaselines } from '../../src/pipeline/correlate/baseline.ts';
import { evidenceOf } from '../../src/pipeline/detect/evidence.ts';
import { aCompany } from '../helpers/a-company.ts';
import { DAY, HOUR, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { aMeter } from '../helpers/a-log.ts';
import { aRuleSet } from '../helpers/a-rule-set.ts';
import { allOf } from '../helpers/all-of.ts';
import { anEnrichedEvent } from '../helpers/an-event.ts';
import { everyKeyExpires } from '../helpers/every-key-expires.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

const makers: Record<string, (limits?: BaselineLimits) => BaselineStore> = {
  memory: (limits) => createMemoryBaselines(limits),
  redis: (limits) => createRedisBaselines(redis, createKeys(`${prefix}${++stores}`, 1), limits),
};

const MEMORY = 30 * DAY;
const sighting = (value: string, start: number, more: Partial<BaselineSighting> = {}): BaselineSighting => ({
  ruleId: 'rule',
  group: hashOf(['group']),
  value: hashOf([value]),
  start,
  startKey: hashOf([start]),
  end: start,
  memoryMs: MEMORY,
  ...more,
});
const run = (start: number, end = start) => ({ start, startKey: hashOf([start]), end });

/** New regions of a principal: two days of learning, ten days of memory. */
const { baselines: regions = [] } = aRuleSet([
  `title: New region
id: new-region
level: medium
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventSource: ec2.amazonaws.com }
  condition: selection
x-baseline:
  group: [actor.principal]
  value: awsRegion
  learn: 2d
  memory: 10d
`,
]);

function aWatch(store: BaselineStore) {
  const metrics = aMeter();
  const watch = createBaselines(regions, {
    store,
    evidenceOf: (event) => evidenceOf(event, aCompany()),
    latenessMs: 400 * DAY,
    metrics,
  });
  const deliver = (events: readonly EnrichedEvent[]) =>
    watch(events, { deliveredAt: TEN_O_CLOCK + 300 * DAY });
  return { deliver, metrics };
}

const inRegion = (awsRegion: string, hours: number, eventID = `${awsRegion}-${hours}`) =>
  anEnrichedEvent({
    eventID,
    eventSource: 'ec2.amazonaws.com',
    awsRegion,
    eventTime: new Date(TEN_O_CLOCK + hours * HOUR).toISOString().replace('.000Z', 'Z'),
  });

describe.each(Object.entries(makers))('baselines in %s', (_, make) => {
  it('join sightings that pause for as long as the rule remembers, and no longer', async () => {
    const store = make();
    const [first] = await store.add([sighting('a', 0)]);
    expect(first).toEqual({ run: run(0), groupSince: 0, valuesBefore: 0 });
    const [same, later] = await store.add([sighting('a', MEMORY), sighting('a', 2 * MEMORY + 1)]);
    expect(same?.run).toEqual(run(0, MEMORY));
    expect(later?.run).toEqual(run(2 * MEMORY + 1));
    const [bridge, joined] = await store.add([sighting('a', 2 * MEMORY), sighting('a', 2 * MEMORY + 1)]);
    expect(bridge?.run).toEqual(run(0, 2 * MEMORY + 1));
    expect(joined?.run).toEqual(run(0, 2 * MEMORY + 1));
  });

  it('know since when a group is known and what it showed before', async () => {
    const store = make();
    const other = { group: hashOf(['other']) };
    await store.add([sighting('a', 5 * DAY), sighting('b', 6 * DAY), sighting('c', 1 * DAY, other)]);
    const [late, again, elsewhere] = await store.add([
      sighting('a', 3 * DAY),
      sighting('d', 7 * DAY),
      sighting('a', 7 * DAY, other),
    ]);
    expect(late).toEqual({ run: run(3 * DAY, 5 * DAY), groupSince: 3 * DAY, valuesBefore: 0 });
    expect(again).toEqual({ run: run(7 * DAY), groupSince: 3 * DAY, valuesBefore: 2 });
    expect(elsewhere).toEqual({ run: run(7 * DAY), groupSince: DAY, valuesBefore: 1 });
  });

  it('begin a run with the smaller key of equal times', async () => {
    const store = make();
    const keys = ['a', 'b'].map((each) => hashOf([each])).sort();
    const [big, small] = await store.add(
      keys.toReversed().map((startKey) => sighting('v', DAY, { startKey })),
    );
    expect([big?.run.startKey, small?.run.startKey]).toEqual([keys[0], keys[0]]);
  });

  it('refuse values and groups beyond the bounds, until one is forgotten', async () => {
    const store = make({ groups: 2, values: 2 });
    const known = (answers: readonly unknown[]) => answers.map((answer) => answer !== undefined);
    expect(known(await store.add([sighting('a', 0), sighting('b', DAY), sighting('c', 2 * DAY)]))).toEqual([
      true,
      true,
      false,
    ]);
    expect(known(await store.add([sighting('c', MEMORY + DAY), sighting('b', DAY)]))).toEqual([true, true]);
    const groups = ['x', 'y'].map((group) => sighting('a', 0, { group: hashOf([group]) }));
    expect(known(await store.add(groups))).toEqual([true, false]);
    expect(known(await store.add([sighting('a', 0, { ruleId: 'other', group: hashOf(['y']) })]))).toEqual([
      true,
    ]);
  });

  it('are put back as they were, and joined to what is known again', async () => {
    const [before, after] = [make(), make()];
    await before.add([
      sighting('a', TEN_O_CLOCK),
      sighting('b', TEN_O_CLOCK + DAY),
      ...[1, 2, 3, 4, 5, 6].map((times) => sighting('a', TEN_O_CLOCK + times * 40 * DAY)),
    ]);
    const known = await allOf(before.recall('rule', MEMORY));
    expect(known[0]).toMatchObject({
      ruleId: 'rule',
      group: hashOf(['group']),
      since: TEN_O_CLOCK,
      memoryMs: MEMORY,
    });
    await after.add([sighting('c', TEN_O_CLOCK + 241 * DAY)]);
    for (let time = 0; time < 2; time += 1)
      await after.restore(JSON.parse(JSON.stringify(known)) as typeof known);
    const asked = sighting('c', TEN_O_CLOCK + 241 * DAY);
    await before.add([asked]);
    const [wanted] = await before.add([asked]);
    expect(await after.add([asked])).toEqual([wanted]);
    expect(wanted).toMatchObject({ groupSince: TEN_O_CLOCK, valuesBefore: 2 });
  });

  it('end in the same answers for every order, repetition and split', async () => {
    const aSighting = fc
      .record({ value: fc.constantFrom('a', 'b', 'c'), day: fc.nat({ max: 120 }) })
      .map(({ value, day }) => sighting(value, day * DAY));
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(aSighting, { minLength: 1, maxLength: 12 })
          .chain((all) =>
            fc.tuple(
              fc.constant(all),
              fc.shuffledSubarray(all, { minLength: all.length }),
              fc.subarray(all),
              fc.integer({ min: 1, max: 4 }),
            ),
          ),
        async ([all, shuffled, again, size]) => {
          const [once, anyhow] = [make(), make()];
          const expected = await once.add(all);
          const mixed = [...shuffled, ...again];
          for (let at = 0; at < mixed.length; at += size) await anyhow.add(mixed.slice(at, at + size));
          expect(await anyhow.add(all)).toEqual(expected);
          expect(expected.map((answer) => answer?.run)).toEqual(
            all.map((each) => runByDefinition(each, all)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('fire for the first event of a new value, in one alert however often it comes', async () => {
    const { deliver } = aWatch(make());
    expect(await deliver([inRegion('eu-west-1', 0), inRegion('eu-west-1', 24)])).toEqual([]);
    const fresh = [inRegion('us-east-1', 50), inRegion('us-east-1', 49), inRegion('eu-west-1', 51)];
    const [finding, ...others] = await deliver(fresh);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'detection',
      account: '111122223333',
      group: {
        account: '111122223333',
        'actor.principal': 'arn:aws:iam::111122223333:user/alice',
        awsRegion: 'us-east-1',
      },
      members: [{ time: TEN_O_CLOCK + 49 * HOUR }],
    });
    expect((await deliver(fresh)).map(({ id }) => id)).toEqual([finding?.id]);
    expect(await deliver([inRegion('us-east-1', 60)])).toEqual([]);
  });

  it('take a value that was not seen for so long for new again, as the same alert', async () => {
    const { deliver } = aWatch(make());
    await deliver([inRegion('eu-west-1', 0)]);
    const [first] = await deliver([inRegion('us-east-1', 60)]);
    expect(await deliver([inRegion('us-east-1', 60 + 240)])).toEqual([]);
    const [again] = await deliver([inRegion('us-east-1', 60 + 240 + 241)]);
    expect(again?.fingerprint).toBe(first?.fingerprint);
    expect(again?.id).not.toBe(first?.id);
  });

  it('move to an earlier event that comes late, under the same fingerprint', async () => {
    const { deliver } = aWatch(make());
    await deliver([inRegion('eu-west-1', 0)]);
    const [first] = await deliver([inRegion('us-east-1', 60)]);
    const [moved] = await deliver([inRegion('us-east-1', 55)]);
    expect(moved?.fingerprint).toBe(first?.fingerprint);
    expect(moved?.members[0]?.time).toBe(TEN_O_CLOCK + 55 * HOUR);
  });

  it('alert on nothing while a group is learnt, nor for a group without another value', async () => {
    const { deliver } = aWatch(make());
    const learning = ['eu-west-1', 'us-east-1', 'us-east-2', 'us-west-1'].map((region, at) =>
      inRegion(region, at),
    );
    expect(await deliver(learning)).toEqual([]);
    expect(await deliver([inRegion('ap-south-1', 47)])).toEqual([]);
    expect(await deliver([inRegion('ap-south-1', 49)])).toEqual([]);
    expect(await deliver([inRegion('ap-south-2', 48)])).toHaveLength(1);
  });

  it('learn from a replay of history in one batch as from the events as they came', async () => {
    const { deliver } = aWatch(make());
    const history = [0, 10, 30, 47].map((hours) => inRegion('eu-west-1', hours));
    const findings = await deliver([...history, inRegion('us-east-1', 70), inRegion('us-east-1', 400)]);
    expect(findings.map(({ members }) => members[0]?.time)).toEqual(
      [70, 400].map((hours) => TEN_O_CLOCK + hours * HOUR),
    );
  });

  it('fire for the same values in every order that stays within the learning time', async () => {
    const aDay = fc.record({
      region: fc.constantFrom('us-east-1', 'us-west-1', 'ap-south-1'),
      hours: fc.integer({ min: 48, max: 900 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(aDay, { minLength: 1, maxLength: 10 })
          .chain((days) =>
            fc.tuple(fc.shuffledSubarray(days, { minLength: days.length }), fc.integer({ min: 1, max: 4 })),
          ),
        async ([days, size]) => {
          const { deliver } = aWatch(make());
          const events = days.map(({ region, hours }) => inRegion(region, hours));
          const fingerprints = new Set<string>();
          await deliver([inRegion('eu-west-1', 0)]);
          for (let at = 0; at < events.length; at += size)
            for (const finding of await deliver(events.slice(at, at + size)))
              fingerprints.add(finding.fingerprint);
          const again = new Set((await deliver(events)).map(({ fingerprint }) => fingerprint));
          expect(fingerprints).toEqual(again);
          expect(again.size).toBe(new Set(days.map(({ region }) => region)).size);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('count what a bound refuses', async () => {
    const { deliver, metrics } = aWatch(make({ groups: 1, values: 1 }));
    await deliver([inRegion('eu-west-1', 0)]);
    expect(await deliver([inRegion('us-east-1', 60)])).toEqual([]);
    expect(metrics.sums.get('baseline_values_refused')).toBe(1);
  });
});

it('baselines in redis leave no key without an end', async () => {
  await everyKeyExpires(redis, prefix);
});

/** Everything of the value that can be reached by pauses of `MEMORY` or less. */
function runByDefinition(one: BaselineSighting, all: readonly BaselineSighting[]) {
  const reached = new Set([one.start]);
  const times = all.filter(({ value }) => value === one.value).map(({ start }) => start);
  for (const time of reached)
    for (const other of times) if (Math.abs(time - other) <= MEMORY) reached.add(other);
  return run(Math.min(...reached), Math.max(...reached));
}
