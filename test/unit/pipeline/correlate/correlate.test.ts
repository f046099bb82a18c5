import { describe, expect, it } from 'vitest';
import { createMemoryWindows } from '../../../../src/adapters/memory/windows.ts';
import type { RuleMatch } from '../../../../src/domain/finding.ts';
import { fingerprint } from '../../../../src/domain/fingerprint.ts';
import type { WindowAdd, WindowStore } from '../../../../src/domain/ports.ts';
import type { CompiledCorrelation } from '../../../../src/language/sigma/rule-set.ts';
import { createCloseWindows } from '../../../../src/pipeline/correlate/close-windows.ts';
import { createCorrelate, LATE_NAMED } from '../../../../src/pipeline/correlate/correlate.ts';
import { aCorrelation, aMatch } from '../../../helpers/a-correlation.ts';
import { ACCOUNT, DAY, HOUR, MINUTE, TEN_O_CLOCK } from '../../../helpers/a-finding.ts';

const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`;

function correlate(
  correlations: CompiledCorrelation[],
  options: { latenessMs?: number; skewMs?: number } = {},
) {
  return createCorrelate({ correlations }, createMemoryWindows(), { latenessMs: DAY, ...options });
}

const at = (eventId: string, minute: number, rest: Partial<Parameters<typeof aMatch>[0]> = {}) =>
  aMatch({ eventId, time: TEN_O_CLOCK + minute * MINUTE, ...rest });
const keys = (...ids: string[]) => ids.map((id) => `${id}/${ACCOUNT}`);
const run = async (correlation: CompiledCorrelation, matches: RuleMatch[]) =>
  (await correlate([correlation])(matches, TEN_O_CLOCK + HOUR)).findings;

describe('event_count', () => {
  it('fires on the member that fills its window, and takes the whole window', async () => {
    const correlation = aCorrelation({ threshold: 3 });
    const [finding, ...others] = await run(correlation, [at('c', 9), at('a', 0), at('b', 5), at('d', 30)]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'correlation',
      group: { account: ACCOUNT, 'actor.principal': ALICE },
      account: ACCOUNT,
      periodStart: Date.UTC(2026, 2, 2),
      firing: keys('c'),
    });
    expect(finding?.members.map(({ key }) => key)).toEqual(keys('a', 'b', 'c'));
    expect(finding?.evidence.map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c']);
    expect(finding?.fingerprint).toBe(
      fingerprint({
        ruleId: correlation.info.id,
        group: { 'actor.principal': ALICE, account: ACCOUNT },
        periodStart: Date.UTC(2026, 2, 2),
      }),
    );
  });

  it.each([
    ['exactly one timespan apart', 10, 1],
    ['a little more', 10.001, 0],
  ])('has a closed window: members %s', async (_, minutes, findings) => {
    const found = await run(aCorrelation({ threshold: 2 }), [at('a', 0), at('b', minutes)]);
    expect(found.length).toBe(findings);
  });

  it('fires on all members of the second in which the window fills', async () => {
    const [finding] = await run(aCorrelation({ threshold: 3 }), [at('a', 1), at('b', 1), at('c', 1)]);
    expect(finding?.firing).toEqual(keys('a', 'b', 'c'));
  });

  it.each([
    ['gte', 1],
    ['gt', 0],
  ] as const)('%s 2 over two members: %i findings', async (op, findings) => {
    const found = await run(aCorrelation({ threshold: 2, op }), [at('a', 0), at('b', 1)]);
    expect(found.length).toBe(findings);
  });

  it('counts an event once for each rule it matches, and shows it once', async () => {
    const twice = [at('a', 0, { ruleId: 'base-a' }), at('a', 0, { ruleId: 'base-b' })];
    expect((await run(aCorrelation({ threshold: 2 }), twice))[0]?.members.map(({ key }) => key)).toEqual(
      keys('a'),
    );
    const repeated = [at('a', 0), at('a', 0)];
    expect(await run(aCorrelation({ threshold: 2 }), repeated)).toEqual([]);
  });

  it('gives a finding for each period of its firing members', async () => {
    const correlation = aCorrelation({ threshold: 2, spanMs: HOUR, periodMs: HOUR });
    const found = await run(correlation, [at('a', -10), at('b', -5), at('c', 5)]);
    expect(found.map(({ periodStart }) => periodStart)).toEqual([TEN_O_CLOCK - HOUR, TEN_O_CLOCK]);
    expect(found.map(({ members }) => members.map(({ key }) => key))).toEqual([
      keys('a', 'b'),
      keys('a', 'b', 'c'),
    ]);
    expect(found[0]?.id).not.toBe(found[1]?.id);
  });

  it('is one finding over stretches of a batch that lie far apart', async () => {
    const correlation = aCorrelation({ threshold: 2, spanMs: MINUTE });
    const found = await run(correlation, [at('a', 0), at('b', 1), at('c', 50), at('d', 51)]);
    expect(found.length).toBe(1);
    expect(found[0]?.members.length).toBe(4);
  });

  it('shows twenty events and summarises all', async () => {
    const many = Array.from({ length: 25 }, (_, index) => at(`e${String(index).padStart(2, '0')}`, 0));
    const [finding] = await run(aCorrelation({ threshold: 25 }), many.reverse());
    expect(finding?.evidence.length).toBe(20);
    expect(finding?.evidence[0]?.eventId).toBe('e00');
    expect(finding?.members.length).toBe(25);
    expect(finding?.summary?.principal).toBe(ALICE);
    expect(finding?.summary?.stable['network']).toBe('198.51.100.0/24');
  });

  it('looks again when a late event fills a window of the past', async () => {
    const stage = correlate([aCorrelation({ threshold: 3 })]);
    expect((await stage([at('a', 0), at('c', 8), at('d', 9)], TEN_O_CLOCK)).findings.length).toBe(1);
    const { findings } = await stage([at('b', -1)], TEN_O_CLOCK);
    expect(findings[0]?.firing).toEqual(keys('c', 'd'));
    expect(findings[0]?.members.map(({ key }) => key)).toEqual(keys('b', 'a', 'c', 'd'));
  });
});

describe('value_count', () => {
  const valued = (eventId: string, minute: number, value: unknown) =>
    at(eventId, minute, { record: { value } });
  const correlation = aCorrelation({ type: 'value_count', threshold: 2 });

  it('counts different values within the window', async () => {
    expect(await run(correlation, [valued('a', 0, 'x'), valued('b', 1, 'x')])).toEqual([]);
    expect(await run(correlation, [valued('a', 0, 'x'), valued('b', 11, 'y')])).toEqual([]);
    expect((await run(correlation, [valued('a', 0, 'x'), valued('b', 10, 'y')])).length).toBe(1);
  });

  it('does not see members without a value', async () => {
    const found = await run(correlation, [
      valued('a', 0, 'x'),
      valued('b', 1, null),
      valued('c', 2, 'y'),
      at('d', 2),
    ]);
    expect(found[0]?.members.map(({ key }) => key)).toEqual(keys('a', 'c'));
  });

  it('counts tuples where it names several fields', async () => {
    const tuples = aCorrelation({ type: 'value_count', threshold: 2, valueFields: ['one', 'two'] });
    const tuple = (eventId: string, one: string, two: string) => at(eventId, 0, { record: { one, two } });
    expect(await run(tuples, [tuple('a', 'x', 'y'), tuple('b', 'x', 'y')])).toEqual([]);
    expect((await run(tuples, [tuple('a', 'x', 'y'), tuple('b', 'xy', '')])).length).toBe(0);
    expect((await run(tuples, [tuple('a', 'x', 'y'), tuple('b', 'y', 'x')])).length).toBe(1);
  });
});

describe('groups', () => {
  it('never mix accounts, also where group-by does not name them', async () => {
    const correlation = aCorrelation({ threshold: 2, groupBy: ['sourceIPAddress'] });
    const elsewhere = at('b', 0);
    const other = { ...elsewhere, event: { ...elsewhere.event, account: '444455556666' } };
    expect(await run(correlation, [at('a', 0), other])).toEqual([]);
  });

  it.each([
    ['absent', {}],
    ['empty', { who: '' }],
    ['hidden by AWS', { who: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
  ])('do not take an event whose value is %s', async (_, record) => {
    const correlation = aCorrelation({ threshold: 2, groupBy: ['who'] });
    expect(await run(correlation, [at('a', 0, { record }), at('b', 0, { record })])).toEqual([]);
  });

  it('read an alias by the rule that matched', async () => {
    const aliases = new Map([
      [
        'who',
        new Map([
          ['base-a', 'userName'],
          ['base-b', 'role.name'],
        ]),
      ],
    ]);
    const correlation = aCorrelation({ threshold: 2, groupBy: ['who'], aliases });
    const [finding] = await run(correlation, [
      at('a', 0, { ruleId: 'base-a', record: { userName: 'eve' } }),
      at('b', 0, { ruleId: 'base-b', record: { role: { name: 'eve' } } }),
    ]);
    expect(finding?.group).toEqual({ account: ACCOUNT, who: 'eve' });
  });

  it('feed every correlation that lists the rule', async () => {
    const stage = correlate([
      aCorrelation({ id: 'one', threshold: 2 }),
      aCorrelation({ id: 'two', threshold: 2, ruleIds: ['base-a'] }),
      aCorrelation({ id: 'three', threshold: 2, ruleIds: ['base-b'] }),
    ]);
    const { findings } = await stage([at('a', 0), at('b', 0)], TEN_O_CLOCK);
    expect(findings.map(({ rule }) => rule.id)).toEqual(['one', 'two']);
  });
});

describe('more groups than a rule may have', () => {
  it('mark the findings whose windows reach back to what was dropped', async () => {
    const windows = createMemoryWindows({ maxGroups: 1 });
    const correlation = aCorrelation({ threshold: 2, groupBy: ['who'], periodMs: MINUTE });
    const stage = createCorrelate({ correlations: [correlation] }, windows, { latenessMs: DAY });
    const of = (eventId: string, minute: number, who: string) => at(eventId, minute, { record: { who } });
    await stage([of('a', 0, 'lost')], TEN_O_CLOCK);
    await stage([of('b', 5, 'kept')], TEN_O_CLOCK);
    const { findings } = await stage([of('c', 10, 'kept'), of('d', 10.5, 'kept')], TEN_O_CLOCK);
    // The window of the minute 10.5 begins after the event that was dropped at 0; both events lie in one period.
    expect(findings.map(({ incomplete }) => incomplete)).toEqual([true]);
    const later = await stage([of('e', 15, 'kept')], TEN_O_CLOCK);
    expect(later.findings.map(({ incomplete }) => incomplete)).toEqual([undefined]);
  });
});

describe('windows that are decided when they have closed', () => {
  const correlation = aCorrelation({ threshold: 3, op: 'lt', settlings: 1 });
  const options = { latenessMs: DAY, settlingMs: 30 * MINUTE };
  const clock = (minute: number) => TEN_O_CLOCK + minute * MINUTE;

  it('fire at the settling time and not before, and once they are told', async () => {
    const windows = createMemoryWindows();
    const stage = createCorrelate({ correlations: [correlation] }, windows, options);
    const close = createCloseWindows({ correlations: [correlation] }, windows, options);
    expect((await stage([at('a', 0), at('b', 40)], clock(41))).findings).toEqual([]);
    expect((await close(clock(29))).windows).toBe(0);
    const first = await close(clock(30));
    expect(first.findings.map(({ firing }) => firing)).toEqual([keys('a')]);
    expect((await close(clock(30))).windows).toBe(1);
    await first.done();
    expect((await close(clock(30))).windows).toBe(1);
    await (await close(clock(30))).done();
    expect((await close(clock(31))).windows).toBe(0);
  });

  it('are looked at again when an event comes after they were decided', async () => {
    const few = aCorrelation({ threshold: 2, op: 'eq', settlings: 1 });
    const windows = createMemoryWindows();
    const stage = createCorrelate({ correlations: [few] }, windows, options);
    const close = createCloseWindows({ correlations: [few] }, windows, options);
    await stage([at('b', 5)], clock(6));
    const alone = await close(clock(40));
    expect([alone.windows, alone.findings]).toEqual([1, []]);
    await alone.done();
    await stage([at('a', 0)], clock(50));
    await stage([at('c', 9)], clock(50));
    const { findings } = await close(clock(51));
    expect(findings.map(({ firing }) => firing)).toEqual([keys('b')]);
  });
});

describe('lateness', () => {
  it('keeps late events out and counts each once', async () => {
    const stage = correlate([aCorrelation({ threshold: 2 })], { latenessMs: HOUR });
    const late = [
      at('a', -60.001),
      at('a', -60.001, { ruleId: 'base-b' }),
      at('unrelated', -90, { ruleId: 'x' }),
    ];
    const result = await stage([...late, at('b', -60), at('c', -55)], TEN_O_CLOCK);
    expect(result.late).toBe(1);
    expect(result.lateEvents).toEqual([{ key: keys('a')[0], time: TEN_O_CLOCK - 60.001 * MINUTE }]);
    expect(result.findings[0]?.members.map(({ key }) => key)).toEqual(keys('b', 'c'));
  });

  it('names the earliest of many late events, a bounded number', async () => {
    const stage = correlate([aCorrelation({ threshold: 2 })], { latenessMs: HOUR });
    const many = Array.from({ length: 60 }, (_, index) => at(`e${index}`, -200 + index));
    const { late, lateEvents } = await stage(many.toReversed(), TEN_O_CLOCK);
    expect([late, lateEvents.length]).toEqual([60, LATE_NAMED]);
    expect(lateEvents[0]).toEqual({ key: keys('e0')[0], time: TEN_O_CLOCK - 200 * MINUTE });
  });

  it('keeps events out that claim a future beyond the skew', async () => {
    const stage = correlate([aCorrelation({ threshold: 1 })], { skewMs: HOUR });
    expect((await stage([at('a', 60)], TEN_O_CLOCK)).findings.length).toBe(1);
    expect(await stage([at('b', 61)], TEN_O_CLOCK)).toMatchObject({ findings: [], late: 1 });
  });

  it('keeps events without a time or id of their own out', async () => {
    const stage = correlate([aCorrelation({ threshold: 1 })]);
    const incomplete = at('a', 0, { complete: false });
    expect(await stage([incomplete], TEN_O_CLOCK)).toEqual({ findings: [], late: 0, lateEvents: [] });
  });

  it('is how long a group is kept beyond its timespan', async () => {
    const asked: WindowAdd[] = [];
    const windows: WindowStore = {
      ...createMemoryWindows(),
      add: async (adds) => {
        asked.push(...adds);
        return adds.map(() => ({ members: [] }));
      },
    };
    const stage = createCorrelate({ correlations: [aCorrelation()] }, windows, { latenessMs: DAY });
    await stage([at('a', 0)], TEN_O_CLOCK);
    expect(asked.map(({ spanMs, keepMs }) => [spanMs, keepMs])).toEqual([[10 * MINUTE, DAY + 10 * MINUTE]]);
  });
});
