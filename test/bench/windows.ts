import type { Redis } from 'ioredis';
// @ts-expect-error plain JavaScript, so that it runs before any package is installed
import { ownRedis } from '../../scripts/redis.mjs';
import type * as Connection from '../../src/adapters/redis/connection.ts';
import type * as RedisKeys from '../../src/adapters/redis/keys.ts';
import type * as RedisWindows from '../../src/adapters/redis/windows.ts';
import type { RuleMatch } from '../../src/domain/finding.ts';
import type { CompiledCorrelation } from '../../src/language/sigma/rule-set.ts';
import type * as Correlate from '../../src/pipeline/correlate/correlate.ts';
import { aCorrelation, aMatch } from '../helpers/a-correlation.ts';
import { DAY, HOUR, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { built } from './built.ts';
import { atLeast, atMost, median, type Row } from './measure.ts';

const { createRedis } = await built<typeof Connection>('adapters/redis/connection.js');
const { createKeys } = await built<typeof RedisKeys>('adapters/redis/keys.js');
const { createRedisWindows } = await built<typeof RedisWindows>('adapters/redis/windows.js');
const { createCorrelate } = await built<typeof Correlate>('pipeline/correlate/correlate.js');

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

/** One group whose window holds so many different values, and batches of 100 for it. */
async function manyValues(redis: Redis, distinct: number, fires: boolean) {
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
  let batches = 0;
  const batch = async (start: number): Promise<number> => {
    batches += 1;
    const matches = Array.from({ length: 100 }, (_, index) => {
      const id = 10_000_000 + batches * 100 + index;
      return match(id, start + (batches * 100 + index) * 10, { group: 'g', value: `value-${id % distinct}` });
    });
    return 1e3 * (await seconds(() => correlate(matches)));
  };
  const inOrder = () => batch(TEN_O_CLOCK + HOUR);
  // Once before the clock runs: what is told from the beginning is told then.
  await inOrder();
  return { inOrder, late: () => batch(TEN_O_CLOCK + HOUR / 2) };
}

/** Milliseconds a batch, few and many values in turn. */
async function growth(redis: Redis, most: number, fires: boolean, rounds: number) {
  const [few, many] = [await manyValues(redis, 1000, fires), await manyValues(redis, most, fires)];
  const times = {
    few: [] as number[],
    many: [] as number[],
    fewLate: [] as number[],
    manyLate: [] as number[],
  };
  for (let round = 0; round < rounds; round += 1) {
    times.few.push(await few.inOrder());
    times.many.push(await many.inOrder());
  }
  for (let round = 0; round < 3; round += 1) {
    times.fewLate.push(await few.late());
    times.manyLate.push(await many.late());
  }
  return {
    few: median(times.few),
    many: median(times.many),
    fewLate: median(times.fewLate),
    manyLate: median(times.manyLate),
  };
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

const reported = (row: Omit<Row, 'ratio' | 'target' | 'ok'>): Row => ({
  ...row,
  ratio: row.value / row.limit,
  target: 'reported',
  ok: true,
});

async function updateRows(redis: Redis): Promise<Row[]> {
  const rows: Row[] = [];
  await updates(redis, 'event_count', 1000, 10);
  for (const type of ['event_count', 'value_count'] as const)
    for (const size of [100, 1000]) {
      const { ours, theirs } = await updates(redis, type, size, size === 100 ? 200 : 60);
      rows.push(atLeast(`${type.replace('_', '-')}-${size}`, 'updates/s', ours, theirs, 0.5));
    }
  return rows;
}

/** Of windows that fire all members are read: that has fewer values and rounds, and no target. */
async function distinctRows(redis: Redis): Promise<Row[]> {
  const unit = 'ms/batch of 100';
  const silent = await growth(redis, 100_000, false, 60);
  const firing = await growth(redis, 10_000, true, 3);
  return [
    atMost('value-count-growth', unit, silent.many, silent.few, 1.5),
    reported({ name: 'value-count-growth-late', unit, value: silent.manyLate, limit: silent.fewLate }),
    reported({ name: 'value-count-firing-tenfold', unit, value: firing.many, limit: firing.few }),
  ];
}

async function byteRows(redis: Redis): Promise<Row[]> {
  const [one, eleven] = [await bytesOf(redis, 5000, 1), await bytesOf(redis, 5000, 11)];
  const member = (eleven - one) / 50_000;
  const evidence = JSON.stringify(template.evidence).length;
  return [
    reported({ name: 'bytes-a-member', unit: 'bytes', value: member, limit: evidence }),
    reported({ name: 'bytes-a-group', unit: 'bytes', value: one / 5000 - member, limit: member }),
  ];
}

/**
 * What windows cost, on a Redis of its own: updates beside the bare pipeline, the
 * same batch with a hundredfold of distinct values, bytes a member (beside its
 * evidence) and a group (without members, beside a member).
 */
export async function windowRows(): Promise<Row[]> {
  const own = await ownRedis();
  const redis = createRedis({ url: own.url });
  try {
    return [...(await updateRows(redis)), ...(await distinctRows(redis)), ...(await byteRows(redis))];
  } finally {
    redis.disconnect();
    own.stop();
  }
}
