/**
 * What windows cost: updates a second beside a bare ZADD pipeline of the same size,
 * `value_count` by the number of distinct values, and bytes a group and a member.
 *
 *     node --import tsx test/bench/windows.ts
 */
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { createRedis } from '../../src/adapters/redis/connection.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRedisWindows } from '../../src/adapters/redis/windows.ts';
import type { RuleMatch } from '../../src/domain/finding.ts';
import type { CompiledCorrelation } from '../../src/language/sigma/rule-set.ts';
import { createCorrelate } from '../../src/pipeline/correlate/correlate.ts';
import { aCorrelation, aMatch } from '../helpers/a-correlation.ts';
import { DAY, HOUR, TEN_O_CLOCK } from '../helpers/a-finding.ts';

/** One line of the report. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value should be at least or at most, where a goal is stated. */
  readonly goal?: { readonly op: '>=' | '<='; readonly value: number };
}

const GROUPS = 50;
const SECOND = 1000;

let prefixes = 0;
const freshKeys = () => createKeys(`bench${process.pid}-${++prefixes}`, 1);

/** Built once and changed a little each time: what is measured is not the building of events. */
const template = aMatch({ eventId: 'template', record: {} });

function match(id: number, time: number, record: Readonly<Record<string, unknown>>): RuleMatch {
  const key = `0f3a1c2e-0000-4000-8000-${String(id).padStart(12, '0')}:111122223333`;
  return {
    ...template,
    event: { ...template.event, key, time, record: { ...record } },
    evidence: { ...template.evidence, key, eventId: key.slice(0, 36), time },
  };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const correlateOn = (redis: Redis, correlation: CompiledCorrelation, keys = freshKeys()) => {
  const windows = createRedisWindows(redis, keys);
  const correlate = createCorrelate({ correlations: [correlation] }, windows, { latenessMs: DAY });
  return (matches: readonly RuleMatch[]) => correlate(matches, TEN_O_CLOCK + DAY);
};

/** Updates a second, in batches of `size`, of the windows and of the bare pipeline, turn by turn. */
async function updates(redis: Redis, type: 'event_count' | 'value_count', size: number, rounds: number) {
  const correlate = correlateOn(
    redis,
    aCorrelation({ type, groupBy: ['group'], spanMs: 10 * 60 * SECOND, threshold: 100_000 }),
  );
  const bare = `bench${process.pid}-bare-${++prefixes}`;
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const matches = Array.from({ length: size }, (_, index) => {
      const id = round * size + index;
      return match(id, TEN_O_CLOCK + Math.floor(id / 20) * SECOND, {
        group: `group-${id % GROUPS}`,
        value: `value-${id % 997}`,
      });
    });
    ours.push(await seconds(() => correlate(matches)));
    theirs.push(
      await seconds(() => {
        const pipeline = redis.pipeline();
        for (const { event } of matches)
          pipeline.zadd(`${bare}:${event.record['group']}`, event.time, event.key);
        return pipeline.exec();
      }),
    );
  }
  return { ours: size / median(ours), theirs: size / median(theirs) };
}

/** Seconds a batch of 100 in one group whose window holds so many different values. */
async function valueCount(redis: Redis, distinct: number, fires: boolean, rounds: number) {
  // One more than there are, and there are more members than that: late windows must be walked to know.
  const threshold = fires ? 10 : distinct + 1;
  const spanMs = 2 * HOUR;
  const keys = freshKeys();
  const correlation = aCorrelation({ type: 'value_count', groupBy: ['group'], spanMs, threshold });
  const fill = correlateOn(redis, { ...correlation, condition: [{ op: 'gte', threshold: 1e9 }] }, keys);
  const correlate = correlateOn(redis, correlation, keys);
  const filling = Array.from({ length: distinct }, (_, id) =>
    match(id, TEN_O_CLOCK + Math.floor((id / distinct) * HOUR), { group: 'g', value: `value-${id}` }),
  );
  for (let at = 0; at < distinct; at += 1000) await fill(filling.slice(at, at + 1000));
  const batch = (round: number, start: number, from: number) =>
    Array.from({ length: 100 }, (_, index) => {
      const id = from + round * 100 + index;
      return match(id, start + (round * 100 + index) * 10, { group: 'g', value: `value-${id % distinct}` });
    });
  // Once before the clock runs: what is told from the beginning is told then.
  await correlate(batch(0, TEN_O_CLOCK + HOUR, 10_000_000));
  const times = { inOrder: [] as number[], late: [] as number[] };
  for (let round = 1; round <= rounds; round += 1) {
    const matches = batch(round, TEN_O_CLOCK + HOUR, 10_000_000);
    times.inOrder.push(await seconds(() => correlate(matches)));
  }
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    const matches = batch(round, TEN_O_CLOCK + HOUR / 2, 20_000_000);
    times.late.push(await seconds(() => correlate(matches)));
  }
  return { inOrder: median(times.inOrder), late: median(times.late) };
}

