import type { StoredAlert } from '../domain/alert.ts';
import type { BatchRef } from '../domain/batch.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { AlertStore, Journal, Locks, Log, Notes, SuppressionStore, WorkQueue } from '../domain/ports.ts';
import { severityRank } from '../domain/severity.ts';
import type { Suppression } from '../domain/suppression.ts';

export interface RestoreDeps {
  readonly journal: Journal;
  readonly suppressions: SuppressionStore;
  readonly queue: WorkQueue;
  readonly alerts: AlertStore;
  readonly notes: Notes;
  readonly locks: Locks;
  readonly log: Log;
  readonly now: () => number;
  /** Objects that were processed within this time are read again: longest window and lateness. */
  readonly replayMs: number;
  /** How far back suppressions and undelivered alerts are looked for: the longest life of a suppression. */
  readonly lookBackMs: number;
}

export interface Restored {
  readonly suppressions: number;
  readonly alerts: number;
  readonly batches: number;
}

/** Its absence says that this Redis is new, or was emptied. */
export const GENERATION_NOTE = 'generation';

/**
 * Rebuilds what a Redis without memory lacks, once, by whoever comes first;
 * others wait for him. Returns undefined where nothing was missing.
 *
 * To be asked before every poll: it costs one read. Nothing may be taken in
 * before, else a suppressed finding would alert and a window would start half
 * empty. Every step may be repeated, so a crash in the middle begins again.
 */
export async function restore(deps: RestoreDeps): Promise<Restored | undefined> {
  if ((await deps.notes.get(GENERATION_NOTE)) !== undefined) return undefined;
  return await deps.locks.withLock('restore', async () => {
    if ((await deps.notes.get(GENERATION_NOTE)) !== undefined) return undefined;
    const found = await readJournal(deps);
    const restored = {
      suppressions: await putSuppressions([...found.suppressions.values()], deps),
      alerts: await putAlerts([...found.undelivered.values()], deps),
      batches: found.refs.size,
    };
    await deps.queue.addBatches([...found.refs.values()]);
    await deps.notes.set(GENERATION_NOTE, String(deps.now()));
    deps.log.info({ ...restored }, 'an empty Redis was filled from the journal');
    return restored;
  });
}

interface Found {
  readonly suppressions: Map<string, Suppression>;
  readonly undelivered: Map<string, StoredAlert>;
  readonly refs: Map<string, BatchRef>;
}

async function readJournal({ journal, now, replayMs, lookBackMs }: RestoreDeps): Promise<Found> {
  const found: Found = { suppressions: new Map(), undelivered: new Map(), refs: new Map() };
  const at = now();
  for await (const entry of journal.read(at - Math.max(replayMs, lookBackMs)))
    note(entry, at - replayMs, found);
  return found;
}

function note(entry: JournalEntry, replayFrom: number, found: Found): void {
  if (entry.kind === 'suppression') {
    const { suppression } = entry;
    const known = found.suppressions.get(suppression.id);
    if (known === undefined || suppression.stateAt >= known.stateAt) {
      found.suppressions.set(suppression.id, suppression);
    }
  } else if (entry.kind === 'undelivered') {
    const { stored } = entry;
    const known = found.undelivered.get(stored.alert.fingerprint);
    if (known === undefined || stored.revision >= known.revision) {
      found.undelivered.set(stored.alert.fingerprint, stored);
    }
  } else if (entry.kind === 'ledger' && entry.line.outcome === 'processed' && entry.at >= replayFrom) {
    found.refs.set(entry.line.ref.id, entry.line.ref);
  }
}

/** A revoked one is put back as well: it must not come to life again. What the store has newer stays. */
async function putSuppressions(all: readonly Suppression[], deps: RestoreDeps): Promise<number> {
  const present = new Map((await deps.suppressions.list()).map((each) => [each.id, each.stateAt]));
  const missing = all.filter(
    ({ id, stateAt, expiresAt }) => expiresAt > deps.now() && stateAt > (present.get(id) ?? -1),
  );
  for (const suppression of missing) await deps.suppressions.put(suppression);
  return missing.length;
}

/** Delivering reads TheHive first, so an alert that arrived there in the meantime is not doubled. */
async function putAlerts(all: readonly StoredAlert[], { alerts, queue }: RestoreDeps): Promise<number> {
  let count = 0;
  for (const { alert } of all) {
    await alerts.write(alert, 0);
    const stored = await alerts.read(alert.fingerprint);
    if (stored === undefined || (stored.delivered?.revision ?? 0) >= stored.revision) continue;
    const { fingerprint, severity } = stored.alert;
    await queue.addDeliveries([{ fingerprint, revision: stored.revision, rank: 4 - severityRank(severity) }]);
    count += 1;
  }
  return count;
}
