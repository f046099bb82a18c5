import type { SuppressionStore } from '../../domain/ports.ts';
import type { Suppression } from '../../domain/suppression.ts';

/** Suppressions of one process, for offline runs and tests. */
export function createMemorySuppressions(): SuppressionStore {
  const entries = new Map<string, Suppression>();
  const hits = new Map<string, Set<string>>();
  return {
    list: async () =>
      [...entries.values()]
        .map((each) => ({ ...each, hits: Math.max(each.hits, hits.get(each.id)?.size ?? 0) }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),

    async put(suppression) {
      if (entries.get(suppression.id)?.createdAt !== suppression.createdAt) hits.delete(suppression.id);
      entries.set(suppression.id, suppression);
    },

    async countHits(id, findingIds) {
      const known = hits.get(id) ?? new Set();
      for (const findingId of findingIds) known.add(findingId);
      hits.set(id, known);
      return known.size;
    },
  };
}
