import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createRedisAlerts } from '../../src/adapters/redis/alerts.ts';
import { createRedisIncidents } from '../../src/adapters/redis/incidents.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRedisLineage } from '../../src/adapters/redis/lineage.ts';
import { createRedisSuppressions } from '../../src/adapters/redis/suppressions.ts';
import { createRedisWindows } from '../../src/adapters/redis/windows.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { RuleMatch } from '../../src/domain/finding.ts';
import { createCloseWindows } from '../../src/pipeline/correlate/close-windows.ts';
import { createCorrelate } from '../../src/pipeline/correlate/correlate.ts';
import { createDedupe } from '../../src/pipeline/dedupe/dedupe.ts';
import { createGroup } from '../../src/pipeline/group/group.ts';
import { raiseFindings, runPipeline, type Stages } from '../../src/pipeline/pipeline.ts';
import { createSuppress } from '../../src/pipeline/suppress/suppress.ts';
import { aMatch } from '../helpers/a-correlation.ts';
import { DAY, HOUR, MINUTE, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { aLog, aMeter } from '../helpers/a-log.ts';
import { aRuleSet } from '../helpers/a-rule-set.ts';
import { textsOf } from '../helpers/random-windows.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let worlds = 0;

const plain = { groupBy: ['group'], minutes: 10, percentile: 50, generate: true, expression: undefined };
const ruleSet = aRuleSet(
  textsOf([
    { ...plain, id: 'many', type: 'event_count', rules: ['a'], thresholds: { gte: 3 } },
    { ...plain, id: 'several', type: 'value_count', rules: ['a', 'b'], thresholds: { gt: 1 } },
    { ...plain, id: 'chain', type: 'temporal_ordered', rules: ['many', 'b'], thresholds: {} },
    { ...plain, id: 'few', type: 'event_count', rules: ['b'], thresholds: { lte: 2 } },
    { ...plain, id: 'after-few', type: 'event_count', rules: ['few'], thresholds: { gte: 2 } },
  ]),
);
const at = (id: string, rule: string, minute: number) =>
  aMatch({
    ruleId: rule,
    eventId: id,
    time: TEN_O_CLOCK + minute * MINUTE,
    record: { group: 'g', value: `v-${id}` },
  });
const BATCHES = [
  [at('e1', 'a', 1), at('e2', 'a', 3), at('e6', 'b', 12)],
  [at('e3', 'a', 4), at('e4', 'b', 5), at('e5', 'a', 6)],
  [at('e7', 'a', 8), at('e8', 'b', 9), at('e3', 'a', 4)],
];
const OPTIONS = { latenessMs: DAY };

/** A process dies: from the n-th command on Redis hears nothing of it. Says how many were sent. */
async function mortal(lives: number): Promise<{ client: Redis; sent: () => number }> {
  const client = redis.duplicate();
  await client.ping();
  const send = client.sendCommand.bind(client);
  let sent = 0;
  client.sendCommand = (command, stream) => {
    if (sent >= lives) {
      command.reject(new Error('the process died'));
      return command.promise;
    }
    sent += 1;
    return send(command, stream);
  };
  return { client, sent: () => sent };
}

/** One world of stores, which any number of processes may work on. */
function aWorld() {
  const keys = createKeys(`${prefix}w${++worlds}`, 2);
  const fingerprints = new Set<string>();

  function processOn(client: Redis) {
    const windows = createRedisWindows(client, keys);
    const alerts = createRedisAlerts(client, keys);
    const tools = { store: createRedisLineage(client, keys), metrics: aMeter(), log: aLog() };
    const group = createGroup(createRedisIncidents(client, keys), alerts, 72 * HOUR, tools);
    const correlate = createCorrelate(ruleSet, windows, OPTIONS);
    const shared = {
      suppress: createSuppress(createRedisSuppressions(client, keys)),
      dedupe: createDedupe(alerts),
      group,
    };
    return {
      async batch(matches: readonly RuleMatch[]): Promise<void> {
        const stages: Stages = {
          decode: async () => ({ events: [], external: [], setAside: [], records: matches.length }),
          enrich: () => {
            throw new Error('nothing to enrich');
          },
          adopt: () => [],
          detect: () => ({ matches, findings: [] }),
          correlate,
          watch: async () => [],
          ...shared,
        };
        const ref = {
          kind: 'inline',
          id: 'r',
          queue: 'q',
          body: '',
          deliveredAt: TEN_O_CLOCK + HOUR,
        } as const;
        const { changes } = await runPipeline(stages, { ref, bytes: new Uint8Array() }, TEN_O_CLOCK);
        for (const { fingerprint } of changes) fingerprints.add(fingerprint);
      },
      async close(now: number): Promise<void> {
        const { findings, done } = await createCloseWindows(ruleSet, windows, OPTIONS)(now);
        const { changes } = await raiseFindings(shared, findings, TEN_O_CLOCK);
        for (const { fingerprint } of changes) fingerprints.add(fingerprint);
        await done();
      },
    };
  }

  async function alerts(): Promise<Alert[]> {
    const store = createRedisAlerts(redis, keys);
    const stored = await Promise.all([...fingerprints].sort().map((each) => store.read(each)));
    return stored.flatMap((each) => each?.alert ?? []);
  }

  return { processOn, alerts };
}

type Step = (process: ReturnType<ReturnType<typeof aWorld>['processOn']>) => Promise<void>;

const add =
  (index: number): Step =>
  (process) =>
    process.batch(BATCHES[index] ?? []);
const close =
  (hours: number): Step =>
  (process) =>
    process.close(TEN_O_CLOCK + hours * HOUR);
/** A claim of a process that died runs out in the meantime. */
const CLOSINGS = [close(2), close(3), close(4), close(5)];

async function withoutCrash(steps: readonly Step[]): Promise<Alert[]> {
  const world = aWorld();
  for (const step of steps) await step(world.processOn(redis));
  return await world.alerts();
}

/** The first step dies at its n-th command; then `steps`. Undefined: it did not need so many. */
async function withCrash(
  n: number,
  before: readonly Step[],
  dying: Step,
  steps: readonly Step[],
): Promise<Alert[] | undefined> {
  const world = aWorld();
  for (const step of before) await step(world.processOn(redis));
  const { client } = await mortal(n);
  const died = await dying(world.processOn(client)).then(
    () => false,
    () => true,
  );
  client.disconnect();
  if (!died) return undefined;
  for (const step of steps) await step(world.processOn(redis));
  return await world.alerts();
}

describe('a process that dies between any two Redis calls', () => {
  it.each([
    ['of a batch, which then comes again', [add(0)], add(1), [add(1), add(2), ...CLOSINGS]],
    ['of a batch, which comes again after the next one', [add(0)], add(1), [add(2), add(1), ...CLOSINGS]],
    ['of closing windows', [add(0), add(1), add(2)], close(2), CLOSINGS],
  ] as const)('%s, changes nothing', async (_, before, dying, steps) => {
    const wanted = await withoutCrash([add(0), add(1), add(2), ...CLOSINGS]);
    expect(wanted.map(({ rule }) => rule.id).sort()).toEqual([
      'after-few',
      'chain',
      'few',
      'many',
      'several',
    ]);
    let crashes = 0;
    for (;;) {
      const alerts = await withCrash(crashes, before, dying, steps);
      if (alerts === undefined) break;
      expect(alerts).toEqual(wanted);
      crashes += 1;
    }
    expect(crashes).toBeGreaterThan(8);
  });
});
