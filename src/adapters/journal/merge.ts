import type { JournalEntry } from '../../domain/journal.ts';

/**
 * Merges streams that are each about in order into one, oldest head first. What
 * one writer wrote keeps its order.
 */
export async function* mergeByTime(
  streams: readonly AsyncGenerator<JournalEntry>[],
): AsyncGenerator<JournalEntry> {
  const heads = new Map<AsyncGenerator<JournalEntry>, JournalEntry>();
  const advance = async (stream: AsyncGenerator<JournalEntry>) => {
    const next = await stream.next();
    if (next.done === true) heads.delete(stream);
    else heads.set(stream, next.value);
  };
  try {
    for (const stream of streams) await advance(stream);
    while (heads.size > 0) {
      const [stream, entry] = [...heads].reduce((a, b) => (b[1].at < a[1].at ? b : a));
      yield entry;
      await advance(stream);
    }
  } finally {
    // A reader that stops early leaves no file open.
    for (const stream of streams) await stream.return(undefined);
  }
}
