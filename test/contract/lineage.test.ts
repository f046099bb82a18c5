import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../src/adapters/memory/alerts.ts';
import { createMemoryIncidents } from '../../src/adapters/memory/incidents.ts';
import { createMemoryLineage } from '../../src/adapters/memory/lineage.ts';
import { createRedisIncidents } from '../../src/adapters/redis/incidents.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRedisLineage } from '../../src/adapters/redis/lineage.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { LineageLimits, LineageLink } from '../../src/domain/lineage.ts';
import type { IncidentStore, LineageStore } from '../../src/domain/ports.ts';
import { createGroup } from '../../src/pipeline/group/group.ts';
import { anActor, HOUR, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { anAlert } from '../helpers/an-alert.ts';
import { anEnrichedEvent } from '../helpers/an-event.ts';
import { everyKeyExpires } from '../helpers/every-key-expires.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;
const LIMITS: LineageLimits = { childrenADay: 3, parents: 2, followed: 5 };

interface Stores {
  readonly lineage: LineageStore;
  readonly incidents: IncidentStore;
}

const makers: Record<string, (limits?: LineageLimits) => Stores> = {
  memory: (limits) => ({ lineage: createMemoryLineage(limits), incidents: createMemoryIncidents() }),
  redis: (limits) => {
    const keys = createKeys(`${prefix}${++stores}`, 16);
    return { lineage: createRedisLineage(redis, keys, limits), incidents: createRedisIncidents(redis, keys) };
  },
};

const link = (child: string, parent: string, more: Partial<LineageLink> = {}): LineageLink => ({
  child,
  parent,
  time: TEN_O_CLOCK,
  kind: 'session',
  ...more,
});

describe.each(Object.entries(makers))('lineage in %s', (_, make) => {
  it('follows sessions to all that they work for, several alerts at once', async () => {
    const { lineage } = make();
    expect(await lineage.add([link('s2', 's1'), link('s1', 'alice'), link('s1', 'alice')])).toEqual({
      cut: 0,
      stopped: [],
    });
    expect(await lineage.resolve([['s2'], ['alice'], ['nobody', 's1']])).toEqual([
      { keys: ['alice', 's1', 's2'], cut: false },
      { keys: ['alice'], cut: false },
      { keys: ['alice', 'nobody', 's1'], cut: false },
    ]);
  });

  it('ends where identities work for each other', async () => {
    const { lineage } = make();
    await lineage.add([link('a', 'b'), link('b', 'a')]);
    expect(await lineage.resolve([['a']])).toEqual([{ keys: ['a', 'b'], cut: false }]);
  });

  it('takes an identity with too many sessions in a day for a broker, which joins nobody', async () => {
    const { lineage } = make(LIMITS);
    await lineage.add(['s1', 's2', 's3'].map((child) => link(child, 'broker')));
    expect((await lineage.resolve([['s1']]))[0]?.keys).toEqual(['broker', 's1']);
    expect(await lineage.add([link('s1', 'broker')])).toEqual({ cut: 0, stopped: [] });
    expect(await lineage.add([link('s4', 'broker')])).toEqual({ cut: 1, stopped: ['broker'] });
    expect(await lineage.add([link('s5', 'broker')])).toEqual({ cut: 1, stopped: [] });
    expect((await lineage.resolve([['s1'], ['s4'], ['broker']])).map(({ keys }) => keys)).toEqual([
      ['s1'],
      ['s4'],
      ['broker'],
    ]);
  });

  it('counts the sessions of each day, and two views of one call not at all', async () => {
    const { lineage } = make(LIMITS);
    const days = [0, 1, 2, 3].map((day) => link(`s${day}`, 'alice', { time: TEN_O_CLOCK + day * 24 * HOUR }));
    const calls = [0, 1, 2, 3].map((call) => link(`call${call}`, 'bob', { kind: 'event' }));
    expect(await lineage.add([...days, ...calls])).toEqual({ cut: 0, stopped: [] });
  });

  it('takes a session name that too many use for nobody’s, and keeps the key beside it', async () => {
    const { lineage } = make(LIMITS);
    await lineage.add([link('admin', 'alice'), link('admin', 'bob'), link('key', 'alice')]);
    expect(await lineage.add([link('admin', 'carol')])).toEqual({ cut: 1, stopped: ['admin'] });
    expect((await lineage.resolve([['admin', 'key'], ['admin']])).map(({ keys }) => keys)).toEqual([
      ['alice', 'key'],
      ['admin'],
    ]);
  });

  it('follows a chain as far as the bound, and says so', async () => {
    const { lineage } = make(LIMITS);
    await lineage.add([0, 1, 2, 3, 4, 5].map((at) => link(`s${at}`, `s${at + 1}`)));
    expect(await lineage.resolve([['s0']])).toEqual([{ keys: ['s0', 's1', 's2', 's3', 's4'], cut: true }]);
  });

  it('makes the same incidents of any order of links and alerts, in any batches', async () => {
    await fc.assert(
      fc.asyncProperty(aStory, async ({ alerts, links, order, cuts }) => {
        const { lineage, incidents } = make();
        const store = createMemoryAlerts();
        const group = createGroup(incidents, store, GAP, { store: lineage });
        const items = [...alerts.map((alert) => ({ alert })), ...links.map((record) => ({ record }))];
        const shuffled = items
          .map((item, at) => ({ item, place: order[at] ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ item }) => item);
        for (const batch of split(shuffled, cuts)) {
          const changes = [];
          const events = [];
          for (const item of batch) {
            if ('record' in item) events.push(item.record);
            else {
              await store.write(item.alert, 0);
              const { fingerprint, severity } = item.alert;
              changes.push({ kind: 'open', fingerprint, revision: 1, severity, pending: true } as const);
            }
          }
          await group(changes, events);
        }
        for (const { fingerprint } of alerts)
          expect((await incidents.of(fingerprint))?.fingerprints).toEqual(
            incidentByDefinition(fingerprint, alerts),
          );
      }),
      { numRuns: 100 },
    );
  });
});

it('lineage in redis leave no key without an end', async () => {
  await everyKeyExpires(redis, prefix);
});

const GAP = 72 * HOUR;
const ACTORS = 8;

/** The truth: actor n was made by `makers[n]`, and an alert is of one actor at one time. */
const aStory = fc
  .record({
    makers: fc.tuple(
      ...Array.from({ length: ACTORS }, (_, at) => fc.option(fc.nat({ max: Math.max(0, at - 1) }))),
    ),
    alerts: fc.array(fc.record({ actor: fc.nat({ max: ACTORS - 1 }), hours: fc.nat({ max: 200 }) }), {
      minLength: 1,
      maxLength: 8,
    }),
    order: fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
    cuts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 24 }),
  })
  .map(({ makers: made, alerts, order, cuts }) => {
    const maker = (actor: number) => (actor === 0 ? null : (made[actor] ?? null));
    return {
      alerts: alerts.map(({ actor, hours }, at) => alertOf(actor, maker, hours, at)),
      links: Array.from({ length: ACTORS }, (_, actor) => actor).flatMap((actor) => {
        const by = maker(actor);
        return by === null ? [] : [assumeRole(by, actor, maker(by) === null)];
      }),
      order,
      cuts,
    };
  });

