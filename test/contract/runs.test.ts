import { describe, expect, it } from 'vitest';
import { createMemoryRuns } from '../../src/adapters/memory/runs.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRuns } from '../../src/adapters/redis/runs.ts';
import type { StepResult } from '../../src/domain/playbook.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let count = 0;
const stores = [
  ['memory', createMemoryRuns],
  ['redis', () => createRuns(redis, createKeys(`${prefix}${count++}`, 4))],
] as const;

function aResult(overrides: Partial<StepResult> = {}): StepResult {
  return {
    stepId: 'note',
    action: 'thehive.add-comment',
    outcome: 'done',
    summary: 'Comment added.',
    data: { n: 1 },
    at: 5,
    ...overrides,
  };
}

describe.each(stores)('the %s run store', (_name, createStore) => {
  it('starts a run once, lets it be resumed, and never starts a finished one', async () => {
    const runs = createStore();
    expect(await runs.begin('r1', 1)).toBe('new');
    expect(await runs.begin('r1', 2)).toBe('resumed');
    await runs.finish('r1', 3);
    expect(await runs.begin('r1', 4)).toBe('finished');
    expect(await runs.begin('r2', 4)).toBe('new');
  });

  it('gives one of many that begin together the start', async () => {
    const runs = createStore();
    const begun = await Promise.all(Array.from({ length: 8 }, () => runs.begin('r', 1)));
    expect(begun.filter((state) => state === 'new')).toHaveLength(1);
  });

  it('keeps results by run and step, the first one of each', async () => {
    const runs = createStore();
    await runs.begin('r1', 1);
    await runs.record('r1', aResult());
    await runs.record('r1', aResult({ summary: 'Comment added again.' }));
    await runs.record('r1', aResult({ stepId: 'task', data: { id: 't' } }));
    expect(await runs.result('r1', 'note')).toEqual(aResult());
    expect((await runs.result('r1', 'task'))?.data).toEqual({ id: 't' });
    expect(await runs.result('r1', 'none')).toBeUndefined();
    expect(await runs.result('r2', 'note')).toBeUndefined();
  });

  it('keeps results after the run is finished', async () => {
    const runs = createStore();
    await runs.record('r1', aResult());
    await runs.finish('r1', 2);
    expect(await runs.result('r1', 'note')).toEqual(aResult());
  });
});

describe('the redis run store', () => {
  it('lets every key expire', async () => {
    const runs = createRuns(redis, createKeys(`${prefix}ttl`, 4));
    await runs.begin('r1', 1);
    await runs.record('r2', aResult());
    const found = await redis.keys(`${prefix}ttl*`);
    expect(found).toHaveLength(2);
    for (const key of found) expect(await redis.ttl(key)).toBeGreaterThan(0);
  });
});
