import type { Redis } from 'ioredis';
import type { StepResult } from '../../domain/playbook.ts';
import type { RunStore } from '../../domain/ports.ts';
import type { Keys } from './keys.ts';

/** A run is remembered for so long after its last write: far longer than an alert's period grows. */
const KEEP_SECONDS = 60 * 24 * 60 * 60;

/** Playbook runs in Redis, one hash a run. Every write is one transaction with its expiry. */
export function createRuns(redis: Redis, keys: Keys): RunStore {
  const setOnce = async (runId: string, field: string, value: string): Promise<boolean> => {
    const key = keys.runs.run(runId);
    const answers = await redis.multi().hsetnx(key, field, value).expire(key, KEEP_SECONDS).exec();
    const [error, isNew] = answers?.[0] ?? [new Error('the transaction was discarded'), 0];
    if (error !== null) throw error;
    return isNew === 1;
  };

  return {
    async begin(runId, at) {
      if (await setOnce(runId, 'startedAt', String(at))) return 'new';
      return (await redis.hexists(keys.runs.run(runId), 'finishedAt')) === 1 ? 'finished' : 'resumed';
    },
    async result(runId, stepId) {
      const text = await redis.hget(keys.runs.run(runId), stepField(stepId));
      return text === null ? undefined : (JSON.parse(text) as StepResult);
    },
    async record(runId, result) {
      await setOnce(runId, stepField(result.stepId), JSON.stringify(result));
    },
    async finish(runId, at) {
      await setOnce(runId, 'finishedAt', String(at));
    },
  };
}

function stepField(stepId: string): string {
  return `s:${stepId}`;
}
