import {
  BASELINE_LIMITS,
  BASELINE_RUNS,
  type BaselineAnswer,
  type BaselineLimits,
  type BaselineRun,
  type BaselineSighting,
  joinRuns,
} from '../../domain/baseline.ts';
import type { BaselineStore } from '../../domain/ports.ts';
import { sightingsOf } from '../../domain/watch-memory.ts';

interface Held {
  since: number;
  readonly runs: Map<string, readonly BaselineRun[]>;
}

/** Baselines of one process, for offline runs and tests. Forgets groups never. */
export function createMemoryBaselines(limits: BaselineLimits = BASELINE_LIMITS): BaselineStore {
  const rules = new Map<string, Map<string, Held>>();

  function groupOf({ ruleId, group, start }: BaselineSighting): Held | undefined {
    const groups = rules.get(ruleId) ?? new Map<string, Held>();
    rules.set(ruleId, groups);
    const known = groups.get(group);
    if (known !== undefined || groups.size >= limits.groups) return known;
    const opened = { since: start, runs: new Map() };
    groups.set(group, opened);
    return opened;
  }

  function addOne(sighting: BaselineSighting): void {
    const held = groupOf(sighting);
    if (held === undefined) return;
    held.since = Math.min(held.since, sighting.start);
    const known = held.runs.get(sighting.value);
    if (known === undefined && !hasRoom(held, sighting, limits.values)) return;
    const { start, startKey, end, memoryMs } = sighting;
    const runs = joinRuns(known ?? [], { start, startKey, end }, memoryMs);
    held.runs.set(sighting.value, runs.slice(-BASELINE_RUNS));
  }

  function answer({ ruleId, group, value, start, end }: BaselineSighting): BaselineAnswer | undefined {
    const held = rules.get(ruleId)?.get(group);
    const run = held?.runs.get(value)?.find((each) => each.start <= start && end <= each.end);
    if (held === undefined || run === undefined) return undefined;
    const before = [...held.runs].filter(
      ([other, runs]) => other !== value && (runs[0]?.start ?? Number.POSITIVE_INFINITY) < run.start,
    );
    return { run, groupSince: held.since, valuesBefore: before.length };
  }

  return {
    async add(sightings) {
      for (const sighting of sightings) addOne(sighting);
      return sightings.map(answer);
    },

    async *recall(ruleId, memoryMs) {
      const newest = ({ runs }: Held) => Math.max(...[...runs.values()].map((each) => each.at(-1)?.end ?? 0));
      const groups = [...(rules.get(ruleId) ?? [])].sort(([, a], [, b]) => newest(b) - newest(a));
      for (const [group, { since, runs }] of groups)
        yield { ruleId, group, memoryMs, since, values: [...runs] };
    },

    async restore(groups) {
      for (const memory of groups) {
        for (const sighting of sightingsOf(memory)) addOne(sighting);
        const held = rules.get(memory.ruleId)?.get(memory.group);
        if (held !== undefined) held.since = Math.min(held.since, memory.since);
      }
    },
  };
}

/** Values that the rule would take for new again make room. */
function hasRoom(held: Held, { end, memoryMs }: BaselineSighting, limit: number): boolean {
  if (held.runs.size < limit) return true;
  for (const [value, runs] of held.runs)
    if ((runs.at(-1)?.end ?? end) < end - memoryMs) held.runs.delete(value);
  return held.runs.size < limit;
}
