import type { JournalEntry } from '../../domain/journal.ts';
import type { Journal } from '../../domain/ports.ts';

/** A journal that lasts as long as its process: for offline runs and tests. */
export function createMemoryJournal(): Journal {
  const lines: string[] = [];
  return {
    async append(entries) {
      for (const entry of entries) lines.push(JSON.stringify(entry));
    },
    async *read(since) {
      const entries = lines.map((line) => JSON.parse(line) as JournalEntry);
      yield* entries.filter((entry) => entry.at >= since).sort((a, b) => a.at - b.at);
    },
  };
}
