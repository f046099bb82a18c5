import type { Redis } from 'ioredis';
import { hashOf } from '../../domain/hash.ts';
import type { Incident, IncidentCase } from '../../domain/incident.ts';
import type { IncidentStore } from '../../domain/ports.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

/** As long as alerts are kept. */
export const INCIDENT_TTL_MS = 35 * 24 * 3_600_000;
/** A call's arguments travel on the stack. */
const KEYS_A_CALL = 2_000;

/**
 * Incidents in Redis. All of them share one tag: a link may join any two, and it
 * must do so in one script call.
 */
export function createRedisIncidents(redis: Redis, keys: Keys): IncidentStore {
  const link = defineScript(redis, 'incidents-link');
  const read = defineScript(redis, 'incidents-read');
  const carrying = defineScript(redis, 'incidents-carrying');
  const changeCase = defineScript(redis, 'incidents-change-case');
  const base = [keys.incidents.base()];

  return {
    async link({ fingerprint, lineage, firstSeen, lastSeen }, gapMs) {
      const answer = await link(base, [
        INCIDENT_TTL_MS,
        fingerprint,
        firstSeen,
        lastSeen,
        gapMs,
        ...lineage.map((key) => hashOf([key])),
      ]);
      const incident = toIncident(answer);
      if (incident === undefined) throw new Error(`no incident of ${fingerprint} after linking it`);
      return incident;
    },

    async of(fingerprint) {
      return toIncident(await read(base, [fingerprint]));
    },

    async carrying(lineage) {
      const found = new Set<string>();
      for (let at = 0; at < lineage.length; at += KEYS_A_CALL) {
        const hashes = lineage.slice(at, at + KEYS_A_CALL).map((key) => hashOf([key]));
        for (const fingerprint of (await carrying(base, hashes)) as string[]) found.add(fingerprint);
      }
      return [...found].sort();
    },

    async addCase(fingerprint, { caseId, number }) {
      await changeCase(base, [INCIDENT_TTL_MS, fingerprint, 'add', caseId, number]);
    },

    async removeCase(fingerprint, caseId) {
      await changeCase(base, [INCIDENT_TTL_MS, fingerprint, 'remove', caseId, '']);
    },
  };
}

function toIncident(answer: unknown): Incident | undefined {
  const [id, firstSeen, fingerprints, cases] = answer as [string?, string?, string[]?, string[]?];
  if (id === undefined) return undefined;
  return {
    id,
    firstSeen: Number(firstSeen),
    fingerprints: (fingerprints ?? []).toSorted(),
    cases: (cases ?? []).map((text): IncidentCase => {
      const [number, ...rest] = text.split(' ');
      return { caseId: rest.join(' '), number: Number(number) };
    }),
  };
}
