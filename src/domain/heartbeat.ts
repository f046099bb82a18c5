/** Enough of an event to say which was the last before a silence, or the first after it. JSON-safe. */
export interface SeenEvent {
  readonly key: string;
  readonly eventId: string;
  readonly time: number;
  readonly account: string;
  readonly region: string;
  readonly eventSource: string;
  readonly eventName: string;
}

/** What a batch shows of one group. */
export interface Beat {
  readonly ruleId: string;
  /** Hash of the group's values. */
  readonly group: string;
  /** Group-by names and values, `account` first. */
  readonly names: Readonly<Record<string, string>>;
  /** The configured queue that the batch came by: its clock says how long the group is silent. */
  readonly queue: string;
  /** The earliest and the latest event of each slot. */
  readonly events: readonly SeenEvent[];
}

/** A pause that is longer than usual. */
export interface Silence {
  /** Time of the last event before it. With rule and group its identity. */
  readonly start: number;
  readonly last: SeenEvent;
  /** The longest pause that was usual then, ms. */
  readonly usualMs: number;
  /** Objects kept arriving, and since this delivery none of them held an event. */
  readonly emptySince?: number;
  /** The first event after it. */
  readonly end?: SeenEvent;
}

/** A group as a store knows it. */
export interface HeartbeatGroup {
  readonly ruleId: string;
  readonly group: string;
  readonly names: Readonly<Record<string, string>>;
  readonly queue: string;
  readonly firstSeen: number;
  readonly last: SeenEvent;
  /** The latest silence, open or over. */
  readonly silence?: Silence;
}

/** A group that may be silent, with its rhythm. */
export interface QuietGroup extends HeartbeatGroup {
  /** Numbers of the slots with events, of the last four to five weeks before its last event. Sorted. */
  readonly slots: readonly number[];
  /** Starts of silences that were told before: they are no part of the rhythm. */
  readonly pastSilences: readonly number[];
}

/** What is known of the time at a queue's far end, epoch ms. */
export interface QueueClock {
  /** The latest delivery that was processed. */
  readonly deliveredAt?: number;
  /** The latest delivery that held events. */
  readonly eventsAt?: number;
  /** When it last said that it is empty. */
  readonly idleAt?: number;
}

export const HEARTBEAT_SLOT_MS = 300_000;
/** Slots of a week, counted from the epoch. */
export const HEARTBEAT_WEEK_SLOTS = 2016;
/** Weeks of rhythm that are looked at, besides the one that runs. */
export const HEARTBEAT_WEEKS = 4;
/** Groups of one rule that are watched. */
export const HEARTBEAT_GROUPS = 10_000;
/** Silences of a group that are remembered. */
export const HEARTBEAT_PAST = 16;

export function heartbeatSlotOf(time: number): number {
  return Math.floor(time / HEARTBEAT_SLOT_MS);
}

/** Slots as weeks with a bit for each, as hex. */
export function weeksOfSlots(slots: Iterable<number>): [week: number, bits: string][] {
  const weeks = new Map<number, Uint8Array>();
  for (const slot of slots) {
    const week = Math.floor(slot / HEARTBEAT_WEEK_SLOTS);
    const bits = weeks.get(week) ?? new Uint8Array(HEARTBEAT_WEEK_SLOTS / 8);
    const at = slot - week * HEARTBEAT_WEEK_SLOTS;
    bits[at >> 3] = (bits[at >> 3] ?? 0) | (0x80 >> (at & 7));
    weeks.set(week, bits);
  }
  const hex = (bits: Uint8Array) => [...bits].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [...weeks].sort(([a], [b]) => a - b).map(([week, bits]) => [week, hex(bits)]);
}

/** The slots of weeks. Sorted where the weeks are. */
export function slotsOfWeeks(weeks: Iterable<readonly [week: number, bits: string]>): number[] {
  const slots: number[] = [];
  for (const [week, bits] of weeks) {
    const start = week * HEARTBEAT_WEEK_SLOTS;
    for (let at = 0; 2 * at < bits.length; at += 1) {
      const byte = Number.parseInt(bits.slice(2 * at, 2 * at + 2), 16);
      for (let bit = 0; bit < 8; bit += 1) if (byte & (0x80 >> bit)) slots.push(start + at * 8 + bit);
    }
  }
  return slots;
}
