import type { Redis } from 'ioredis';
import {
  BASELINE_LIMITS,
  BASELINE_RUNS,
  type BaselineAnswer,
  type BaselineLimits,
  type BaselineRun,
  type BaselineSighting,
} from '../../domain/baseline.ts';
import { hashOf } from '../../domain/hash.ts';
import type { BaselineStore } from '../../domain/ports.ts';
import { sightingsOf } from '../../domain/watch-memory.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

/** A group is kept so much longer than its rule remembers: late events still find it. */
const GRACE_MS = 3 * 86_400_000;
/** A call's arguments travel on the stack. */
const SIGHTINGS_A_CALL = 500;
const GROUPS_A_PAGE = 100;

/** Baselines in Redis: about 150 bytes a value, one script call a shard and batch. */
export function createRedisBaselines(
  redis: Redis,
  keys: Keys,
  limits: BaselineLimits = BASELINE_LIMITS,
): BaselineStore {
  const addScript = defineScript(redis, 'baselines-add');
  const sinceScript = defineScript(redis, 'baselines-since');
  const bounds = [Math.ceil(limits.groups / keys.shards), limits.values, BASELINE_RUNS];

  const store: BaselineStore = {
    async add(sightings) {
      const answers: (BaselineAnswer | undefined)[] = sightings.map(() => undefined);
      const shards = new Map<number, number[]>();
      for (const [index, { ruleId, group }] of sightings.entries()) {
        const shard = keys.baselines.shardOf(ruleId, group);
        shards.set(shard, [...(shards.get(shard) ?? []), index]);
      }
      const runShard = async (shard: number, indexes: readonly number[]): Promise<void> => {
        // A later call may join what an earlier one has answered, so all calls but the last only add.
        for (let at = 0; at < indexes.length; at += SIGHTINGS_A_CALL)
          await run(shard, indexes.slice(at, at + SIGHTINGS_A_CALL));
        if (indexes.length > SIGHTINGS_A_CALL)
          for (let at = 0; at < indexes.length; at += SIGHTINGS_A_CALL)
            await run(shard, indexes.slice(at, at + SIGHTINGS_A_CALL));
      };
      const run = async (shard: number, indexes: readonly number[]): Promise<void> => {
        const args = indexes.flatMap((index) => argumentsOf(sightings[index]));
        const rows = await addScript([keys.baselines.base(shard)], [...bounds, ...args]);
        for (const [at, row] of (rows as string[][]).entries()) answers[indexes[at] ?? -1] = answerFrom(row);
      };
      await Promise.all([...shards].map(([shard, indexes]) => runShard(shard, indexes)));
      return answers;
    },

    async *recall(ruleId, memoryMs) {
      for (let shard = 0; shard < keys.shards; shard += 1)
        for await (const each of readShard(redis, `${keys.baselines.base(shard)}${hashOf([ruleId])}`))
          yield { ruleId, memoryMs, ...each };
    },

    async restore(groups) {
      await store.add(groups.flatMap(sightingsOf));
      // A group is known for longer than its runs, of which only the latest are kept.
      await Promise.all(
        groups.map(({ ruleId, group, since }) => {
          const shard = keys.baselines.shardOf(ruleId, group);
          return sinceScript([keys.baselines.base(shard)], [hashOf([ruleId]), group, since]);
        }),
      );
    },
  };
  return store;
}

/** The groups of a rule in one shard, newest first. */
async function* readShard(redis: Redis, base: string) {
  for (let at = 0; ; at += GROUPS_A_PAGE) {
    const groups = await redis.zrevrange(`${base}:a`, at, at + GROUPS_A_PAGE - 1);
    if (groups.length === 0) return;
    for (const { since, ...rest } of await Promise.all(groups.map((group) => readGroup(redis, base, group))))
      if (since !== undefined) yield { ...rest, since };
  }
}

async function readGroup(redis: Redis, base: string, group: string) {
  const [since, runs] = await Promise.all([
    redis.get(`${base}:g:${group}`),
    redis.hgetall(`${base}:r:${group}`),
  ]);
  const values = Object.entries(runs).map(([value, text]) => [value, runsFrom(text)] as const);
  return { group, since: since === null ? undefined : Number(since), values };
}

/** As `lua/baselines-add.lua` writes them. */
function runsFrom(text: string): BaselineRun[] {
  return text.split(';').map((run) => {
    const [start = '', startKey = '', end = ''] = run.split(' ');
    return { start: Number(start), startKey, end: Number(end) };
  });
}

function argumentsOf(sighting: BaselineSighting | undefined): (string | number)[] {
  if (sighting === undefined) return [];
  const { ruleId, group, value, start, startKey, end, memoryMs } = sighting;
  return [hashOf([ruleId]), group, value, start, startKey, end, memoryMs, memoryMs + GRACE_MS];
}

function answerFrom([start, startKey, end, since, before]: readonly string[]): BaselineAnswer | undefined {
  if (start === undefined || startKey === undefined) return undefined;
  return {
    run: { start: Number(start), startKey, end: Number(end) },
    groupSince: Number(since),
    valuesBefore: Number(before),
  };
}
