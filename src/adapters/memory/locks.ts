import { TrailhiveError } from '../../domain/errors.ts';
import type { Locks } from '../../domain/ports.ts';

/** Locks of one process, first come, first served. */
export function createMemoryLocks(options: { readonly waitMs?: number } = {}): Locks {
  const { waitMs = 10_000 } = options;
  const queues = new Map<string, Promise<void>>();

  return {
    async withLock(name, work) {
      const before = queues.get(name) ?? Promise.resolve();
      let free: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        free = resolve;
      });
      const mine = before.then(() => held);
      queues.set(name, mine);
      try {
        await within(before, waitMs, name);
        return await work();
      } finally {
        free();
        if (queues.get(name) === mine) queues.delete(name);
      }
    },
  };
}

async function within(turn: Promise<void>, waitMs: number, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new TrailhiveError('retryable', 'the lock is taken', {
            details: { lock: name },
            retryAfterMs: 1_000,
          }),
        ),
      waitMs,
    );
  });
  try {
    await Promise.race([turn, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