const usedBytes = async (redis: Redis) => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);

async function bytesOf(redis: Redis, groups: number, membersEach: number): Promise<number> {
  const correlate = correlateOn(redis, aCorrelation({ groupBy: ['group'], threshold: 1e9, spanMs: HOUR }));
  const before = await usedBytes(redis);
  for (let member = 0; member < membersEach; member += 1)
    for (let from = 0; from < groups; from += 1000)
      await correlate(
        Array.from({ length: Math.min(1000, groups - from) }, (_, index) =>
          match(member * groups + from + index, TEN_O_CLOCK + member * SECOND, { group: `g${from + index}` }),
        ),
      );
  return (await usedBytes(redis)) - before;
}

/** Everything, on a Redis of its own. `rounds` batches of each kind. */
export async function measureWindows(
  url: string,
  onMeasured: (measurement: Measurement) => void,
  rounds = 60,
): Promise<void> {
  const redis = createRedis({ url });
  const add = (name: string, value: number, unit: string, goal?: Measurement['goal']) =>
    onMeasured({ name, value, unit, ...(goal === undefined ? {} : { goal }) });
  await updates(redis, 'event_count', 1000, 10);
  for (const type of ['event_count', 'value_count'] as const)
    for (const size of [100, 1000]) {
      const { ours, theirs } = await updates(redis, type, size, rounds);
      add(`${type}, batches of ${size}`, ours, 'updates/s');
      add(`bare ZADD pipeline of ${size}`, theirs, 'updates/s');
      add('of it', ours / theirs, '', { op: '>=', value: 0.5 });
    }
  // Of windows that fire all members are read: that is shown with fewer values and rounds, and has no goal.
  for (const [what, fires, most, times] of [
    ['that does not fire', false, 100_000, rounds],
    ['that fires', true, 10_000, 3],
  ] as const) {
    const few = await valueCount(redis, 1000, fires, times);
    const many = await valueCount(redis, most, fires, times);
    const name = `${most.toLocaleString('en')} distinct values, in order`;
    add(`value_count ${what}, 1,000 distinct values, in order`, few.inOrder * 1e3, 'ms/batch of 100');
    add(`value_count ${what}, ${name}`, many.inOrder * 1e3, 'ms/batch of 100');
    const goal = !fires ? { op: '<=' as const, value: 1.5 } : undefined;
    add('slower by', many.inOrder / few.inOrder, 'times', goal);
    add('the same, late, 1,000', few.late * 1e3, 'ms/batch of 100');
    add(`the same, late, ${most.toLocaleString('en')}`, many.late * 1e3, 'ms/batch of 100');
  }
  const [one, eleven] = [await bytesOf(redis, 5000, 1), await bytesOf(redis, 5000, 11)];
  const aMember = (eleven - one) / 50_000;
  add('a member, with its evidence', aMember, 'bytes');
  add('of which evidence', JSON.stringify(template.evidence).length, 'bytes');
  add('a group, without members', one / 5000 - aMember, 'bytes');
  await redis.quit();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // @ts-expect-error plain JavaScript, so that it runs before any package is installed
  const { ownRedis } = await import('../../scripts/redis.mjs');
  const redis = await ownRedis();
  await measureWindows(redis.url, ({ name, value, unit, goal }) => {
    const digits = value < 10 ? 2 : 0;
    const judged = goal === undefined ? '' : `   (goal ${goal.op} ${goal.value})`;
    console.log(`${name.padEnd(62)} ${value.toFixed(digits).padStart(10)} ${unit}${judged}`);
  });
  redis.stop();
}
