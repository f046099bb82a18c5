import type { StoredAlert } from '../domain/alert.ts';
import type { BatchRef } from '../domain/batch.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type {
  AlertStore,
  BaselineStore,
  HeartbeatStore,
  Journal,
  Locks,
  Log,
  Notes,
  SuppressionStore,
  WorkQueue,
} from '../domain/ports.ts';
import { severityRank } from '../domain/severity.ts';
import type { Suppression } from '../domain/suppression.ts';

export interface RestoreDeps {
  readonly journal: Journal;
  readonly suppressions: SuppressionStore;
  readonly queue: WorkQueue;
  readonly alerts: AlertStore;
  readonly notes: Notes;
  readonly locks: Locks;
  readonly baselines: Pick<BaselineStore, 'restore'>;
  readonly heartbeats: Pick<HeartbeatStore, 'restore'>;
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
  /** Groups of baselines and heartbeats that the latest whole snapshot knew. */
  readonly groups: number;
}

/** Its absence says that this Redis is new, or was emptied. */
export const GENERATION_NOTE = 'generation';
/** Set while objects are read again: until that is over, nobody is silent. */
export const REPLAY_NOTE = 'replay';

/** A snapshot is a day old at most; what was processed since is read again even where windows would not need it. */
const SNAPSHOT_REACH_MS = 49 * 3_600_000;

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
    const refs = refsToRead(found, deps);
    const restored = {
      suppressions: await putSuppressions([...found.suppressions.values()], deps),
      alerts: await putAlerts([...found.undelivered.values()], deps),
      batches: refs.length,
      groups: await putSnapshot(found.snapshot, deps),
    };
    if (refs.length > 0) await deps.notes.set(REPLAY_NOTE, 'running');
    await deps.queue.addBatches(refs);
    await deps.notes.set(GENERATION_NOTE, String(deps.now()));
    deps.log.info({ ...restored }, 'an empty Redis was filled from the journal');
    return restored;
  });
}

type SnapshotPart = Extract<JournalEntry, { readonly kind: 'snapshot' }>;

interface Found {
  readonly suppressions: Map<string, Suppression>;
  readonly undelivered: Map<string, StoredAlert>;
  /** By id, with the time at which it was processed last. */
  readonly refs: Map<string, { readonly ref: BatchRef; readonly at: number }>;
  /** Parts of snapshots whose end was not read yet. */
  readonly open: Map<string, SnapshotPart[]>;
  /** The latest whole one. */
  snapshot: { readonly at: number; readonly parts: readonly SnapshotPart[] } | undefined;
}

async function readJournal({ journal, now, replayMs, lookBackMs }: RestoreDeps): Promise<Found> {
  const found: Found = {
    suppressions: new Map(),
    undelivered: new Map(),
    refs: new Map(),
    open: new Map(),
    snapshot: undefined,
  };
  const at = now();
  const refsFrom = at - Math.max(replayMs, SNAPSHOT_REACH_MS);
  for await (const entry of journal.read(at - Math.max(replayMs, lookBackMs, SNAPSHOT_REACH_MS)))
    note(entry, refsFrom, found);
  return found;
}

function note(entry: JournalEntry, refsFrom: number, found: Found): void {
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
  } else if (entry.kind === 'ledger') {
    const { line, at } = entry;
    if (line.outcome === 'processed' && at >= refsFrom) found.refs.set(line.ref.id, { ref: line.ref, at });
  } else noteSnapshot(entry, found);
}

function noteSnapshot(entry: JournalEntry, found: Found): void {
  if (entry.kind === 'snapshot') found.open.set(entry.id, [...(found.open.get(entry.id) ?? []), entry]);
  if (entry.kind !== 'snapshot-end') return;
  found.snapshot = { at: entry.at, parts: found.open.get(entry.id) ?? [] };
  // What was begun before and has no end yet was torn.
  found.open.clear();
}

/** What windows need, and what was learnt after the snapshot. */
function refsToRead({ refs, snapshot }: Found, { now, replayMs }: RestoreDeps): BatchRef[] {
  const from = Math.min(now() - replayMs, snapshot?.at ?? Number.POSITIVE_INFINITY);
  return [...refs.values()].filter(({ at }) => at >= from).map(({ ref }) => ref);
}

async function putSnapshot(snapshot: Found['snapshot'], deps: RestoreDeps): Promise<number> {
  let groups = 0;
  for (const { baselines, heartbeats } of snapshot?.parts ?? []) {
    await deps.baselines.restore(baselines);
    await deps.heartbeats.restore(heartbeats);
    groups += baselines.length + heartbeats.length;
  }
  return groups;
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
