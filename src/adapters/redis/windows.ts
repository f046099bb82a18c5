import type { Redis } from 'ioredis';
import type { DueWindow, WindowAdd, WindowFound, WindowStore } from '../../domain/ports.ts';
import { defineScript, type Script } from './connection.ts';
import type { Keys } from './keys.ts';
import { defineLongScript } from './long-script.ts';
import { membersOf, ruleHash } from './window-names.ts';
import { argumentsOf, callsOf, type EvidenceTexts, type Part, partsOf, sliceMsOf } from './window-parts.ts';

export interface RedisWindowsOptions {
  /** How many groups a rule may have. Default: 100,000. They are shared out evenly over the shards. */
  readonly maxGroups?: number;
  /** Groups of a rule were dropped because there were too many. */
  readonly onDropped?: (ruleId: string, groups: number) => void;
}

type GroupAnswer = [place: number, lost: string, names: string[]];
/** As `lua/windows-add.lua` says: of groups, then the losses. */
type AddAnswer = readonly (GroupAnswer | (string | number)[])[];

export const MAX_GROUPS = 100_000;

/**
 * Windows in Redis: one script call a shard and batch.
 *
 * A group is kept in slices of event time. Each slice has its own TTL, so a group
 * that is written to for ever still lets go of its old members, by the time since
 * the last write into their slice and never because another event is newer.
 * What Redis can count it counts itself, so a batch does not read the windows
 * that do not fire.
 */
export function createRedisWindows(redis: Redis, keys: Keys, options: RedisWindowsOptions = {}): WindowStore {
  const scripts = {
    add: defineLongScript(redis, 'windows-add'),
    read: defineScript(redis, 'windows-read'),
    claim: defineScript(redis, 'windows-claim'),
    decided: defineScript(redis, 'windows-decided'),
  };
  const groupsAShard = Math.max(1, Math.ceil((options.maxGroups ?? MAX_GROUPS) / keys.shards));

  async function addParts(
    shard: number,
    parts: readonly Part[],
    texts: EvidenceTexts | undefined,
    into: WindowFound[],
  ): Promise<void> {
    const args = argumentsOf(groupsAShard, parts, texts);
    const answer = (await scripts.add(keys.windows.base(shard), args)) as AddAnswer;
    const losses = answer.at(-1) ?? [];
    for (const [place, lost, names] of answer.slice(0, -1) as GroupAnswer[]) {
      const answers = parts[place]?.answers;
      if (answers !== undefined) into[answers] = foundOf(lost, names);
    }
    tellDropped(losses as (string | number)[], parts, options);
  }

  return {
    async add(groups) {
      const result: WindowFound[] = groups.map(() => ({ members: [] }));
      const texts = textsFor(groups);
      const shards = byShard(groups, keys, partsOf);
      await Promise.all(
        [...shards].map(async ([shard, parts]) => {
          for (const call of callsOf(parts.flat())) await addParts(shard, call, texts, result);
        }),
      );
      return result;
    },

    async read(ranges) {
      const result: WindowFound[] = ranges.map(() => ({ members: [] }));
      const shards = byShard(ranges, keys, ({ ruleId, spanMs, from, to }, index, group) => ({
        index,
        args: [group, ruleHash(ruleId), sliceMsOf(spanMs), from, to],
      }));
      await Promise.all(
        [...shards].map(async ([shard, parts]) => {
          const args = parts.flatMap((part) => part.args);
          const answer = (await scripts.read([keys.windows.base(shard)], args)) as string[][];
          for (const [at, { index }] of parts.entries()) {
            const [lost = '', ...names] = answer[at] ?? [];
            result[index] = foundOf(lost, names);
          }
        }),
      );
      return result;
    },

    due: (now, limits) => claimDue({ redis, keys, claim: scripts.claim }, now, limits),

    async decided(windows) {
      const shards = new Map<number, string[]>();
      for (const { claim } of windows) {
        const [shard = '', name = '', number = ''] = claim.split(' ');
        const args = shards.get(Number(shard)) ?? [];
        args.push(name, number);
        shards.set(Number(shard), args);
      }
      await Promise.all(
        [...shards].map(([shard, args]) => scripts.decided([keys.windows.base(shard)], args)),
      );
    },
  };
}