const rootByFingerprint = new Map<string, number>();

function rootOf(actor: number, maker: (actor: number) => number | null): number {
  const by = maker(actor);
  return by === null ? actor : rootOf(by, maker);
}

const keyOf = (actor: number) => `ASIAEXAMPLEACTOR000${actor}`;
const userArn = (actor: number) => `arn:aws:iam::111122223333:user/user-${actor}`;
const sessionArn = (actor: number) => `arn:aws:sts::111122223333:assumed-role/shared/session-${actor}`;

function alertOf(actor: number, maker: (actor: number) => number | null, hours: number, at: number): Alert {
  const isUser = maker(actor) === null;
  const time = TEN_O_CLOCK + hours * HOUR;
  const fingerprint = `v1-${rootOf(actor, maker)}-${hours}-${at}`;
  rootByFingerprint.set(fingerprint, rootOf(actor, maker));
  const who = isUser
    ? anActor({ kind: 'user', principal: userArn(actor), accessKeyId: keyOf(actor) })
    : anActor({
        kind: 'role',
        principal: 'arn:aws:iam::111122223333:role/shared',
        session: sessionArn(actor),
        accessKeyId: keyOf(actor),
      });
  return anAlert({ fingerprint, firstSeen: time, lastSeen: time, actors: [{ ...who, firstSeen: time }] });
}

function assumeRole(by: number, actor: number, isUser: boolean) {
  return anEnrichedEvent({
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    userIdentity: isUser
      ? { type: 'IAMUser', arn: userArn(by), accountId: '111122223333', accessKeyId: keyOf(by) }
      : { type: 'AssumedRole', arn: sessionArn(by), accountId: '111122223333', accessKeyId: keyOf(by) },
    responseElements: {
      credentials: { accessKeyId: keyOf(actor) },
      assumedRoleUser: { arn: sessionArn(actor) },
    },
  });
}

/** Connected parts: one root, and no pause longer than the gap. */
function incidentByDefinition(fingerprint: string, alerts: readonly Alert[]): string[] {
  const same = alerts.filter(
    (alert) => rootByFingerprint.get(alert.fingerprint) === rootByFingerprint.get(fingerprint),
  );
  const reached = new Set(same.filter((alert) => alert.fingerprint === fingerprint));
  for (const each of reached)
    for (const other of same) if (Math.abs(each.firstSeen - other.firstSeen) <= GAP) reached.add(other);
  return [...reached].map((alert) => alert.fingerprint).sort();
}

function split<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const batches: T[][] = [];
  for (let from = 0, turn = 0; from < items.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    batches.push(items.slice(from, from + size));
    from += size;
  }
  return batches;
}
