import type { Redis } from 'ioredis';
import { byTimeThenKey } from '../../domain/finding.ts';
import { hashOf } from '../../domain/hash.ts';
import type { WindowAdd, WindowMember, WindowStore } from '../../domain/ports.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

const HOUR_MS = 3_600_000;
/** A slice is never shorter, so that short timespans do not scatter a group over many keys. */
const SHORTEST_SLICE_MS = 6 * HOUR_MS;
/** An offline run may state an endless lateness; Redis wants an end. */
const LONGEST_KEEP_MS = 400 * 24 * HOUR_MS;

/** A call's arguments travel on the stack, so a batch with more members takes several calls. */
const MEMBERS_A_CALL = 5_000;

/** One group's part of a script call. */
interface Part {
  /** Position of the group among those asked for; undefined: it only adds, a later part reads. */
  readonly answers?: number;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  readonly members: number;
}

/**
 * Windows in Redis: one script call a shard and batch.
 *
 * A group is kept in slices of event time. Each slice has its own TTL, so a group
 * that is written to for ever still lets go of its old members, by the time since
 * the last write into their slice and never because another event is newer.
 */
export function createRedisWindows(redis: Redis, keys: Keys): WindowStore {
  const addToWindows = defineScript(redis, 'windows-add');

  async function run(parts: readonly Part[], into: (readonly WindowMember[])[]): Promise<void> {
    const answer = (await addToWindows(
      parts.flatMap((part) => part.keys),
      parts.flatMap((part) => part.args),
    )) as string[][];
    for (const [at, { answers }] of parts.entries()) {
      const texts = answer[at] ?? [];
      if (answers !== undefined)
        into[answers] = texts.map((text) => JSON.parse(text) as WindowMember).sort(byPlace);
    }
  }

  return {
    async add(groups) {
      const result: (readonly WindowMember[])[] = groups.map(() => []);
      const shards = new Map<number, Part[]>();
      for (const [index, add] of groups.entries()) {
        const shard = keys.windows.shardOf(add.ruleId, add.group);
        const parts = shards.get(shard) ?? [];
        parts.push(...partsOf(add, index, keys));
        shards.set(shard, parts);
      }
      await Promise.all(
        [...shards.values()].map(async (parts) => {
          for (const call of callsOf(parts)) await run(call, result);
        }),
      );
      return result;
    },
  };
}

/** Packs parts, in order, into as few calls as the bound allows. */
function callsOf(parts: readonly Part[]): Part[][] {
  const calls: Part[][] = [];
  let members = 0;
  for (const part of parts) {
    const last = calls.at(-1);
    if (last === undefined || members + part.members > MEMBERS_A_CALL) {
      calls.push([part]);
      members = part.members;
    } else {
      last.push(part);
      members += part.members;
    }
  }
  return calls;
}

function partsOf(add: WindowAdd, index: number, keys: Keys): Part[] {
  const range = affectedRange(add);
  const parts: Part[] = [];
  for (let at = 0; at < add.members.length; at += MEMBERS_A_CALL) {
    const isLast = at + MEMBERS_A_CALL >= add.members.length;
    const part = partOf(add, add.members.slice(at, at + MEMBERS_A_CALL), range, isLast, keys);
    parts.push(isLast ? { ...part, answers: index } : part);
  }
  return parts;
}

function partOf(
  add: WindowAdd,
  members: readonly WindowMember[],
  { from, to }: { readonly from: number; readonly to: number },
  reads: boolean,
  keys: Keys,
): Part {
  const sliceMs = Math.max(add.spanMs, SHORTEST_SLICE_MS);
  const firstSlice = Math.floor(from / sliceMs);
  const slices = Math.floor(to / sliceMs) - firstSlice + 1;
  return {
    members: members.length,
    keys: Array.from({ length: slices }, (_, index) => firstSlice + index).flatMap((slice) => [
      keys.windows.members(add.ruleId, add.group, slice),
      keys.windows.evidence(add.ruleId, add.group, slice),
    ]),
    args: [
      slices,
      Math.min(Math.max(1, add.keepMs), LONGEST_KEEP_MS),
      // An empty range reads nothing.
      reads ? from : 1,
      reads ? to : 0,
      members.length,
      ...members.flatMap((member) => [
        Math.floor(member.time / sliceMs) - firstSlice,
        hashOf([member.ruleId, member.key]),
        member.time,
        JSON.stringify(member),
      ]),
    ],
  };
}

function byPlace(a: WindowMember, b: WindowMember): number {
  return byTimeThenKey(a, b) || (a.ruleId < b.ruleId ? -1 : Number(a.ruleId > b.ruleId));
}

function affectedRange({ members, spanMs }: WindowAdd): { from: number; to: number } {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { time } of members) {
    from = Math.min(from, time - spanMs);
    to = Math.max(to, time + spanMs);
  }
  return { from, to };
}
