import { byTimeThenKey } from '../../domain/finding.ts';
import {
  type Beat,
  HEARTBEAT_GROUPS,
  HEARTBEAT_PAST,
  HEARTBEAT_WEEK_SLOTS,
  HEARTBEAT_WEEKS,
  type HeartbeatGroup,
  heartbeatSlotOf,
  type QueueClock,
  type SeenEvent,
  type Silence,
  slotsOfWeeks,
  weeksOfSlots,
} from '../../domain/heartbeat.ts';
import type { HeartbeatStore } from '../../domain/ports.ts';
import type { HeartbeatMemory } from '../../domain/watch-memory.ts';

interface Held {
  readonly names: Beat['names'];
  queue: string;
  firstSeen: number;
  last: SeenEvent;
  silence: Silence | undefined;
  told: boolean;
  past: number[];
  readonly slots: Set<number>;
}

/** Heartbeats of one process, for offline runs and tests. Forgets nothing. */
export function createMemoryHeartbeats(
  limits: { readonly groups: number } = { groups: HEARTBEAT_GROUPS },
): HeartbeatStore {
  const rules = new Map<string, Map<string, Held>>();
  const clocks = new Map<string, QueueClock>();
  const rule = (id: string) => {
    const groups = rules.get(id) ?? new Map<string, Held>();
    rules.set(id, groups);
    return groups;
  };
  const set = (queue: string, change: QueueClock) => clocks.set(queue, { ...clocks.get(queue), ...change });

  return {
    async beat(beats) {
      let refused = 0;
      const returned: HeartbeatGroup[] = [];
      for (const beat of beats) {
        const groups = rule(beat.ruleId);
        const [first] = beat.events;
        const known = groups.get(beat.group);
        if (first === undefined) continue;
        if (known === undefined && groups.size >= limits.groups) {
          refused += 1;
          continue;
        }
        const held = known ?? opened(beat, first);
        groups.set(beat.group, held);
        if (take(held, beat)) returned.push(groupOf(beat.ruleId, beat.group, held));
      }
      return { returned, refused };
    },

    async noteDelivery(queue, at, hasEvents) {
      const { deliveredAt = at, eventsAt = at } = clocks.get(queue) ?? {};
      set(queue, { deliveredAt: Math.max(deliveredAt, at) });
      if (hasEvents) set(queue, { eventsAt: Math.max(eventsAt, at) });
    },

    async noteIdle(queue, at) {
      set(queue, { idleAt: Math.max(clocks.get(queue)?.idleAt ?? at, at) });
    },

    clocks: async () => new Map(clocks),

    async quiet(ruleId, before, limit) {
      return [...rule(ruleId)]
        .filter(([, held]) => held.last.time < before && !isToldAndOpen(held))
        .sort(([idA, a], [idB, b]) => a.last.time - b.last.time || (idA < idB ? -1 : 1))
        .slice(0, limit)
        .map(([group, held]) => ({
          ...groupOf(ruleId, group, held),
          slots: rhythmOf(held),
          pastSilences: held.past,
        }));
    },

    async fallSilent(ruleId, group, silence) {
      const held = rule(ruleId).get(group);
      if (held === undefined || held.last.time !== silence.start) return false;
      if (held.silence?.start === silence.start) return true;
      held.past = [...new Set([...held.past, silence.start])].sort((a, b) => a - b).slice(-HEARTBEAT_PAST);
      held.silence = silence;
      held.told = false;
      return true;
    },

    async markTold(ruleId, group, start) {
      const held = rule(ruleId).get(group);
      if (held?.silence?.start === start) held.told = true;
    },

    async *recall(ruleId) {
      const groups = [...rule(ruleId)].sort(([, a], [, b]) => b.last.time - a.last.time);
      for (const [group, held] of groups) yield memoryOf(groupOf(ruleId, group, held), held);
    },

    async restore(groups) {
      for (const memory of groups) {
        const all = rule(memory.ruleId);
        const known = all.get(memory.group);
        if (known !== undefined || all.size < limits.groups)
          all.set(memory.group, joined(known ?? heldFrom(memory), memory));
      }
    },
  };
}

function memoryOf(group: HeartbeatGroup, held: Held): HeartbeatMemory {
  return { ...group, told: held.told, pastSilences: held.past, weeks: weeksOfSlots(rhythmOf(held)) };
}

function heldFrom({ names, queue, last, silence, told, pastSilences }: HeartbeatMemory): Held {
  return { ...opened({ names, queue }, last), silence, told, past: [...pastSilences] };
}

function joined(held: Held, { firstSeen, weeks }: HeartbeatMemory): Held {
  held.firstSeen = Math.min(held.firstSeen, firstSeen);
  for (const slot of slotsOfWeeks(weeks)) held.slots.add(slot);
  return held;
}

function opened({ names, queue }: Pick<Beat, 'names' | 'queue'>, last: SeenEvent): Held {
  return {
    names,
    queue,
    firstSeen: last.time,
    last,
    silence: undefined,
    told: false,
    past: [],
    slots: new Set(),
  };
}

/** True where one of the events is the first after the group's silence. */
function take(held: Held, { events, queue }: Beat): boolean {
  held.queue = queue;
  let ended = false;
  for (const event of events) {
    held.slots.add(heartbeatSlotOf(event.time));
    held.firstSeen = Math.min(held.firstSeen, event.time);
    if (byTimeThenKey(event, held.last) > 0) held.last = event;
    const { silence } = held;
    if (silence === undefined || event.time <= silence.start) continue;
    if (silence.end !== undefined && byTimeThenKey(event, silence.end) > 0) continue;
    held.silence = { ...silence, end: event };
    ended = true;
  }
  return ended;
}

function isToldAndOpen({ silence, told }: Held): boolean {
  return told && silence !== undefined && silence.end === undefined;
}

function groupOf(ruleId: string, group: string, held: Held): HeartbeatGroup {
  const { names, queue, firstSeen, last, silence } = held;
  return { ruleId, group, names, queue, firstSeen, last, ...(silence === undefined ? {} : { silence }) };
}

function rhythmOf({ slots, last }: Held): number[] {
  const week = Math.floor(heartbeatSlotOf(last.time) / HEARTBEAT_WEEK_SLOTS);
  const from = (week - HEARTBEAT_WEEKS) * HEARTBEAT_WEEK_SLOTS;
  return [...slots].filter((slot) => slot >= from).sort((a, b) => a - b);
}
