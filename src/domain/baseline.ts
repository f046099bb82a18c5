/** A stretch in which a group shows a value again and again, never pausing for longer than the rule remembers. */
export interface BaselineRun {
  readonly start: number;
  /** Hash of the key of the event that it starts with. */
  readonly startKey: string;
  readonly end: number;
}

/** What a batch shows of one value of a group: a run of its own. */
export interface BaselineSighting extends BaselineRun {
  readonly ruleId: string;
  /** Hash of the group's values. */
  readonly group: string;
  /** Hash of the value. */
  readonly value: string;
  /** A longer pause ends a run. */
  readonly memoryMs: number;
}

/** What is known after a batch of sightings; undefined: a bound refused it. */
export interface BaselineAnswer {
  /** The run that the sighting is part of now. */
  readonly run: BaselineRun;
  /** First event of the group. */
  readonly groupSince: number;
  /** Other values of the group that were seen before the run. */
  readonly valuesBefore: number;
}

export interface BaselineLimits {
  /** Groups of one rule that are watched. */
  readonly groups: number;
  /** Values that are kept of one group. */
  readonly values: number;
}

export const BASELINE_LIMITS: BaselineLimits = { groups: 50_000, values: 500 };
/** Runs that are kept of one value, the latest. */
export const BASELINE_RUNS = 4;

/**
 * The runs with one more in them. The result is that of all sightings together,
 * in whatever order they are added: runs that pause for `memoryMs` or less are one.
 */
export function joinRuns(runs: readonly BaselineRun[], added: BaselineRun, memoryMs: number): BaselineRun[] {
  const isNear = (run: BaselineRun) => run.start - added.end <= memoryMs && added.start - run.end <= memoryMs;
  const joined = runs.filter(isNear).reduce(union, added);
  return [...runs.filter((run) => !isNear(run)), joined].sort((a, b) => a.start - b.start);
}

function union(a: BaselineRun, b: BaselineRun): BaselineRun {
  const isFirst = a.start !== b.start ? a.start < b.start : a.startKey <= b.startKey;
  const { start, startKey } = isFirst ? a : b;
  return { start, startKey, end: Math.max(a.end, b.end) };
}
