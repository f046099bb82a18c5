import { describe, expect, it } from 'vitest';
import { createCircuitBreaker } from '../../../../src/adapters/thehive/circuit-breaker.ts';
import { createRequestGate } from '../../../../src/adapters/thehive/request-gate.ts';

/** Work that ends when it is told to, and the most of it that was under way at once. */
function openWork() {
  const ends: (() => void)[] = [];
  const count = { now: 0, most: 0 };
  return {
    count,
    work: async () => {
      count.now += 1;
      count.most = Math.max(count.most, count.now);
      await new Promise<void>((resolve) => ends.push(resolve));
      count.now -= 1;
    },
    async endAll() {
      await new Promise((resolve) => setImmediate(resolve));
      while (ends.length > 0) {
        ends.shift()?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

describe('the request gate', () => {
  it('lets no more out than it is wide, and all in the end', async () => {
    const gate = createRequestGate(3);
    const { work, count, endAll } = openWork();
    const all = Array.from({ length: 10 }, () => gate.run(work));
    await endAll();
    await Promise.all(all);
    expect(count).toEqual({ now: 0, most: 3 });
  });

  it('halves under strain, never below one, and opens again by and by', () => {
    const gate = createRequestGate(8);
    gate.strained();
    expect(gate.width).toBe(4);
    for (let i = 0; i < 5; i += 1) gate.strained();
    expect(gate.width).toBe(1);
    gate.eased();
    expect(gate.width).toBe(2);
    for (let i = 0; i < 100; i += 1) gate.eased();
    expect(gate.width).toBe(8);
  });

  it('lets fewer out after strain', async () => {
    const gate = createRequestGate(4);
    gate.strained();
    const { work, count, endAll } = openWork();
    const all = Array.from({ length: 6 }, () => gate.run(work));
    await endAll();
    await Promise.all(all);
    expect(count.most).toBe(2);
  });

  it('gives the place of failed work back', async () => {
    const gate = createRequestGate(1);
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.run(async () => 'yes')).toBe('yes');
  });
});

describe('the circuit breaker', () => {
  it('opens after failures in a row, lets one probe through, and closes on its success', () => {
    let time = 1000;
    const breaker = createCircuitBreaker({ failures: 2, openMs: 500, now: () => time });
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    expect(breaker.blockedMs()).toBe(0);
    breaker.failed();
    expect(breaker.blockedMs()).toBe(500);
    time += 500;
    expect(breaker.blockedMs()).toBe(0);
    expect(breaker.blockedMs()).toBe(500);
    breaker.succeeded();
    expect(breaker.blockedMs()).toBe(0);
  });
});
