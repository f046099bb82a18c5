import { followLineage } from '../../domain/follow-lineage.ts';
import { LINEAGE_LIMITS, type LineageLimits, type LineageLink, lineageDayOf } from '../../domain/lineage.ts';
import type { LineageStore } from '../../domain/ports.ts';

/** Lineage of one process, for offline runs and tests. Forgets nothing. */
export function createMemoryLineage(limits: LineageLimits = LINEAGE_LIMITS): LineageStore {
  const parents = new Map<string, Set<string>>();
  const childrenOfDay = new Map<string, Set<string>>();
  const stopped = new Set<string>();

  /** The identity that has no room for the link; undefined: the link was noted. */
  function refusal({ child, parent, time, kind }: LineageLink): string | undefined {
    const children = setAt(childrenOfDay, `${lineageDayOf(time)} ${parent}`);
    if (kind === 'session' && !hasRoom(children, child, limits.childrenADay)) return parent;
    const own = setAt(parents, child);
    if (!hasRoom(own, parent, limits.parents)) return child;
    if (kind === 'session') children.add(child);
    own.add(parent);
    return undefined;
  }

  return {
    async add(links) {
      const refused = links.flatMap((link) => refusal(link) ?? []);
      const fresh = [...new Set(refused)].filter((identity) => !stopped.has(identity));
      for (const identity of fresh) stopped.add(identity);
      return { cut: refused.length, stopped: fresh };
    },

    resolve: (sets) =>
      followLineage(sets, limits, async (keys) => {
        const hop = (key: string) => ({ stopped: stopped.has(key), parents: [...(parents.get(key) ?? [])] });
        return new Map(keys.map((key) => [key, hop(key)]));
      }),
  };
}

function setAt(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set();
  map.set(key, found);
  return found;
}

function hasRoom(set: ReadonlySet<string>, member: string, limit: number): boolean {
  return set.has(member) || set.size < limit;
}
