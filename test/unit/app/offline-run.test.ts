import { describe, expect, it } from 'vitest';
import { createOfflineRun } from '../../../src/app/offline-run.ts';
import { aCompany } from '../../helpers/a-company.ts';
import { DAY, HOUR, MINUTE } from '../../helpers/a-finding.ts';
import { aRuleSet, aRuleText } from '../../helpers/a-rule-set.ts';
import { aRecord } from '../../helpers/an-event.ts';

const START = Date.UTC(2026, 2, 2);
const stopped = aRuleText(
  { s: { eventName: 'StopLogging' }, condition: 's' },
  { id: 'stopped', name: 'stopped', title: 'Stopped', 'x-alert-type': 'a.b' },
);
const many = JSON.stringify({
  title: 'Many',
  id: 'many',
  'x-alert-type': 'a.c',
  correlation: {
    type: 'event_count',
    rules: ['stopped'],
    'group-by': ['actor.principal'],
    timespan: '10m',
    condition: { gte: 3 },
    generate: true,
  },
});
const newRegion = aRuleText(
  { s: { awsRegion: '*' }, condition: 's' },
  {
    id: 'region',
    title: 'New region',
    'x-alert-type': 'a.d',
    'x-baseline': { group: ['actor.principal'], value: 'awsRegion', learn: '1d', memory: '10d' },
  },
);
const silent = aRuleText(
  { s: { eventSource: '*' }, condition: 's' },
  {
    id: 'silent',
    title: 'Silent',
    'x-alert-type': 'a.e',
    'x-heartbeat': { group: ['awsRegion'], every: '1h' },
  },
);

const at = (time: number, more: Readonly<Record<string, unknown>> = {}) =>
  aRecord({ eventTime: new Date(time).toISOString(), eventName: 'DescribeTrails', ...more });

function aRun(texts: readonly string[]) {
  return createOfflineRun({ ruleSet: aRuleSet(texts), company: aCompany(), spanMs: DAY });
}

describe('an offline run', () => {
  it('finds what rules and windows find live, and joins the alerts of one actor', async () => {
    const run = aRun([stopped, many]);
    const times = [0, 1, 2].map((minute) => START + minute * MINUTE);
    await run.add(
      times.map((time) => at(time, { eventName: 'StopLogging' })),
      START + 5 * MINUTE,
    );
    const { alerts, incidents, records } = await run.end();
    expect(records).toBe(3);
    expect(alerts.map(({ rule, count }) => [rule.title, count]).sort()).toEqual([
      ['Many', 3],
      ['Stopped', 3],
    ]);
    expect(incidents).toHaveLength(1);
  });

  it('learns, and then says what is new', async () => {
    const run = aRun([newRegion]);
    const seen = (hour: number, awsRegion: string) =>
      run.add([at(START + hour * HOUR, { awsRegion })], START + hour * HOUR + 5 * MINUTE);
    await seen(0, 'eu-west-1');
    await seen(5, 'eu-west-3');
    await seen(30, 'us-west-2');
    const { alerts } = await run.end();
    expect(alerts.map(({ group }) => group['awsRegion'])).toEqual(['us-west-2']);
  });

  it('hears a silence when deliveries move the clock on, and its end', async () => {
    const run = aRun([silent]);
    await run.add([at(START)], START);
    for (let minute = 5; minute <= 120; minute += 5) await run.add([], START + minute * MINUTE);
    await run.add([at(START + 2 * HOUR)], START + 2 * HOUR);
    const { alerts } = await run.end();
    expect(alerts.map(({ rule }) => rule.title)).toEqual(['Silent']);
    expect(alerts[0]?.returnedAt).toBe(START + 2 * HOUR);
  });

  it('sets a broken record aside and goes on', async () => {
    const run = aRun([stopped]);
    await run.add([{ eventName: 7 }, at(START, { eventName: 'StopLogging' })], START);
    const { alerts, setAside, records } = await run.end();
    expect([records, setAside, alerts.length]).toEqual([2, 1, 1]);
  });

  it('comes to the same again, whatever the split', async () => {
    const records = [0, 1, 2, 3].map((minute) => at(START + minute * MINUTE, { eventName: 'StopLogging' }));
    const whole = aRun([stopped, many]);
    await whole.add(records, START + HOUR);
    const parts = aRun([stopped, many]);
    for (const record of records.toReversed()) await parts.add([record], START + HOUR);
    expect((await parts.end()).alerts).toEqual((await whole.end()).alerts);
  });
});
