/**
 * Heartbeats: what did not happen. A batch notes when the groups of the rules with
 * `x-heartbeat` showed events; whether one has fallen silent is asked by the clock
 * (`jobs/check-heartbeats.ts`), because no event says so.
 */
import type { BatchRef } from '../../domain/batch.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import { byTimeThenKey, type Finding } from '../../domain/finding.ts';
import { hashOf } from '../../domain/hash.ts';
import { type Beat, heartbeatSlotOf, type SeenEvent } from '../../domain/heartbeat.ts';
import type { HeartbeatStore, Log, Metrics } from '../../domain/ports.ts';
import { textAt } from '../../domain/record.ts';
import type { HeartbeatTerms } from '../../language/sigma/rule-extensions.ts';
import type { Watch } from '../../language/sigma/rule-set.ts';
import { silenceFinding } from './heartbeat-finding.ts';
import { isWatched, timely, valuesOf } from './watched-events.ts';

export interface HeartbeatDeps {
  readonly store: Pick<HeartbeatStore, 'beat' | 'noteDelivery'>;
  readonly metrics?: Pick<Metrics, 'count'>;
  readonly log?: Pick<Log, 'warn'>;
}

/**
 * Builds the stage. Its findings are those of silences that are over: the same
 * fingerprint as the alert of the silence, and the first event after it.
 *
 * Events in any order, twice or in parts leave the same rhythm. A group without a
 * value for one of its fields is not watched.
 */
export function createHeartbeats(
  rules: readonly Watch<HeartbeatTerms>[],
  { store, metrics, log }: HeartbeatDeps,
): (events: readonly EnrichedEvent[], ref: Pick<BatchRef, 'queue' | 'deliveredAt'>) => Promise<Finding[]> {
  const infoOf = new Map(rules.map(({ info }) => [info.id, info]));
  return async (events, { queue, deliveredAt }) => {
    if (rules.length === 0) return [];
    const alive = timely(events, deliveredAt);
    const beats = rules.flatMap((rule) => beatsOf(rule, alive, queue));
    const { returned, refused } = await store.beat(beats);
    await store.noteDelivery(queue, deliveredAt, alive.length > 0);
    if (refused > 0) {
      metrics?.count('heartbeat_groups_refused', {}, refused);
      log?.warn({ count: refused }, 'a heartbeat rule has more groups than are watched');
    }
    return returned.flatMap((group) => {
      const info = infoOf.get(group.ruleId);
      return info === undefined || group.silence === undefined
        ? []
        : [silenceFinding(info, group, group.silence)];
    });
  };
}

interface Named {
  readonly names: Readonly<Record<string, string>>;
  readonly events: EnrichedEvent[];
}

function beatsOf(rule: Watch<HeartbeatTerms>, events: readonly EnrichedEvent[], queue: string): Beat[] {
  const groups = new Map<string, Named>();
  for (const event of events) {
    if (!isWatched(rule, event)) continue;
    const values = valuesOf(rule.terms.group, event);
    if (values === undefined) continue;
    const names = { account: event.account, ...values };
    const key = hashOf(Object.values(names));
    const group: Named = groups.get(key) ?? { names, events: [] };
    group.events.push(event);
    groups.set(key, group);
  }
  return [...groups].map(([group, { names, events: seen }]) => {
    return { ruleId: rule.info.id, group, names, queue, events: outermost(seen).map(seenEvent) };
  });
}

/** The earliest and the latest event of each slot: no other can begin or end a silence. */
function outermost(events: readonly EnrichedEvent[]): EnrichedEvent[] {
  const slots = new Map<number, EnrichedEvent[]>();
  for (const event of events.toSorted(byTimeThenKey)) {
    const slot = slots.get(heartbeatSlotOf(event.time)) ?? [];
    slot[slot.length === 0 ? 0 : 1] = event;
    slots.set(heartbeatSlotOf(event.time), slot);
  }
  return [...slots.values()].flat();
}

function seenEvent({ key, id, time, account, record }: EnrichedEvent): SeenEvent {
  return {
    key: key.slice(0, 160),
    eventId: id.slice(0, 160),
    time,
    account,
    region: textAt(record, 'awsRegion').slice(0, 64),
    eventSource: textAt(record, 'eventSource').slice(0, 256),
    eventName: textAt(record, 'eventName').slice(0, 256),
  };
}
