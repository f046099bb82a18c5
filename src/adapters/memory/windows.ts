import type { WindowAdd, WindowFound, WindowMember, WindowStore } from '../../domain/ports.ts';
import { byPlace, smallerReading } from '../../domain/window-member.ts';
import { createDueWindows } from './due-windows.ts';
import { createOldestFirst, type OldestFirst } from './oldest-first.ts';

export interface MemoryWindowsOptions {
  readonly now?: () => number;
  /** How many groups a rule may have. Default: 100,000. */
  readonly maxGroups?: number;
  /** Groups of a rule were dropped because there were too many. */
  readonly onDropped?: (ruleId: string, groups: number) => void;
}

interface Group {
  /** By (time, key, rule). */
  readonly sorted: WindowMember[];
  readonly byId: Map<string, WindowMember>;
  expiresAt: number;
}

interface Rule {
  readonly groups: Map<string, Group>;
  readonly byNewest: OldestFirst;
  lostUntil?: number;
}

const MAX_GROUPS = 100_000;

/**
 * Windows of one process, for offline runs and tests. Without a clock nothing is
 * ever forgotten, which is what an offline run wants.
 */
export function createMemoryWindows(options: MemoryWindowsOptions = {}): WindowStore {
  const { now = () => 0, maxGroups = MAX_GROUPS } = options;
  const rules = new Map<string, Rule>();
  const due = createDueWindows();

  function ruleOf(id: string): Rule {
    const known = rules.get(id) ?? { groups: new Map<string, Group>(), byNewest: createOldestFirst() };
    rules.set(id, known);
    return known;
  }

  function groupOf(rule: Rule, name: string): Group {
    const known = rule.groups.get(name);
    if (known !== undefined && known.expiresAt > now()) return known;
    const fresh: Group = { sorted: [], byId: new Map(), expiresAt: 0 };
    rule.groups.set(name, fresh);
    return fresh;
  }

  function addOne(add: WindowAdd): WindowFound {
    const rule = ruleOf(add.ruleId);
    if (add.members.length === 0) return foundIn(rule, []);
    const group = groupOf(rule, add.group);
    for (const member of add.members) addMember(group, member);
    group.sorted.sort(byPlace);
    group.expiresAt = now() + add.keepMs;
    const times = add.members.map(({ time }) => time);
    const [from, to] = [smallest(times), largest(times)];
    rule.byNewest.raise(add.group, to);
    if (add.settle === undefined) return foundIn(rule, within(group, from - add.spanMs, to + add.spanMs));
    due.remind(add, add.settle, times);
    return foundIn(rule, []);
  }

  function dropGroups(ruleId: string): void {
    const rule = ruleOf(ruleId);
    let dropped = 0;
    for (; rule.byNewest.size() > maxGroups; dropped += 1) {
      const oldest = rule.byNewest.take();
      if (oldest === undefined) break;
      rule.groups.delete(oldest.name);
      rule.lostUntil = Math.max(rule.lostUntil ?? oldest.at, oldest.at);
    }
    if (dropped > 0) options.onDropped?.(ruleId, dropped);
  }

  return {
    async add(groups) {
      const found = groups.map(addOne);
      for (const ruleId of new Set(groups.map((add) => add.ruleId))) dropGroups(ruleId);
      return found;
    },

    async read(ranges) {
      return ranges.map(({ ruleId, group, from, to }) => {
        const rule = ruleOf(ruleId);
        return foundIn(rule, within(groupOf(rule, group), from, to));
      });
    },

    due: async (at, limits) => due.claim(at, limits),
    decided: async (windows) => due.decided(windows),
  };
}

function foundIn({ lostUntil }: Rule, members: readonly WindowMember[]): WindowFound {
  return { members, ...(lostUntil === undefined ? {} : { lostUntil }) };
}

function addMember(group: Group, member: WindowMember): void {
  const id = `${member.ruleId}\n${member.key}`;
  const known = group.byId.get(id);
  const kept = known === undefined ? member : smallerReading(known, member);
  if (kept === known) return;
  group.byId.set(id, kept);
  if (known === undefined) group.sorted.push(kept);
  else group.sorted[group.sorted.indexOf(known)] = kept;
}

function within({ sorted }: Group, from: number, to: number): readonly WindowMember[] {
  return sorted.slice(firstAtOrAfter(sorted, from), firstAtOrAfter(sorted, to + 1));
}

function firstAtOrAfter(sorted: readonly WindowMember[], time: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.time ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function smallest(times: readonly number[]): number {
  return times.reduce((a, b) => Math.min(a, b));
}

function largest(times: readonly number[]): number {
  return times.reduce((a, b) => Math.max(a, b));
}
