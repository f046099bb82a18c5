import type { Redis } from 'ioredis';
import { hashOf } from '../../domain/hash.ts';
import {
  type Beat,
  HEARTBEAT_GROUPS,
  HEARTBEAT_PAST,
  HEARTBEAT_SLOT_MS,
  HEARTBEAT_WEEK_SLOTS,
  HEARTBEAT_WEEKS,
  type HeartbeatGroup,
  type QueueClock,
  type QuietGroup,
  type SeenEvent,
  type Silence,
  slotsOfWeeks,
} from '../../domain/heartbeat.ts';
import type { HeartbeatStore } from '../../domain/ports.ts';
import type { HeartbeatMemory } from '../../domain/watch-memory.ts';
import { defineScript, type Script } from './connection.ts';
import type { Keys } from './keys.ts';

const DAY_MS = 86_400_000;
/** A group that shows nothing for so long is forgotten. */
export const HEARTBEAT_TTL_MS = 60 * DAY_MS;
const WEEK_TTL_MS = (HEARTBEAT_WEEKS + 2) * 7 * DAY_MS;
/** A call's arguments travel on the stack. */
const EVENTS_A_CALL = 1_000;
const GROUPS_A_CALL = 200;

/** Heartbeats in Redis: some 250 bytes a group and week, one script call a shard and batch. */
export function createRedisHeartbeats(
  redis: Redis,
  keys: Keys,
  limits: { readonly groups: number } = { groups: HEARTBEAT_GROUPS },
): HeartbeatStore {
  const beatScript = defineScript(redis, 'heartbeats-beat');
  const readScript = defineScript(redis, 'heartbeats-read');
  const silence = defineScript(redis, 'heartbeats-silence');
  const told = defineScript(redis, 'heartbeats-told');
  const clock = defineScript(redis, 'heartbeats-clock');
  const restoreScript = defineScript(redis, 'heartbeats-restore');
  const baseOf = (ruleId: string) => [keys.heartbeats.base(keys.heartbeats.shardOf(ruleId))];
  const note = (...times: (string | number)[]) =>
    clock([keys.heartbeats.clocks()], [HEARTBEAT_TTL_MS, ...times]);
  const read = (ruleId: string, groups: readonly string[], weeks: number) =>
    readGroups(readScript, baseOf(ruleId), ruleId, groups, weeks);

  async function beatShard(beats: readonly Beat[]): Promise<{ returned: HeartbeatGroup[]; refused: number }> {
    const [first] = beats;
    if (first === undefined) return { returned: [], refused: 0 };
    const bounds = [HEARTBEAT_TTL_MS, WEEK_TTL_MS, limits.groups, HEARTBEAT_SLOT_MS, HEARTBEAT_WEEK_SLOTS];
    const [refused = 0, ...ended] = (await beatScript(baseOf(first.ruleId), [
      ...bounds,
      ...beats.flatMap(argumentsOf),
    ])) as number[];
    const groups = ended.flatMap((position) => beats[position] ?? []);
    const found = await Promise.all(groups.map(({ ruleId, group }) => read(ruleId, [group], -1)));
    return { returned: found.flat().map(withoutRhythm), refused };
  }

  return {
    async beat(beats) {
      const results = await Promise.all(
        callsOf(beats, ({ ruleId }) => keys.heartbeats.shardOf(ruleId)).map(beatShard),
      );
      return {
        returned: results.flatMap(({ returned }) => returned),
        refused: results.reduce((sum, { refused }) => sum + refused, 0),
      };
    },
    async noteDelivery(queue, at, hasEvents) {
      await note(`d:${queue}`, at, ...(hasEvents ? [`n:${queue}`, at] : []));
    },
    async noteIdle(queue, at) {
      await note(`i:${queue}`, at);
    },
    clocks: async () => clocksFrom(await redis.hgetall(keys.heartbeats.clocks())),
    async quiet(ruleId, before, limit) {
      const index = `${baseOf(ruleId)[0]}${hashOf([ruleId])}:i`;
      const groups = await redis.zrangebyscore(index, '-inf', `(${before}`, 'LIMIT', 0, limit);
      return await read(ruleId, groups, HEARTBEAT_WEEKS);
    },
    async fallSilent(ruleId, group, opened) {
      const args = [hashOf([ruleId]), group, opened.start, JSON.stringify(opened), HEARTBEAT_PAST];
      return (await silence(baseOf(ruleId), args)) === 1;
    },
    async markTold(ruleId, group, start) {
      await told(baseOf(ruleId), [hashOf([ruleId]), group, start]);
    },
    recall: (ruleId) => recallGroups(redis, readScript, baseOf(ruleId), ruleId),
    async restore(groups) {
      for (const memory of groups) {
        const bounds = [hashOf([memory.ruleId]), HEARTBEAT_TTL_MS, WEEK_TTL_MS, limits.groups];
        await restoreScript(baseOf(memory.ruleId), [...bounds, ...memoryArguments(memory)]);
      }
    },
  };
}

