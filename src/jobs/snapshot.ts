import type { JournalEntry } from '../domain/journal.ts';
import type { BaselineStore, HeartbeatStore, Journal, Log, Metrics } from '../domain/ports.ts';
import {
  type BaselineMemory,
  type HeartbeatMemory,
  SNAPSHOT_LIMITS,
  type SnapshotLimits,
} from '../domain/watch-memory.ts';

export interface SnapshotDeps {
  /** Rules that watch all events. */
  readonly rules: {
    readonly baselines: readonly { readonly id: string; readonly memoryMs: number }[];
    readonly heartbeats: readonly { readonly id: string }[];
  };
  readonly baselines: Pick<BaselineStore, 'recall'>;
  readonly heartbeats: Pick<HeartbeatStore, 'recall'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly limits?: SnapshotLimits;
}

/** What one line of the journal holds. */
const VALUES_A_LINE = 1_000;
const GROUPS_A_LINE = 100;

/**
 * Builds the nightly job that writes what baselines and heartbeats have learnt to
 * the journal: it takes weeks to learn, and neither SQS nor TheHive holds it.
 * Returns how many groups were written.
 *
 * The last line says that the snapshot is whole; one that was torn is passed over
 * on restoring. Groups beyond the limits, those with the oldest events, are left
 * out, counted and logged: they would be learnt anew.
 */
export function createSnapshot(deps: SnapshotDeps): (now: number) => Promise<number> {
  const { rules, baselines, heartbeats, journal, metrics, log, limits = SNAPSHOT_LIMITS } = deps;
  return async (now) => {
    const id = String(now);
    const write = (part: Part) => journal.append([{ kind: 'snapshot', at: now, id, ...part }]);
    const values = within(limits.baselineValues);
    for (const rule of rules.baselines)
      for await (const line of inLines(baselines.recall(rule.id, rule.memoryMs), valuesOf, VALUES_A_LINE))
        await write({ baselines: line.filter((group) => values.take(valuesOf(group))), heartbeats: [] });
    const groups = within(limits.heartbeatGroups);
    for (const rule of rules.heartbeats)
      for await (const line of inLines(heartbeats.recall(rule.id), () => 1, GROUPS_A_LINE))
        await write({ baselines: [], heartbeats: line.filter(() => groups.take(1)) });
    await journal.append([{ kind: 'snapshot-end', at: now, id }]);
    const leftOut = values.refused() + groups.refused();
    if (leftOut > 0) {
      metrics.count('snapshot_groups_left_out', {}, leftOut);
      log.warn({ count: leftOut }, 'groups were left out of the snapshot for their number');
    }
    const written = values.taken() + groups.taken();
    log.info({ groups: written }, 'what was learnt is in the journal');
    return written;
  };
}

/** Takes from a room until it is full, and counts. */
function within(room: number) {
  let [left, taken, refused] = [room, 0, 0];
  return {
    take(size: number): boolean {
      if (size > left) {
        refused += 1;
        return false;
      }
      left -= size;
      taken += 1;
      return true;
    },
    taken: () => taken,
    refused: () => refused,
  };
}

type Part = Pick<Extract<JournalEntry, { readonly kind: 'snapshot' }>, 'baselines' | 'heartbeats'>;

function valuesOf({ values }: BaselineMemory): number {
  return values.length;
}

async function* inLines<T extends BaselineMemory | HeartbeatMemory>(
  all: AsyncIterable<T>,
  sizeOf: (each: T) => number,
  most: number,
): AsyncGenerator<readonly T[]> {
  let line: T[] = [];
  let size = 0;
  for await (const each of all) {
    if (line.length > 0 && size + sizeOf(each) > most) {
      yield line;
      line = [];
      size = 0;
    }
    line.push(each);
    size += sizeOf(each);
  }
  if (line.length > 0) yield line;
}
