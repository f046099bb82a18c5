import type { Alert, Delivered, StoredAlert } from '../../domain/alert.ts';
import type { AlertStore } from '../../domain/ports.ts';

interface Entry {
  stored?: StoredAlert;
  readonly members: Map<string, number>;
}

/** Alerts of one process, for offline runs and tests. Forgets nothing. */
export function createMemoryAlerts(): AlertStore {
  const entries = new Map<string, Entry>();

  function entryOf(fingerprint: string): Entry {
    const entry = entries.get(fingerprint) ?? { members: new Map() };
    entries.set(fingerprint, entry);
    return entry;
  }

  return {
    read: async (fingerprint) => entries.get(fingerprint)?.stored,

    async addMembers(fingerprint, members) {
      const known = entryOf(fingerprint).members;
      for (const { key, time } of members) if (!known.has(key)) known.set(key, time);
      let firstSeen = Number.POSITIVE_INFINITY;
      let lastSeen = Number.NEGATIVE_INFINITY;
      for (const time of known.values()) {
        firstSeen = Math.min(firstSeen, time);
        lastSeen = Math.max(lastSeen, time);
      }
      return { count: known.size, firstSeen, lastSeen };
    },

    async write(alert: Alert, expected: number) {
      const entry = entryOf(alert.fingerprint);
      if ((entry.stored?.revision ?? 0) !== expected) return false;
      entry.stored = { ...entry.stored, alert, revision: expected + 1 };
      return true;
    },

    async recordDelivery(fingerprint: string, delivered: Delivered) {
      const entry = entries.get(fingerprint);
      if (entry?.stored === undefined) return;
      if ((entry.stored.delivered?.revision ?? 0) > delivered.revision) return;
      entry.stored = { ...entry.stored, delivered };
    },

    async undelivered(limit) {
      return [...entries.values()]
        .flatMap(({ stored }) => stored ?? [])
        .filter(({ revision, delivered }) => revision > (delivered?.revision ?? 0))
        .sort(byFirstSeen)
        .slice(0, limit);
    },
  };
}

function byFirstSeen({ alert: a }: StoredAlert, { alert: b }: StoredAlert): number {
  return a.firstSeen - b.firstSeen || (a.fingerprint < b.fingerprint ? -1 : 1);
}
