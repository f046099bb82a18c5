import { describe, expect, it } from 'vitest';
import { createMemoryNotes } from '../../src/adapters/memory/notes.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createNotes } from '../../src/adapters/redis/notes.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

describe.each([
  ['memory', createMemoryNotes],
  ['redis', () => createNotes(redis, createKeys(`${prefix}x${++stores}`, 1))],
])('notes: %s', (_name, create) => {
  it('gives back the value that was set last', async () => {
    const notes = create();
    expect(await notes.get('cursor')).toBeUndefined();
    await notes.set('cursor', '1');
    await notes.set('cursor', '2');
    expect(await notes.get('cursor')).toBe('2');
  });

  it('counts, and lists the counts of a prefix', async () => {
    const notes = create();
    expect(await notes.increment('hidden:r1', 2)).toBe(2);
    expect(await notes.increment('hidden:r1', 3)).toBe(5);
    await notes.increment('hidden:__proto__', 1);
    await notes.increment('late', 1);
    const counts = await notes.counts('hidden:');
    expect(Object.entries(counts).sort()).toEqual([
      ['hidden:__proto__', 1],
      ['hidden:r1', 5],
    ]);
    expect(await notes.get('late')).toBe('1');
  });
});

describe('what the stores write to Redis', () => {
  it('has a TTL, every key', async () => {
    const own = `${prefix}x${++stores}`;
    const notes = createNotes(redis, createKeys(own, 1));
    await notes.set('cursor', '1');
    await notes.increment('late', 1);
    const keys = await redis.keys(`${own}:*`);
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
  });
});
