import { describe, expect, it } from 'vitest';
import { createRepeatFilter } from '../../../../src/adapters/pino/log.ts';

describe('a warning that repeats', () => {
  it('is written once in ten seconds, with the number that was held back', () => {
    let now = 0;
    const worthWriting = createRepeatFilter(() => now);
    expect(worthWriting('redis away')).toBe(0);
    now = 9_999;
    expect([worthWriting('redis away'), worthWriting('redis away')]).toEqual([undefined, undefined]);
    now = 10_000;
    expect(worthWriting('redis away')).toBe(2);
    now = 20_000;
    expect(worthWriting('redis away')).toBe(0);
  });

  it('does not hold back another one', () => {
    const worthWriting = createRepeatFilter(() => 0);
    expect([worthWriting('a'), worthWriting('b')]).toEqual([0, 0]);
  });
});
