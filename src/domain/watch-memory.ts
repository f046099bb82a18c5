import type { BaselineRun, BaselineSighting } from './baseline.ts';
import type { HeartbeatGroup } from './heartbeat.ts';

/** All that is known of one group of a baseline rule. JSON-safe. */
export interface BaselineMemory {
  readonly ruleId: string;
  readonly group: string;
  readonly memoryMs: number;
  /** First event of the group. */
  readonly since: number;
  /** The runs of each value (a hash), earliest first. */
  readonly values: readonly (readonly [value: string, runs: readonly BaselineRun[]])[];
}

/** All that is known of one group of a heartbeat rule. JSON-safe. */
export interface HeartbeatMemory extends HeartbeatGroup {
  /** The alert of its silence is safe. */
  readonly told: boolean;
  readonly pastSilences: readonly number[];
  /** Number of a week, and a bit for each of its slots as hex: was an event seen? The first bit of a byte is its highest. */
  readonly weeks: readonly (readonly [week: number, bits: string])[];
}

/** What a snapshot keeps of all rules at most, the groups with the newest events first. */
export interface SnapshotLimits {
  readonly baselineValues: number;
  readonly heartbeatGroups: number;
}

/** About 25 MB of JSON each. */
export const SNAPSHOT_LIMITS: SnapshotLimits = { baselineValues: 200_000, heartbeatGroups: 10_000 };

/** What was known, as sightings: adding them again makes the same runs. */
export function sightingsOf({ ruleId, group, memoryMs, values }: BaselineMemory): BaselineSighting[] {
  return values.flatMap(([value, runs]) => runs.map((run) => ({ ...run, ruleId, group, value, memoryMs })));
}
