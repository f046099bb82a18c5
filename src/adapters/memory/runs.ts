import type { StepResult } from '../../domain/playbook.ts';
import type { RunStore } from '../../domain/ports.ts';

interface Run {
  readonly results: Map<string, StepResult>;
  isStarted: boolean;
  isFinished: boolean;
}

/** Playbook runs of one process. Nothing expires. */
export function createMemoryRuns(): RunStore {
  const runs = new Map<string, Run>();

  const runOf = (runId: string) => {
    const run = runs.get(runId) ?? { results: new Map(), isStarted: false, isFinished: false };
    runs.set(runId, run);
    return run;
  };

  return {
    async begin(runId) {
      const run = runOf(runId);
      const state = run.isStarted ? 'resumed' : 'new';
      run.isStarted = true;
      return run.isFinished ? 'finished' : state;
    },
    result: async (runId, stepId) => runs.get(runId)?.results.get(stepId),
    async record(runId, result) {
      const { results } = runOf(runId);
      if (!results.has(result.stepId)) results.set(result.stepId, structuredClone(result));
    },
    async finish(runId) {
      runOf(runId).isFinished = true;
    },
  };
}