/** An event is in one group of a correlation at most: only where there are several can its text be used again. */
function textsFor(groups: readonly WindowAdd[]): EvidenceTexts | undefined {
  return groups.some(({ ruleId }) => ruleId !== groups[0]?.ruleId) ? new Map() : undefined;
}

/** What is asked of each shard, in order. */
function byShard<T extends { readonly ruleId: string; readonly group: string }, P>(
  asked: readonly T[],
  keys: Keys,
  partOf: (each: T, index: number, group: string) => P,
): Map<number, P[]> {
  const shards = new Map<number, P[]>();
  for (const [index, each] of asked.entries()) {
    const group = keys.windows.group(each.ruleId, each.group);
    const shard = keys.windows.shardOf(group);
    const parts = shards.get(shard) ?? [];
    parts.push(partOf(each, index, group));
    shards.set(shard, parts);
  }
  return shards;
}

interface Claiming {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly claim: Script;
}

/** The earliest over all shards: what a later window waits for is never left behind in another shard. */
async function claimDue(
  { redis, keys, claim }: Claiming,
  now: number,
  { limit, withinMs }: Parameters<WindowStore['due']>[1],
): Promise<readonly DueWindow[]> {
  const shards = Array.from({ length: keys.shards }, (_, shard) => shard);
  const seen = await Promise.all(shards.map((shard) => dueOf(redis, keys, shard, now, limit)));
  const ready = seen.flat().sort((a, b) => a.score - b.score);
  const end = (ready[0]?.score ?? 0) + withinMs;
  const earliest = ready.slice(0, limit).filter(({ score }) => score < end);
  const claimed = await Promise.all(
    shards.map(async (shard) => {
      const own = earliest.filter((each) => each.shard === shard);
      if (own.length === 0) return [];
      const names = own.map(({ name }) => name);
      const [number, ...infos] = (await claim([keys.windows.base(shard)], names)) as string[];
      return names.flatMap((name, at) => dueWindow(infos[at] ?? '', name, `${shard} ${name} ${number}`));
    }),
  );
  return claimed.flat().sort((a, b) => a.time - b.time);
}

async function dueOf(redis: Redis, keys: Keys, shard: number, now: number, limit: number) {
  const found = await redis.zrangebyscore(
    keys.windows.due(shard),
    '-inf',
    now,
    'WITHSCORES',
    'LIMIT',
    0,
    limit,
  );
  return Array.from({ length: found.length / 2 }, (_, index) => ({
    shard,
    name: found[2 * index] ?? '',
    score: Number(found[2 * index + 1]),
  }));
}

function dueWindow(info: string, name: string, claim: string): DueWindow[] {
  if (info === '') return [];
  const { ruleId, group, values } = JSON.parse(info) as Pick<DueWindow, 'ruleId' | 'group' | 'values'>;
  return [{ ruleId, group, values, time: Number(name.slice(name.indexOf(':') + 1)), claim }];
}

function foundOf(lost: string, names: readonly string[]): WindowFound {
  return { members: membersOf(names), ...(lost === '' ? {} : { lostUntil: Number(lost) }) };
}

function tellDropped(
  losses: readonly (string | number)[],
  parts: readonly Part[],
  { onDropped }: RedisWindowsOptions,
): void {
  if (onDropped === undefined) return;
  const ruleIds = new Map(parts.map(({ add: { ruleId } }) => [ruleHash(ruleId), ruleId]));
  for (let at = 0; at < losses.length; at += 2) {
    const ruleId = ruleIds.get(String(losses[at]));
    if (ruleId !== undefined) onDropped(ruleId, Number(losses[at + 1]));
  }
}
