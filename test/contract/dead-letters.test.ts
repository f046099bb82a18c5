import { describe, expect, it } from 'vitest';
import { createMemoryDeadLetters } from '../../src/adapters/memory/dead-letters.ts';
import { createDeadLetters } from '../../src/adapters/redis/dead-letters.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import type { DeadLetter } from '../../src/domain/journal.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

function aLetter(changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: 'd1',
    queue: 'trail',
    reference: 's3://logs/a.json.gz',
    ref: { kind: 'object', id: 'd1', queue: 'trail', bucket: 'logs', key: 'a.json.gz', deliveredAt: 7 },
    reason: 'not gzip',
    attempts: 3,
    firstAt: 1_700_000_000_000,
    lastAt: 1_700_000_100_000,
    ...changes,
  };
}

describe.each([
  ['memory', createMemoryDeadLetters],
  ['redis', () => createDeadLetters(redis, createKeys(`${prefix}x${++stores}`, 1))],
])('dead letters: %s', (_name, create) => {
  it('gives back what was put, newest first', async () => {
    const letters = create();
    const older = aLetter();
    const newer = aLetter({ id: 'd2', lastAt: older.lastAt + 1 });
    await letters.put(older);
    await letters.put(newer);
    expect(await letters.list(10)).toEqual([newer, older]);
    expect(await letters.list(1)).toEqual([newer]);
  });

  it('raises tries and last time of one that is there, and keeps its first time', async () => {
    const letters = create();
    await letters.put(aLetter());
    await letters.put(
      aLetter({ attempts: 5, reason: 'gone', firstAt: 1_700_000_050_000, lastAt: 1_700_000_200_000 }),
    );
    await letters.put(aLetter({ attempts: 1, reason: 'gone', lastAt: 1_700_000_000_000 }));
    expect(await letters.list(10)).toEqual([
      aLetter({ attempts: 5, reason: 'gone', lastAt: 1_700_000_200_000 }),
    ]);
  });

  it('removes', async () => {
    const letters = create();
    await letters.put(aLetter());
    await letters.remove('d1');
    await letters.remove('unknown');
    expect(await letters.list(10)).toEqual([]);
  });
});

describe('dead letters in Redis', () => {
  it('keep the newest and leave nothing of the others behind', async () => {
    const own = `${prefix}x${++stores}`;
    const letters = createDeadLetters(redis, createKeys(own, 1), 2);
    for (const number of [1, 2, 3, 4]) await letters.put(aLetter({ id: `d${number}`, lastAt: number }));
    expect((await letters.list(10)).map(({ id }) => id)).toEqual(['d4', 'd3']);
    const keys = await redis.keys(`${own}:*`);
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
  });
});
