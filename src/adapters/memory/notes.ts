import type { Notes } from '../../domain/ports.ts';

/** Notes of one process. */
export function createMemoryNotes(): Notes {
  const values = new Map<string, string>();
  const counts = new Map<string, number>();
  return {
    get: async (name) => values.get(name) ?? counts.get(name)?.toString(),
    async set(name, value) {
      values.set(name, value);
    },
    async increment(name, by) {
      const count = (counts.get(name) ?? 0) + by;
      counts.set(name, count);
      return count;
    },
    counts: async (prefix) => Object.fromEntries([...counts].filter(([name]) => name.startsWith(prefix))),
  };
}
