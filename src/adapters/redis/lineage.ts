import type { Redis } from 'ioredis';
import { followLineage, type LineageHop } from '../../domain/follow-lineage.ts';
import { hashOf } from '../../domain/hash.ts';
import { LINEAGE_LIMITS, type LineageLimits, type LineageLink, lineageDayOf } from '../../domain/lineage.ts';
import type { LineageStore } from '../../domain/ports.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

const DAY_MS = 86_400_000;
/** A session lives for a day and a half at most; then come the incident gap and the lateness. */
export const LINEAGE_TTL_MS = 14 * DAY_MS;
/** How long a day's sessions are counted. */
const DAY_SET_TTL_MS = 3 * DAY_MS;
/** A call's arguments travel on the stack. */
const LINKS_A_CALL = 500;
const KEYS_A_CALL = 2_000;

/** Lineage in Redis. All of it shares one tag: a hop may lead from any identity to any other. */
export function createRedisLineage(
  redis: Redis,
  keys: Keys,
  limits: LineageLimits = LINEAGE_LIMITS,
): LineageStore {
  const addLinks = defineScript(redis, 'lineage-add');
  const resolveHop = defineScript(redis, 'lineage-resolve');
  const base = [keys.lineage.base()];
  const bounds = [LINEAGE_TTL_MS, DAY_SET_TTL_MS, limits.childrenADay, limits.parents];

  async function look(asked: readonly string[]): Promise<ReadonlyMap<string, LineageHop>> {
    const hops = new Map<string, LineageHop>();
    for (let at = 0; at < asked.length; at += KEYS_A_CALL) {
      const part = asked.slice(at, at + KEYS_A_CALL);
      const answers = await resolveHop(
        base,
        part.map((key) => hashOf([key])),
      );
      for (const [index, [stopped, ...parents]] of (answers as [number, ...string[]][]).entries())
        hops.set(part[index] ?? '', { stopped: stopped === 1, parents });
    }
    return hops;
  }

  return {
    async add(links) {
      let cut = 0;
      const stopped: string[] = [];
      for (let at = 0; at < links.length; at += LINKS_A_CALL) {
        const part = links.slice(at, at + LINKS_A_CALL);
        const [refused, ...fresh] = (await addLinks(base, [...bounds, ...part.flatMap(argumentsOf)])) as [
          number,
          ...string[],
        ];
        cut += refused;
        stopped.push(...fresh);
      }
      return { cut, stopped };
    },

    resolve: (sets) => followLineage(sets, limits, look),
  };
}

function argumentsOf({ child, parent, time, kind }: LineageLink): (string | number)[] {
  const counts = kind === 'session' ? 1 : 0;
  return [hashOf([child]), hashOf([parent]), parent, lineageDayOf(time), counts, child];
}
