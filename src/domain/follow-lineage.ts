import type { LineageLimits, ResolvedLineage } from './lineage.ts';

/** What is known of one identity. */
export interface LineageHop {
  /** It passed a bound: nobody is joined through it. */
  readonly stopped: boolean;
  readonly parents: readonly string[];
}

interface Walk {
  readonly own: ReadonlySet<string>;
  readonly seen: Set<string>;
  readonly kept: Set<string>;
  open: readonly string[];
  cut: boolean;
}

/**
 * Follows sets of identities to all that they work for, one look at the store a
 * generation and all sets together. A function of what the store holds.
 *
 * An identity that passed a bound is not followed and not kept, with one exception:
 * an own identity stays where nothing else would be left to know the alert by.
 */
export async function followLineage(
  sets: readonly (readonly string[])[],
  limits: Pick<LineageLimits, 'followed'>,
  look: (keys: readonly string[]) => Promise<ReadonlyMap<string, LineageHop>>,
): Promise<readonly ResolvedLineage[]> {
  const walks = sets.map((own): Walk => {
    return { own: new Set(own), seen: new Set(own), kept: new Set(), open: [...new Set(own)], cut: false };
  });
  for (;;) {
    const asked = [...new Set(walks.flatMap(({ open }) => open))];
    if (asked.length === 0) break;
    const hops = await look(asked);
    for (const walk of walks) step(walk, hops, limits.followed);
  }
  return walks.map(({ own, kept, cut }) => ({ keys: [...(kept.size > 0 ? kept : own)].sort(), cut }));
}

function step(walk: Walk, hops: ReadonlyMap<string, LineageHop>, followed: number): void {
  const next: string[] = [];
  for (const key of walk.open) {
    const hop = hops.get(key);
    if (hop?.stopped === true) continue;
    walk.kept.add(key);
    for (const parent of hop?.parents.toSorted() ?? []) {
      if (walk.seen.has(parent)) continue;
      if (walk.seen.size >= Math.max(followed, walk.own.size)) walk.cut = true;
      else {
        walk.seen.add(parent);
        next.push(parent);
      }
    }
  }
  walk.open = next;
}
