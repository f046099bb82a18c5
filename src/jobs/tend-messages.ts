import type { StoredAlert } from '../domain/alert.ts';
import { messageOf } from '../domain/errors.ts';
import type { Journal, Log, MessageSource, Metrics, Receipt, ReceiptStore } from '../domain/ports.ts';

export interface TendDeps {
  readonly source: MessageSource;
  readonly receipts: ReceiptStore;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
  readonly options: { readonly visibilitySeconds: number; readonly maxWaitMs: number };
  readonly loadAlert: (fingerprint: string) => Promise<StoredAlert | undefined>;
}

export interface Tend {
  run(): Promise<void>;
  /** The queue hides the message from now on, for the configured time. */
  noteHidden(receipt: Receipt): void;
}

const BATCH = 10;

/**
 * What happens to messages after they were taken in: those that are settled are
 * deleted, those that wait stay hidden, and after `maxWaitMs` the journal takes
 * what TheHive did not.
 *
 * A message that waited too long for anything else (its batch is still in the
 * backlog, or its job was lost) is not extended any more: it comes back and is
 * taken in again, at the price of one receive.
 */
export function createTend(deps: TendDeps): Tend {
  const { source, receipts, metrics, now, log } = deps;
  const visibilityMs = deps.options.visibilitySeconds * 1_000;
  /** By handle. What another process received is not in here, and is extended at the first look. */
  const hiddenUntil = new Map<string, number>();

  async function deleteSettled(): Promise<void> {
    for (const group of inGroups(await receipts.settled(source.name))) {
      await source.delete(group.map(({ handle }) => handle));
      for (const { messageId } of group) await receipts.close(source.name, messageId);
      metrics.count('messages_deleted', { queue: source.name }, group.length);
    }
  }

  async function extend(waiting: readonly Receipt[]): Promise<void> {
    const due = waiting.filter(({ handle }) => (hiddenUntil.get(handle) ?? 0) - now() < visibilityMs / 2);
    for (const group of inGroups(due)) {
      await source.extend(
        group.map(({ handle }) => handle),
        deps.options.visibilitySeconds,
      );
      for (const { handle } of group) hiddenUntil.set(handle, now() + visibilityMs);
    }
  }

  function forgetGone(waiting: readonly Receipt[]): void {
    const handles = new Set(waiting.map(({ handle }) => handle));
    for (const [handle, until] of hiddenUntil) {
      if (!handles.has(handle) && until < now()) hiddenUntil.delete(handle);
    }
  }

  /** One failing part leaves the others their turn; all of it is tried again at the next call. */
  async function attempt(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      log.warn({ queue: source.name, reason: messageOf(error) }, 'tending messages failed');
    }
  }

  return {
    noteHidden: ({ handle, receivedAt }) => void hiddenUntil.set(handle, receivedAt + visibilityMs),
    async run() {
      const waiting = await receipts.waiting(source.name);
      const overdue = waiting.filter(({ receivedAt }) => now() - receivedAt > deps.options.maxWaitMs);
      for (const { messageId } of overdue) await attempt(() => putIntoJournal(messageId, deps));
      await attempt(deleteSettled);
      await attempt(() => extend(waiting.filter((receipt) => !overdue.includes(receipt))));
      forgetGone(waiting);
      metrics.gauge('messages_waiting', waiting.length, { queue: source.name });
    },
  };
}

/** From here on the journal vouches for these revisions; their delivery goes on being tried. */
async function putIntoJournal(messageId: string, deps: TendDeps): Promise<void> {
  const { source, receipts, journal, now, metrics } = deps;
  for (const { fingerprint, revision } of await receipts.waitsFor(source.name, messageId)) {
    const stored = await deps.loadAlert(fingerprint);
    if (stored === undefined || stored.revision < revision) continue;
    if ((stored.delivered?.revision ?? 0) < revision) {
      await journal.append([{ kind: 'undelivered', at: now(), stored }]);
      metrics.count('undelivered_journaled', { queue: source.name });
    }
    await receipts.accepted(fingerprint, stored.revision);
  }
}

function* inGroups(receipts: readonly Receipt[]): Generator<readonly Receipt[]> {
  for (let start = 0; start < receipts.length; start += BATCH) yield receipts.slice(start, start + BATCH);
}
