import type { Redis } from 'ioredis';
import { hashOf } from '../../domain/hash.ts';
import type { DeadLetter } from '../../domain/journal.ts';
import type { DeadLetterStore } from '../../domain/ports.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

const KEEP_MS = 30 * 24 * 60 * 60_000;
/** The newest stay at hand; all are in the journal. */
const LIMIT = 5_000;

/** Dead letters in Redis: what people list and try again. The lasting record is the journal's. */
export function createDeadLetters(redis: Redis, keys: Keys, limit = LIMIT): DeadLetterStore {
  const put = defineScript(redis, 'dead-letters-put');
  return {
    async put(letter) {
      const { attempts, firstAt, lastAt, ...rest } = letter;
      await put(
        [keys.deadLetters.index(), keys.deadLetters.items()],
        [tokenOf(letter.id), JSON.stringify(rest), attempts, firstAt, lastAt, KEEP_MS, limit],
      );
    },
    async list(count) {
      const tokens = await redis.zrevrange(keys.deadLetters.index(), 0, count - 1);
      const found = await Promise.all(tokens.map((token) => redis.hgetall(keys.deadLetters.item(token))));
      return found.flatMap((fields) => (fields['letter'] === undefined ? [] : [toDeadLetter(fields)]));
    },
    async remove(id) {
      await Promise.all([
        redis.zrem(keys.deadLetters.index(), tokenOf(id)),
        redis.del(keys.deadLetters.item(tokenOf(id))),
      ]);
    },
  };
}

function tokenOf(id: string): string {
  return hashOf([id]);
}

function toDeadLetter(fields: Readonly<Record<string, string>>): DeadLetter {
  return {
    ...(JSON.parse(fields['letter'] ?? '{}') as Omit<DeadLetter, 'attempts' | 'firstAt' | 'lastAt'>),
    attempts: Number(fields['attempts']),
    firstAt: Number(fields['firstAt']),
    lastAt: Number(fields['lastAt']),
  };
}
