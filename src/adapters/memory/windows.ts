import { byTimeThenKey } from '../../domain/finding.ts';
import type { WindowAdd, WindowMember, WindowStore } from '../../domain/ports.ts';

interface Group {
  /** By (time, key, rule). */
  readonly sorted: WindowMember[];
  readonly ids: Set<string>;
  expiresAt: number;
}

/**
 * Windows of one process, for offline runs and tests. Without a clock nothing is
 * ever forgotten, which is what an offline run wants.
 */
export function createMemoryWindows(options: { readonly now?: () => number } = {}): WindowStore {
  const groups = new Map<string, Group>();
  const now = options.now ?? (() => 0);

  function groupOf(add: WindowAdd): Group {
    const name = `${add.ruleId}\n${add.group}`;
    const known = groups.get(name);
    if (known !== undefined && known.expiresAt > now()) return known;
    const fresh: Group = { sorted: [], ids: new Set(), expiresAt: 0 };
    groups.set(name, fresh);
    return fresh;
  }

  function addOne(add: WindowAdd): readonly WindowMember[] {
    if (add.members.length === 0) return [];
    const group = groupOf(add);
    for (const member of add.members) {
      const id = `${member.ruleId}\n${member.key}`;
      if (group.ids.has(id)) continue;
      group.ids.add(id);
      group.sorted.push(member);
    }
    group.sorted.sort(byPlace);
    group.expiresAt = now() + add.keepMs;
    const { from, to } = affectedRange(add);
    return group.sorted.slice(firstAtOrAfter(group.sorted, from), firstAtOrAfter(group.sorted, to + 1));
  }

  return { add: async (adds) => adds.map(addOne) };
}

function byPlace(a: WindowMember, b: WindowMember): number {
  return byTimeThenKey(a, b) || (a.ruleId < b.ruleId ? -1 : Number(a.ruleId > b.ruleId));
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

function affectedRange({ members, spanMs }: WindowAdd): { from: number; to: number } {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { time } of members) {
    from = Math.min(from, time - spanMs);
    to = Math.max(to, time + spanMs);
  }
  return { from, to };
}
