import type { DeadLetter } from '../../domain/journal.ts';
import type { DeadLetterStore } from '../../domain/ports.ts';

/** Dead letters of one process. */
export function createMemoryDeadLetters(): DeadLetterStore {
  const letters = new Map<string, DeadLetter>();
  return {
    async put(letter) {
      const known = letters.get(letter.id) ?? letter;
      letters.set(letter.id, {
        ...letter,
        attempts: Math.max(letter.attempts, known.attempts),
        firstAt: Math.min(letter.firstAt, known.firstAt),
        lastAt: Math.max(letter.lastAt, known.lastAt),
      });
    },
    list: async (limit) => [...letters.values()].sort((a, b) => b.lastAt - a.lastAt).slice(0, limit),
    async remove(id) {
      letters.delete(id);
    },
  };
}