function argumentsOf({ ruleId, group, names, queue, events }: Beat): (string | number)[] {
  return [
    hashOf([ruleId]),
    group,
    JSON.stringify(names),
    queue,
    events.length,
    ...events.flatMap((event) => [event.time, event.key, JSON.stringify(event)]),
  ];
}

/** Beats of one shard go together, as many as a call may carry. */
function callsOf(beats: readonly Beat[], shardOf: (beat: Beat) => number): Beat[][] {
  const calls: Beat[][] = [];
  const open = new Map<number, { beats: Beat[]; events: number }>();
  for (const beat of beats) {
    const shard = shardOf(beat);
    const known = open.get(shard);
    if (known !== undefined && known.events + beat.events.length <= EVENTS_A_CALL) {
      known.beats.push(beat);
      known.events += beat.events.length;
    } else {
      const begun = { beats: [beat], events: beat.events.length };
      open.set(shard, begun);
      calls.push(begun.beats);
    }
  }
  return calls;
}

function readBounds(ruleId: string, weeks: number): (string | number)[] {
  return [hashOf([ruleId]), HEARTBEAT_SLOT_MS, HEARTBEAT_WEEK_SLOTS, weeks];
}

/** As `lua/heartbeats-restore.lua` wants them. */
function memoryArguments(memory: HeartbeatMemory): (string | number)[] {
  const { group, names, queue, firstSeen, last, silence, told, pastSilences, weeks } = memory;
  const { end, ...opened } = silence ?? {};
  return [
    ...[group, JSON.stringify(names), queue, firstSeen],
    ...[last.time, last.key, JSON.stringify(last)],
    ...(silence === undefined ? ['', ''] : [silence.start, JSON.stringify(opened)]),
    ...(end === undefined ? ['', '', ''] : [end.time, end.key, JSON.stringify(end)]),
    ...[told ? '1' : '0', pastSilences.join(' '), weeks.length, ...weeks.flat()],
  ];
}

async function readGroups(
  script: Script,
  base: readonly string[],
  ruleId: string,
  groups: readonly string[],
  weeks: number,
): Promise<QuietGroup[]> {
  const found: QuietGroup[] = [];
  for (let at = 0; at < groups.length; at += GROUPS_A_CALL) {
    const part = groups.slice(at, at + GROUPS_A_CALL);
    const rows = await script(base, [...readBounds(ruleId, weeks), ...part]);
    for (const row of rows as string[][]) found.push(groupFrom(ruleId, row));
  }
  return found;
}

async function* recallGroups(
  redis: Redis,
  script: Script,
  base: readonly string[],
  ruleId: string,
): AsyncGenerator<HeartbeatMemory> {
  for (let at = 0; ; at += GROUPS_A_CALL) {
    const groups = await redis.zrevrange(`${base[0]}${hashOf([ruleId])}:a`, at, at + GROUPS_A_CALL - 1);
    if (groups.length === 0) return;
    const rows = await script(base, [...readBounds(ruleId, HEARTBEAT_WEEKS), ...groups]);
    for (const row of rows as string[][]) {
      const { group, told, weeks } = memoryFrom(ruleId, row);
      const { slots: _, ...rest } = group;
      yield { ...rest, told, weeks };
    }
  }
}

function groupFrom(ruleId: string, row: readonly string[]): QuietGroup {
  return memoryFrom(ruleId, row).group;
}

/** The group, and what only a snapshot asks for. */
function memoryFrom(ruleId: string, row: readonly string[]) {
  const [
    group = '',
    names = '',
    queue = '',
    first,
    last = '',
    silence = '',
    end = '',
    past = '',
    told,
    ...rest
  ] = row;
  const weeks = weeksFrom(rest);
  const ended = end === '' ? {} : { end: JSON.parse(end) as SeenEvent };
  const known: QuietGroup = {
    ruleId,
    group,
    names: JSON.parse(names) as Record<string, string>,
    queue,
    firstSeen: Number(first),
    last: JSON.parse(last) as SeenEvent,
    ...(silence === '' ? {} : { silence: { ...(JSON.parse(silence) as Silence), ...ended } }),
    slots: slotsOfWeeks(weeks),
    pastSilences:
      past === ''
        ? []
        : past
            .split(' ')
            .map(Number)
            .sort((a, b) => a - b),
  };
  return { group: known, told: told === '1', weeks };
}

function withoutRhythm({ slots: _, pastSilences: __, ...group }: QuietGroup): HeartbeatGroup {
  return group;
}

/** Pairs of a week's number and its bits as hex. */
function weeksFrom(flat: readonly string[]): [week: number, bits: string][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [Number(flat[2 * at]), flat[2 * at + 1] ?? '']);
}

function clocksFrom(fields: Readonly<Record<string, string>>): ReadonlyMap<string, QueueClock> {
  const names = { d: 'deliveredAt', n: 'eventsAt', i: 'idleAt' } as const;
  const clocks = new Map<string, QueueClock>();
  for (const [field, time] of Object.entries(fields)) {
    const kind = field[0];
    if (kind !== 'd' && kind !== 'n' && kind !== 'i') continue;
    const queue = field.slice(2);
    clocks.set(queue, { ...clocks.get(queue), [names[kind]]: Number(time) });
  }
  return clocks;
}
