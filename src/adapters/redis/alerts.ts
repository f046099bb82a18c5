import type { Redis } from 'ioredis';
import type { Alert, Delivered, StoredAlert } from '../../domain/alert.ts';
import type { AlertStore } from '../../domain/ports.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

/** Longer than any period with its lateness: after it TheHive alone knows the alert. */
export const ALERT_TTL_MS = 35 * 24 * 3_600_000;

/** A call's arguments travel on the stack. */
const MEMBERS_A_CALL = 10_000;

/** Alerts in Redis. All keys of one alert lie in the shard of its fingerprint. */
export function createRedisAlerts(redis: Redis, keys: Keys): AlertStore {
  const addMembers = defineScript(redis, 'alerts-add-members');
  const write = defineScript(redis, 'alerts-write');
  const recordDelivery = defineScript(redis, 'alerts-record-delivery');

  async function read(fingerprint: string): Promise<StoredAlert | undefined> {
    const [alert, revision, delivered] = await redis.hmget(
      keys.alerts.alert(fingerprint),
      'alert',
      'revision',
      'delivered',
    );
    if (typeof alert !== 'string') return undefined;
    return {
      alert: JSON.parse(alert) as Alert,
      revision: Number(revision),
      ...(typeof delivered === 'string' ? { delivered: JSON.parse(delivered) as Delivered } : {}),
    };
  }

  return {
    read,

    async addMembers(fingerprint, members) {
      let extent = { count: 0, firstSeen: 0, lastSeen: 0 };
      for (let at = 0; at < members.length; at += MEMBERS_A_CALL) {
        const portion = members.slice(at, at + MEMBERS_A_CALL);
        const [count, firstSeen, lastSeen] = (await addMembers(
          [keys.alerts.members(fingerprint), keys.alerts.alert(fingerprint)],
          [ALERT_TTL_MS, ...portion.flatMap(({ key, time }) => [time, key])],
        )) as string[];
        extent = { count: Number(count), firstSeen: Number(firstSeen), lastSeen: Number(lastSeen) };
      }
      return extent;
    },

    async write(alert, expected) {
      const { fingerprint, firstSeen } = alert;
      const written = await write(
        [
          keys.alerts.alert(fingerprint),
          keys.alerts.members(fingerprint),
          keys.alerts.undelivered(fingerprint),
        ],
        [ALERT_TTL_MS, expected, JSON.stringify(alert), fingerprint, firstSeen],
      );
      return written === 1;
    },

    async recordDelivery(fingerprint, delivered) {
      await recordDelivery(
        [keys.alerts.alert(fingerprint), keys.alerts.undelivered(fingerprint)],
        [delivered.revision, JSON.stringify(delivered), fingerprint],
      );
    },

    async undelivered(limit) {
      const found: StoredAlert[] = [];
      for (const index of keys.alerts.allUndelivered()) {
        const fingerprints = await redis.zrange(index, '0', String(limit - 1));
        const stored = await Promise.all(fingerprints.map(read));
        const gone = fingerprints.filter((_, at) => stored[at] === undefined);
        if (gone.length > 0) await redis.zrem(index, ...gone);
        found.push(...stored.flatMap((each) => each ?? []));
      }
      return found.sort(byFirstSeen).slice(0, limit);
    },
  };
}

function byFirstSeen({ alert: a }: StoredAlert, { alert: b }: StoredAlert): number {
  return a.firstSeen - b.firstSeen || (a.fingerprint < b.fingerprint ? -1 : 1);
}
