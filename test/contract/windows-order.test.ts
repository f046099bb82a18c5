import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryWindows } from '../../src/adapters/memory/windows.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRedisWindows } from '../../src/adapters/redis/windows.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { WindowStore } from '../../src/domain/ports.ts';
import type { RuleSet } from '../../src/language/sigma/rule-set.ts';
import { closeAll, createCloseWindows } from '../../src/pipeline/correlate/close-windows.ts';
import { createCorrelate } from '../../src/pipeline/correlate/correlate.ts';
import { DAY, MINUTE, TEN_O_CLOCK } from '../helpers/a-finding.ts';
import { aRuleSet } from '../helpers/a-rule-set.ts';
import {
  type Arrival,
  matchOf,
  type RandomCorrelation,
  SETTLING_MINUTES,
  someArrivals,
  someCorrelations,
  textsOf,
} from '../helpers/random-windows.ts';
import { testRedis } from '../helpers/redis.ts';
import { firingByDefinition } from '../helpers/windows-by-definition.ts';

/** `npm run properties` asks for many more cases. */
const CASES = Number(process.env['PROPERTY_CASES'] ?? 200);
const SEED = Number(process.env['PROPERTY_SEED'] ?? randomInt(2 ** 31));
const TIMEOUT_MS = 60_000 + CASES * 500;

const { redis, prefix } = testRedis();
let stores = 0;
const inMemory = () => createMemoryWindows();
const inRedis = (shards: number) => createRedisWindows(redis, createKeys(`${prefix}${++stores}`, shards));

const OPTIONS = { latenessMs: 30 * DAY, settlingMs: SETTLING_MINUTES * MINUTE };
const DELIVERED_AT = TEN_O_CLOCK + DAY;

type Batch = readonly Arrival[];

/** Hands in the batches in their order and closes what is left at the end. */
async function atOnce(store: WindowStore, ruleSet: RuleSet, batches: readonly Batch[]): Promise<Finding[]> {
  const correlate = createCorrelate(ruleSet, store, OPTIONS);
  const findings: Finding[] = [];
  for (const batch of batches) {
    const matches = batch.map(matchOf);
    findings.push(...(await correlate(matches, DELIVERED_AT)).findings);
  }
  return [...findings, ...(await closeAll(ruleSet, store, OPTIONS))];
}

/** Lets time pass: every event comes after its delay, and windows are closed between the batches. */
async function overTime(store: WindowStore, ruleSet: RuleSet, batches: readonly Batch[]): Promise<Finding[]> {
  const correlate = createCorrelate(ruleSet, store, OPTIONS);
  const close = createCloseWindows(ruleSet, store, OPTIONS);
  const findings: Finding[] = [];
  for (const batch of batches) {
    const matches = batch.map(matchOf);
    findings.push(...(await correlate(matches, DELIVERED_AT)).findings);
    const last = batch.at(-1);
    if (last === undefined) continue;
    const closed = await close(arrivalOf(last));
    findings.push(...closed.findings);
    await closed.done();
  }
  return [...findings, ...(await closeAll(ruleSet, store, OPTIONS))];
}

const arrivalOf = (arrival: Arrival) => matchOf(arrival).event.time + arrival.delay * MINUTE;

/** What all findings of one id say together: what the alert will hold. */
function union(findings: readonly Finding[]) {
  const alerts = new Map<string, { members: Set<string>; firing: Set<string>; shown: Map<string, string> }>();
  for (const { id, rule, group, members, firing, evidence } of findings) {
    const name = `${id} ${rule.id} ${JSON.stringify(group)}`;
    const alert = alerts.get(name) ?? { members: new Set(), firing: new Set(), shown: new Map() };
    for (const { key } of members) alert.members.add(key);
    for (const key of firing) alert.firing.add(key);
    for (const { key, summary } of evidence) {
      const known = alert.shown.get(key);
      if (known === undefined || summary < known) alert.shown.set(key, summary);
    }
    alerts.set(name, alert);
  }
  const sorted = [...alerts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, { members, firing, shown }]) => ({
    name,
    members: [...members].sort(),
    firing: [...firing].sort(),
    shown: [...shown].sort(),
  }));
}

function split<T>(all: readonly T[], cuts: readonly number[]): T[][] {
  const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
  return at.slice(1).map((end, index) => all.slice(at[index], end));
}

const aCase = fc
  .record({ correlations: someCorrelations, arrivals: someArrivals })
  .chain(({ correlations, arrivals }) =>
    fc.record({
      correlations: fc.constant(correlations),
      arrivals: fc.constant(arrivals),
      order: fc.shuffledSubarray([...arrivals], { minLength: arrivals.length }),
      again: fc.subarray([...arrivals]),
      cuts: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }),
    }),
  );

function alertingOnly(ruleSet: RuleSet, firing: readonly string[]): string[] {
  const alerting = new Set(ruleSet.correlations.filter((each) => each.alerts).map(({ info }) => info.id));
  return firing.filter((each) => alerting.has(each.slice(0, each.indexOf(' '))));
}

const firingOf = (findings: readonly Finding[]) =>
  [...new Set(findings.flatMap(({ rule, firing }) => firing.map((key) => `${rule.id} ${key}`)))].sort();

interface Case {
  readonly correlations: readonly RandomCorrelation[];
  readonly arrivals: readonly Arrival[];
  readonly order: readonly Arrival[];
  readonly again: readonly Arrival[];
  readonly cuts: readonly number[];
}

async function judge({ correlations, arrivals, order, again, cuts }: Case): Promise<void> {
  const ruleSet = aRuleSet(textsOf(correlations));
  const whole = await atOnce(inMemory(), ruleSet, [arrivals]);
  const byDefinition = firingByDefinition(correlations, arrivals.map(matchOf));
  expect(firingOf(whole)).toEqual(alertingOnly(ruleSet, byDefinition));
  const wanted = union(whole);
  const shuffled = split([...order, ...again], cuts);
  const delayed = split(
    [...order, ...again].sort((a, b) => arrivalOf(a) - arrivalOf(b)),
    cuts,
  );
  expect(union(await atOnce(inMemory(), ruleSet, shuffled))).toEqual(wanted);
  expect(union(await atOnce(inRedis(4), ruleSet, shuffled))).toEqual(wanted);
  expect(union(await overTime(inMemory(), ruleSet, delayed))).toEqual(wanted);
  expect(union(await overTime(inRedis(1), ruleSet, delayed))).toEqual(wanted);
}

describe('windows do not care about order', () => {
  it(
    `whatever the rules, duplicates, delays and batches (seed ${SEED}, ${CASES} cases)`,
    async () => {
      console.log(`windows: seed ${SEED}, ${CASES} cases`);
      await fc.assert(fc.asyncProperty(aCase, judge), { numRuns: CASES, seed: SEED });
    },
    TIMEOUT_MS,
  );
});
