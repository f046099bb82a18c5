import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../../src/adapters/memory/alerts.ts';
import { createMemoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createMemoryLocks } from '../../../src/adapters/memory/locks.ts';
import { createMemorySuppressions } from '../../../src/adapters/memory/suppressions.ts';
import { createRedisBaselines } from '../../../src/adapters/redis/baselines.ts';
import { createRedisHeartbeats } from '../../../src/adapters/redis/heartbeats.ts';
import { createKeys } from '../../../src/adapters/redis/keys.ts';
import type { SnapshotLimits } from '../../../src/domain/watch-memory.ts';
import { REPLAY_NOTE, restore } from '../../../src/jobs/restore.ts';
import { createSnapshot } from '../../../src/jobs/snapshot.ts';
import { createBaselines } from '../../../src/pipeline/correlate/baseline.ts';
import { evidenceOf } from '../../../src/pipeline/detect/evidence.ts';
import { aCompany } from '../../helpers/a-company.ts';
import { DAY, HOUR, TEN_O_CLOCK } from '../../helpers/a-finding.ts';
import { aLog, aMeter } from '../../helpers/a-log.ts';
import { aRuleSet, aRuleText } from '../../helpers/a-rule-set.ts';
import { aSilenceWatch } from '../../helpers/a-silence-watch.ts';
import { aWorkQueue } from '../../helpers/a-work-queue.ts';
import { anEnrichedEvent } from '../../helpers/an-event.ts';
import { everyKeyExpires } from '../../helpers/every-key-expires.ts';
import { testRedis } from '../../helpers/redis.ts';

const { redis, prefix } = testRedis();
let worlds = 0;

const all = { selection: { eventSource: '*' }, condition: 'selection' };
const { baselines: newRegions = [], heartbeats: silences = [] } = aRuleSet([
  aRuleText(all, {
    id: 'new-region',
    'x-baseline': { group: ['actor.principal'], value: 'awsRegion', learn: '2d', memory: '20d' },
  }),
  aRuleText(all, { id: 'silence', level: 'high', 'x-heartbeat': { learn: '3d' } }),
]);

const at = (time: number, awsRegion = 'eu-west-1') =>
  anEnrichedEvent({ eventTime: new Date(time).toISOString().replace('.000Z', 'Z'), awsRegion });
const hourly = (days: number) =>
  Array.from({ length: days * 24 + 1 }, (_, hour) => at(TEN_O_CLOCK + hour * HOUR));

/** A Redis of its own, empty. */
function aRedis() {
  const own = `${prefix}${++worlds}`;
  const keys = createKeys(own, 4);
  const stores = {
    baselines: createRedisBaselines(redis, keys),
    heartbeats: createRedisHeartbeats(redis, keys),
  };
  const watchNew = createBaselines(newRegions, {
    store: stores.baselines,
    evidenceOf: (event) => evidenceOf(event, aCompany()),
    latenessMs: DAY,
  });
  return { own, stores, watchNew, watch: aSilenceWatch(silences, stores.heartbeats) };
}

function snapshotOf({ stores }: ReturnType<typeof aRedis>, limits?: SnapshotLimits) {
  const journal = createMemoryJournal();
  const metrics = aMeter();
  const snapshot = createSnapshot({
    rules: {
      baselines: newRegions.map(({ info, terms }) => ({ id: info.id, memoryMs: terms.memoryMs })),
      heartbeats: silences.map(({ info }) => ({ id: info.id })),
    },
    ...stores,
    journal,
    metrics,
    log: aLog(),
    ...(limits === undefined ? {} : { limits }),
  });
  return { journal, metrics, snapshot };
}

const restoreInto = (
  { stores, watch }: ReturnType<typeof aRedis>,
  journal: ReturnType<typeof createMemoryJournal>,
  now: number,
) =>
  restore({
    ...stores,
    journal,
    notes: watch.notes,
    suppressions: createMemorySuppressions(),
    alerts: createMemoryAlerts(),
    queue: aWorkQueue(),
    locks: createMemoryLocks(),
    log: aLog(),
    now: () => now,
    replayMs: DAY,
    lookBackMs: 90 * DAY,
  });

