import { describe, expect, it } from 'vitest';
import { valuesByKey } from '../../../../../src/pipeline/enrich/derived/values-by-key.ts';

describe('valuesByKey', () => {
  it('finds keys in any case at any depth, and unrolls lists', () => {
    const value = { a: [{ ID: 1 }, { b: { id: [2, 3] } }], iD: 'x' };
    expect(valuesByKey(value, new Set(['id']))).toEqual([1, 2, 3, 'x']);
  });

  it('does not take the places of a list for keys', () => {
    expect(valuesByKey(['a', 'b'], new Set(['0']))).toEqual([]);
  });

  it('stops at great depth and size', () => {
    let deep: unknown = { id: 1 };
    for (let at = 0; at < 100_000; at += 1) deep = [deep];
    expect(valuesByKey(deep, new Set(['id']))).toEqual([]);
    const wide = Array.from({ length: 100_000 }, () => ({ id: 1 }));
    expect(valuesByKey(wide, new Set(['id'])).length).toBeLessThan(20_000);
  });
});
