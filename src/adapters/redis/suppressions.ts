import type { Redis } from 'ioredis';
import { TrailhiveError } from '../../domain/errors.ts';
import type { SuppressionStore } from '../../domain/ports.ts';
import type { Suppression } from '../../domain/suppression.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

/** Longer than the longest life of a suppression, 90 days. */
const SUPPRESSION_TTL_MS = 120 * 24 * 3_600_000;

/**
 * Suppressions in Redis. `list` refuses as a whole when one entry cannot be read:
 * what it cannot read it cannot judge, and then nothing is hidden.
 */
export function createRedisSuppressions(redis: Redis, keys: Keys): SuppressionStore {
  const put = defineScript(redis, 'suppressions-put');
  const countHits = defineScript(redis, 'suppressions-count-hits');

  return {
    async list() {
      const entries = await redis.hgetall(keys.suppressions.entries());
      const suppressions = Object.entries(entries).map(([id, text]) => parseEntry(id, text));
      const hits = await Promise.all(suppressions.map(({ id }) => redis.scard(keys.suppressions.hits(id))));
      return suppressions
        .map((each, at) => ({ ...each, hits: Math.max(each.hits, hits[at] ?? 0) }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    async put(suppression) {
      await put(
        [keys.suppressions.entries(), keys.suppressions.hits(suppression.id)],
        [SUPPRESSION_TTL_MS, suppression.id, suppression.createdAt, JSON.stringify(suppression)],
      );
    },

    async countHits(id, findingIds) {
      if (findingIds.length === 0) return await redis.scard(keys.suppressions.hits(id));
      const counted = await countHits([keys.suppressions.hits(id)], [SUPPRESSION_TTL_MS, ...findingIds]);
      return Number(counted);
    },
  };
}

function parseEntry(id: string, text: string): Suppression {
  try {
    const entry: unknown = JSON.parse(text.slice(text.indexOf(' ') + 1));
    if (isSuppression(entry) && entry.id === id) return entry;
  } catch (cause) {
    throw unreadable(id, cause);
  }
  throw unreadable(id);
}

function unreadable(id: string, cause?: unknown): TrailhiveError {
  return new TrailhiveError('permanent', 'A stored suppression cannot be read. Remove it from the store.', {
    details: { suppressionId: id.slice(0, 64) },
    cause,
  });
}

/** Enough of a check that no half an entry hides anything. */
function isSuppression(entry: unknown): entry is Suppression {
  if (typeof entry !== 'object' || entry === null) return false;
  const { id, state, scope, evidence, hits, createdAt, stateAt, expiresAt } = entry as Partial<Suppression>;
  const texts = [id, state, scope?.ruleId, scope?.ruleRevision, scope?.account, scope?.principal];
  const numbers = [hits, createdAt, stateAt, expiresAt];
  return (
    texts.every((each) => typeof each === 'string') &&
    numbers.every((each) => typeof each === 'number') &&
    typeof scope?.context === 'object' &&
    scope.context !== null &&
    Array.isArray(evidence)
  );
}