describe('a Redis that forgot everything', () => {
  const CUT = TEN_O_CLOCK + 5 * DAY;

  it('knows from the snapshot what is new and who is silent', async () => {
    const [before, after, without] = [aRedis(), aRedis(), aRedis()];
    for (const world of [before]) {
      await world.watchNew(hourly(5), { deliveredAt: CUT });
      await world.watch.deliver(hourly(5), CUT);
    }
    await before.watchNew([at(TEN_O_CLOCK + HOUR, 'us-east-1')], { deliveredAt: TEN_O_CLOCK + HOUR });
    const { journal, snapshot } = snapshotOf(before);
    expect(await snapshot(CUT)).toBe(2);
    expect(await restoreInto(after, journal, CUT + HOUR)).toMatchObject({ groups: 2 });
    for (const [world, isNew, silent] of [
      [after, 1, 1],
      [without, 0, 0],
    ] as const) {
      const events = [at(CUT + HOUR, 'us-east-1'), at(CUT + HOUR, 'sa-east-1')];
      const found = await world.watchNew(events, { deliveredAt: CUT + HOUR });
      expect(found.map(({ group }) => group['awsRegion'])).toEqual(isNew === 1 ? ['sa-east-1'] : []);
      await world.watch.idle(CUT + 4 * HOUR);
      expect(await world.watch.check(CUT + 4 * HOUR)).toBe(silent);
    }
    await everyKeyExpires(redis, after.own);
  });

  it('calls nobody silent before what was processed since has been read again', async () => {
    const [before, after] = [aRedis(), aRedis()];
    await before.watch.deliver(hourly(5), CUT);
    const { journal, snapshot } = snapshotOf(before);
    await snapshot(CUT);
    const counts = { records: 1, setAside: 0, late: 0, findings: 0, hidden: 0 };
    const ref = { kind: 'inline', id: 'r', queue: 'q', body: '', deliveredAt: CUT + 30 * HOUR } as const;
    // Beyond what windows need, but after the snapshot.
    const line = { ref, outcome: 'processed', at: CUT + HOUR, ...counts } as const;
    await journal.append([{ kind: 'ledger', at: CUT + HOUR, line }]);
    const now = CUT + 40 * HOUR;
    expect(await restoreInto(after, journal, now)).toMatchObject({ batches: 1, groups: 1 });
    expect(await after.watch.notes.get(REPLAY_NOTE)).toBe('running');
    await after.watch.idle(now);
    after.watch.queue.waiting = 1;
    expect(await after.watch.check(now)).toBe(0);
    await after.watch.deliver([at(now - HOUR)], now);
    after.watch.queue.waiting = 0;
    expect(await after.watch.check(now)).toBe(0);
    await after.watch.idle(now + 4 * HOUR);
    expect(await after.watch.check(now + 4 * HOUR)).toBe(1);
  });

  it('does not trust a snapshot that was torn, but the one before', async () => {
    const [before, after] = [aRedis(), aRedis()];
    await before.watch.deliver(hourly(5), CUT);
    const { journal, snapshot } = snapshotOf(before);
    await snapshot(CUT);
    await journal.append([{ kind: 'snapshot', at: CUT + HOUR, id: 'torn', baselines: [], heartbeats: [] }]);
    expect(await restoreInto(after, journal, CUT + 2 * HOUR)).toMatchObject({ groups: 1 });
  });
});

it('a snapshot leaves out the oldest groups beyond its limits, and says how many', async () => {
  const world = aRedis();
  const from = (name: string, day: number) =>
    anEnrichedEvent({
      eventTime: new Date(TEN_O_CLOCK + day * DAY).toISOString().replace('.000Z', 'Z'),
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/${name}`, userName: name },
    });
  await world.watchNew([from('old', 0), from('newer', 0.1), from('newest', 0.2)], {
    deliveredAt: TEN_O_CLOCK + DAY,
  });
  const { journal, metrics, snapshot } = snapshotOf(world, { baselineValues: 2, heartbeatGroups: 1 });
  expect(await snapshot(TEN_O_CLOCK)).toBe(2);
  expect(metrics.sums.get('snapshot_groups_left_out')).toBe(1);
  const kinds: string[] = [];
  for await (const { kind } of journal.read(0)) kinds.push(kind);
  expect(kinds.at(-1)).toBe('snapshot-end');
});
