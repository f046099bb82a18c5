import type { JournalEntry } from '../../domain/journal.ts';

/**
 * The journal room: append to stable storage, read back in order. It keeps
 * lines and does not know what they are for.
 *
 * A journal is NDJSON, so that people can read it with what every machine has.
 */
export function toLines(entries: readonly JournalEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** The entry of a line, or undefined where it is torn or not ours. */
export function parseLine(line: string): JournalEntry | undefined {
  try {
    const value = JSON.parse(line) as { kind?: unknown; at?: unknown } | null;
    const isEntry = typeof value?.kind === 'string' && typeof value.at === 'number';
    return isEntry ? (value as unknown as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}

/** `2026-11-22` of an instant, UTC: the name under which a day's lines are kept. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
