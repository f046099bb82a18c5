import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../../../src/adapters/memory/alerts.ts';
import type { Alert } from '../../../../src/domain/alert.ts';
import type { Finding, LiveFinding } from '../../../../src/domain/finding.ts';
import type { AlertStore } from '../../../../src/domain/ports.ts';
import { summarize } from '../../../../src/domain/summary.ts';
import { createDedupe } from '../../../../src/pipeline/dedupe/dedupe.ts';
import { aFinding, anActor, anEvidence, aRule, MINUTE, TEN_O_CLOCK } from '../../../helpers/a-finding.ts';

const live = (finding: Finding, wouldBeHiddenBy: string[] = []): LiveFinding => ({
  finding,
  wouldBeHiddenBy,
});
const on = (eventId: string, minute = 0, rest: Parameters<typeof anEvidence>[0] = {}) =>
  aFinding({ event: { eventId, time: TEN_O_CLOCK + minute * MINUTE, ...rest } });

async function alertOf(store: AlertStore, findings: readonly Finding[]): Promise<Alert | undefined> {
  await createDedupe(store)(findings.map((finding) => live(finding)));
  return (await store.read(findings[0]?.fingerprint ?? ''))?.alert;
}

describe('changes', () => {
  it('are one for each fingerprint: open, then update, then unchanged', async () => {
    const store = createMemoryAlerts();
    const dedupe = createDedupe(store);
    const first = on('e1');
    const { fingerprint } = first;
    expect(await dedupe([live(first), live(on('e2', 1))])).toEqual([
      { kind: 'open', fingerprint, revision: 1, severity: 'medium', pending: true },
    ]);
    expect(await dedupe([live(on('e3', 2))])).toEqual([
      { kind: 'update', fingerprint, revision: 2, severity: 'medium', pending: true },
    ]);
    expect(await dedupe([live(first), live(on('e3', 2))])).toEqual([
      { kind: 'unchanged', fingerprint, revision: 2, severity: 'medium', pending: true },
    ]);
  });

  it('keep the earliest return after a silence, in either order', async () => {
    const returned = (returnedAt: number) => ({ ...on('e1'), returnedAt });
    for (const order of [
      [5, 3],
      [3, 5],
    ]) {
      const store = createMemoryAlerts();
      const alert = await alertOf(store, [on('e1'), ...order.map(returned)]);
      expect(alert?.returnedAt).toBe(3);
    }
    expect(await alertOf(createMemoryAlerts(), [on('e1')])).not.toHaveProperty('returnedAt');
  });

  it('are not pending any more once TheHive has the revision', async () => {
    const store = createMemoryAlerts();
    const dedupe = createDedupe(store);
    const { fingerprint } = on('e1');
    await dedupe([live(on('e1'))]);
    const delivered = {
      alertId: '~1',
      severity: 'medium',
      count: 1,
      observables: [],
      procedures: [],
    } as const;
    await store.recordDelivery(fingerprint, { ...delivered, revision: 1 });
    expect((await dedupe([live(on('e1'))]))[0]?.pending).toBe(false);
    expect((await dedupe([live(on('e2'))]))[0]?.pending).toBe(true);
  });

  it('keep rules and periods apart', async () => {
    const dedupe = createDedupe(createMemoryAlerts());
    const other = aFinding({ rule: aRule({ id: 'other' }) });
    const changes = await dedupe([live(on('e1')), live(other), live(on('e2', 24 * 60))]);
    expect(new Set(changes.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  it('of many writers at once all arrive', async () => {
    const store = createMemoryAlerts();
    const dedupe = createDedupe(store);
    await Promise.all(Array.from({ length: 12 }, (_, at) => dedupe([live(on(`e${at}`, at))])));
    const stored = await store.read(on('e1').fingerprint);
    expect(stored?.alert.count).toBe(12);
    expect(stored?.alert.evidence.length).toBe(12);
  });

  it('give up with a retryable fault when the store never takes the content', async () => {
    const store = { ...createMemoryAlerts(), write: async () => false };
    await expect(createDedupe(store)([live(on('e1'))])).rejects.toMatchObject({ fault: 'retryable' });
  });
});

describe('content', () => {
  it('counts every event once and knows the first and last', async () => {
    const alert = await alertOf(createMemoryAlerts(), [on('e2', 5), on('e1', 1), on('e2', 5)]);
    expect(alert).toMatchObject({
      count: 2,
      firstSeen: TEN_O_CLOCK + MINUTE,
      lastSeen: TEN_O_CLOCK + 5 * MINUTE,
      severity: 'medium',
    });
    expect(alert?.evidence.map(({ eventId }) => eventId)).toEqual(['e1', 'e2']);
  });

  it('shows the earliest twenty events and counts all', async () => {
    const findings = Array.from({ length: 30 }, (_, at) => on(`e${at}`, 30 - at));
    const alert = await alertOf(createMemoryAlerts(), findings);
    expect(alert?.count).toBe(30);
    expect(alert?.evidence.length).toBe(20);
    expect(alert?.evidence[0]?.eventId).toBe('e29');
  });

  it('unites the tags of an observable and keeps its earliest time', async () => {
    const ip = (tag: string) => ({ type: 'ip', value: '192.0.2.1', tags: [tag] }) as const;
    const alert = await alertOf(createMemoryAlerts(), [
      on('e2', 5, { observables: [ip('target')] }),
      on('e1', 1, { observables: [ip('source')] }),
    ]);
    expect(alert?.observables).toEqual([
      { type: 'ip', value: '192.0.2.1', tags: ['source', 'target'], firstSeen: TEN_O_CLOCK + MINUTE },
    ]);
  });

  it('keeps the earliest 200 observables and 20 actors', async () => {
    const findings = Array.from({ length: 220 }, (_, at) =>
      on(`e${at}`, at, {
        observables: [{ type: 'ip', value: `192.0.2.${at}`, tags: ['source'] }],
        actor: anActor({ session: `s${at}` }),
      }),
    );
    const alert = await alertOf(createMemoryAlerts(), findings.reverse());
    expect(alert?.observables.length).toBe(200);
    expect(alert?.observables[0]?.value).toBe('192.0.2.0');
    expect(alert?.actors.map(({ session }) => session)).toEqual(
      Array.from({ length: 20 }, (_, at) => `s${at}`),
    );
  });

  it('takes observables from the summary where the evidence is a sample', async () => {
    const evidence = [anEvidence({ eventId: 'e1' })];
    const beyond = anEvidence({ observables: [{ type: 'ip', value: '203.0.113.9', tags: ['source'] }] });
    const alert = await alertOf(createMemoryAlerts(), [aFinding({ evidence, summary: summarize([beyond]) })]);
    expect(alert?.observables.map(({ value }) => value)).toEqual(['203.0.113.9']);
  });

  it('names techniques, not tactics, with the first time seen', async () => {
    const rule = aRule({
      tags: ['attack.t1562.008', 'attack.T1098', 'attack.defense-evasion', 'cve.2021-1'],
    });
    const alert = await alertOf(createMemoryAlerts(), [aFinding({ rule })]);
    expect(alert?.procedures).toEqual([
      { patternId: 'T1098', time: TEN_O_CLOCK },
      { patternId: 'T1562.008', time: TEN_O_CLOCK },
    ]);
  });

  it('remembers every suppression in shadow that would have hidden a finding', async () => {
    const store = createMemoryAlerts();
    const dedupe = createDedupe(store);
    await dedupe([live(on('e1'), ['s2']), live(on('e2'), ['s1', 's2'])]);
    expect((await store.read(on('e1').fingerprint))?.alert.wouldBeHiddenBy).toEqual(['s1', 's2']);
  });

  it('keeps the highest severity that the rule had', async () => {
    const store = createMemoryAlerts();
    const high = aFinding({ rule: aRule({ level: 'high' }), event: { eventId: 'e1' } });
    await alertOf(store, [high]);
    expect((await alertOf(store, [on('e2')]))?.severity).toBe('high');
  });
});

/** One finding of one alert; what an event says follows from its number. */
const findings = fc.array(
  fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 30 }).map((numbers) => {
    const evidence = numbers
      .map((number) =>
        anEvidence({
          eventId: `e${number}`,
          time: TEN_O_CLOCK + ((number * 13) % 47) * MINUTE,
          actor: anActor({ session: `s${number % 9}`, accessKeyId: `AKIA${number}` }),
          observables: [
            { type: 'ip', value: `192.0.2.${number % 7}`, tags: [`t${number % 3}`] },
            { type: 'aws-resource', value: `r${number}`, tags: ['target'] },
          ],
        }),
      )
      .sort((a, b) => a.time - b.time || (a.key < b.key ? -1 : 1));
    const { fingerprint } = aFinding();
    const members = evidence.map(({ key, time }) => ({ key, time }));
    return aFinding({
      kind: 'correlation',
      fingerprint,
      members,
      evidence: evidence.slice(0, 20),
      summary: summarize(evidence),
    });
  }),
  { minLength: 1, maxLength: 8 },
);

it('is a function of the set of findings: order, repetition and batches change nothing', async () => {
  const arrival = findings.chain((all) =>
    fc.record({
      all: fc.constant(all),
      order: fc.shuffledSubarray(all, { minLength: all.length }),
      again: fc.subarray(all),
      size: fc.integer({ min: 1, max: 5 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(arrival, async ({ all, order, again, size }) => {
      const once = await alertOf(createMemoryAlerts(), all);
      const store = createMemoryAlerts();
      const arrived = [...order, ...again];
      for (let at = 0; at < arrived.length; at += size) await alertOf(store, arrived.slice(at, at + size));
      expect((await store.read(aFinding().fingerprint))?.alert).toEqual(once);
    }),
    { numRuns: 100, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
  );
});
