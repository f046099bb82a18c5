import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { TrailhiveError } from '../../domain/errors.ts';
import type { Locks } from '../../domain/ports.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

export interface LockOptions {
  /** A holder that dies loses the lock after this; one that works renews it. */
  readonly ttlMs?: number;
  /** How long a caller waits for a taken lock. */
  readonly waitMs?: number;
  /** Pause between two tries. */
  readonly pollMs?: number;
}

/**
 * Locks in Redis.
 *
 * They save work and keep writers of one case apart; what they guard must still
 * be safe to repeat, because a process that was stopped for longer than the TTL
 * loses the lock without noticing.
 */
export function createLocks(redis: Redis, keys: Keys, options: LockOptions = {}): Locks {
  const { ttlMs = 15_000, waitMs = 10_000, pollMs = 50 } = options;
  const renew = defineScript(redis, 'lock-renew');
  const release = defineScript(redis, 'lock-release');

  async function acquire(name: string, key: string, token: string): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += pollMs) {
      if ((await redis.set(key, token, 'PX', ttlMs, 'NX')) === 'OK') return;
      if (waitedMs >= waitMs) {
        throw new TrailhiveError('retryable', 'the lock is taken', {
          details: { lock: name },
          retryAfterMs: 1_000,
        });
      }
      await sleep(pollMs);
    }
  }

  return {
    async withLock(name, work) {
      const key = keys.locks.lock(name);
      const token = randomBytes(16).toString('hex');
      await acquire(name, key, token);
      // A renewal that fails is made up for by the next one, or the lock runs out.
      const timer = setInterval(() => void renew([key], [token, ttlMs]).catch(() => undefined), ttlMs / 3);
      try {
        return await work();
      } finally {
        clearInterval(timer);
        await release([key], [token]).catch(() => undefined);
      }
    },
  };
}
