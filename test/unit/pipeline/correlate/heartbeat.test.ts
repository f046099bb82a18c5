import { describe, expect, it } from 'vitest';
import { heartbeatSlotOf, type QuietGroup } from '../../../../src/domain/heartbeat.ts';
import type { HeartbeatTerms } from '../../../../src/language/sigma/rule-extensions.ts';
import { silenceAt, usualPause } from '../../../../src/pipeline/correlate/heartbeat-rhythm.ts';
import { seeded } from '../../../e2e/seeded.ts';
import { DAY, HOUR, MINUTE } from '../../../helpers/a-finding.ts';
import { aRuleSet } from '../../../helpers/a-rule-set.ts';
import { aSilenceWatch } from '../../../helpers/a-silence-watch.ts';
import { anEnrichedEvent, type RecordOverrides } from '../../../helpers/an-event.ts';

/** 2026-03-02, a Monday. */
const MONDAY = Date.UTC(2026, 2, 2);
const LEARNT: HeartbeatTerms = { kind: 'heartbeat', group: [], learnMs: 14 * DAY };

function aQuietGroup(times: readonly number[], more: Partial<QuietGroup> = {}): QuietGroup {
  const sorted = times.toSorted((a, b) => a - b);
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  const seen = { account: '1', region: '', eventSource: '', eventName: '' };
  return {
    ruleId: 'r',
    group: 'g',
    names: { account: '1' },
    queue: 'q',
    firstSeen: first,
    last: { key: 'k', eventId: 'k', time: last, ...seen },
    slots: [...new Set(sorted.map(heartbeatSlotOf))],
    pastSilences: [],
    ...more,
  };
}

/** Office hours, 08:00 to 18:00 every ten minutes, Monday to Friday, for some weeks. */
function office(weeks: number): number[] {
  const times: number[] = [];
  for (let day = 0; day < weeks * 7; day += 1) {
    if (day % 7 > 4) continue;
    for (let at = 8 * HOUR; at < 18 * HOUR; at += 10 * MINUTE) times.push(MONDAY + day * DAY + at);
  }
  return times;
}

describe('the rhythm of a group', () => {
  const until = (end: number) => office(4).filter((time) => time < end);
  const WEDNESDAY = MONDAY + 23 * DAY;

  it('says nothing until it is learnt', () => {
    expect(usualPause(aQuietGroup(office(2).slice(0, 60)), LEARNT)).toBeUndefined();
    expect(usualPause(aQuietGroup(office(3)), LEARNT)).toBeDefined();
  });

  it('lets nights, week-ends and a Monday off pass', () => {
    const friday = aQuietGroup(office(3));
    expect(usualPause(friday, LEARNT)).toBe(62 * HOUR + 10 * MINUTE);
    const mondayNoon = MONDAY + 21 * DAY + 12 * HOUR;
    const tuesdayMorning = MONDAY + 22 * DAY + 8 * HOUR;
    expect(silenceAt(friday, LEARNT, mondayNoon)).toBeUndefined();
    expect(silenceAt(friday, LEARNT, tuesdayMorning)).toBeUndefined();
  });

  it('lets stated holidays pass, and does not get used to them', () => {
    // Off from the third Tuesday for two weeks.
    const [from, to] = [MONDAY + 15 * DAY, MONDAY + 29 * DAY];
    const terms = { ...LEARNT, holidays: [{ from, to }] };
    const before = aQuietGroup(office(6).filter((time) => time < from));
    expect(silenceAt(before, LEARNT, to)).toBe(62 * HOUR + 10 * MINUTE);
    expect(silenceAt(before, terms, to + 8 * HOUR)).toBeUndefined();
    expect(silenceAt(before, terms, to + 4 * DAY)).toBe(62 * HOUR + 10 * MINUTE);
    const after = aQuietGroup(office(6).filter((time) => time < from || time > to));
    expect(usualPause(after, LEARNT)).toBeGreaterThan(14 * DAY);
    expect(usualPause(after, terms)).toBe(62 * HOUR + 10 * MINUTE);
  });

  it('takes a pause for chance where events come by chance', () => {
    const random = seeded(11);
    const times: number[] = [MONDAY];
    // Independent events, 40 minutes apart on average, for three weeks.
    for (let at = MONDAY; at < MONDAY + 21 * DAY; ) {
      at += -Math.log(1 - random()) * 40 * MINUTE;
      times.push(at);
    }
    const group = aQuietGroup(times);
    const usualMs = usualPause(group, LEARNT) ?? 0;
    const last = group.last.time;
    expect(usualMs).toBeLessThan(5 * HOUR);
    expect(silenceAt(group, LEARNT, last + 1.5 * 3.3 * HOUR)).toBeUndefined();
    expect(silenceAt(group, LEARNT, last + 10 * HOUR)).toBe(usualMs);
  });

  it('notices a cut in the middle of work within the next hours', () => {
    const cut = aQuietGroup(until(WEDNESDAY + 11 * HOUR));
    expect(usualPause(cut, LEARNT)).toBe(HOUR);
    expect(silenceAt(cut, LEARNT, WEDNESDAY + 12 * HOUR)).toBeUndefined();
    expect(silenceAt(cut, LEARNT, WEDNESDAY + 12 * HOUR + 40 * MINUTE)).toBe(HOUR);
  });

  it('does not get used to silences that it told of', () => {
    const lastWeek = MONDAY + 16 * DAY + 11 * HOUR;
    const gap = until(WEDNESDAY + 11 * HOUR).filter((time) => time < lastWeek || time > lastWeek + 5 * HOUR);
    const start = Math.max(...gap.filter((time) => time < lastWeek));
    expect(usualPause(aQuietGroup(gap), LEARNT)).toBe(5 * HOUR + 20 * MINUTE);
    expect(usualPause(aQuietGroup(gap, { pastSilences: [start] }), LEARNT)).toBe(HOUR);
  });

  it('measures a group that shows little by the longest of its pauses', () => {
    const rare = aQuietGroup([MONDAY, MONDAY + 2 * DAY, MONDAY + 15 * DAY + 3 * HOUR]);
    expect(usualPause(rare, LEARNT)).toBe(13 * DAY + 3 * HOUR);
  });

  it('that is stated needs no learning and no patience', () => {
    const stated: HeartbeatTerms = { kind: 'heartbeat', group: [], learnMs: 0, everyMs: HOUR };
    const group = aQuietGroup([MONDAY]);
    expect(silenceAt(group, stated, MONDAY + HOUR + 15 * MINUTE)).toBeUndefined();
    expect(silenceAt(group, stated, MONDAY + HOUR + 15 * MINUTE + 1)).toBe(HOUR);
  });
});

describe('a silence', () => {
  const { heartbeats = [] } = aRuleSet([
    `
title: Events stop
id: silence
level: high
logsource: { product: aws, service: cloudtrail }
detection:
  selection:
    eventSource: '*'
  condition: selection
x-alert-type: cloudtrail.silence
x-heartbeat:
  group: [awsRegion]
  every: 1h
`,
  ]);
  const at = (time: number, more: RecordOverrides = {}) =>
    anEnrichedEvent({ eventTime: new Date(time).toISOString().replace('.000Z', 'Z'), ...more });

  it('opens one alert for a group, however often it is looked for', async () => {
    const house = aSilenceWatch(heartbeats);
    await house.deliver([at(MONDAY), at(MONDAY, { awsRegion: 'us-east-1' })], MONDAY);
    await house.deliver([at(MONDAY + HOUR, { awsRegion: 'us-east-1' })], MONDAY + HOUR);
    await house.idle(MONDAY + 80 * MINUTE);
    expect(await house.check(MONDAY + 80 * MINUTE)).toBe(1);
    await house.idle(MONDAY + 90 * MINUTE);
    expect(await house.check(MONDAY + 90 * MINUTE)).toBe(0);
    const [alert, ...others] = await house.alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      group: { account: '111122223333', awsRegion: 'eu-west-1' },
      count: 1,
      firstSeen: MONDAY,
      severity: 'high',
      actors: [],
      observables: [{ type: 'aws-account', value: '111122223333' }],
    });
    expect(alert?.evidence[0]?.summary).toBe('last event before a silence; usual pause: up to 1 h');
    expect(house.queue.deliveries).toHaveLength(1);
  });

  it('closes its loop when events return, once, and may open again', async () => {
    const house = aSilenceWatch(heartbeats);
    await house.deliver([at(MONDAY)], MONDAY);
    await house.idle(MONDAY + 2 * HOUR);
    await house.check(MONDAY + 2 * HOUR);
    const back = [at(MONDAY + 3 * HOUR)];
    const { changes } = await house.deliver(back, MONDAY + 3 * HOUR);
    expect(changes.map(({ kind, revision }) => [kind, revision])).toEqual([['update', 2]]);
    const again = await house.deliver(back, MONDAY + 3 * HOUR);
    expect(again.changes.map(({ kind }) => kind)).toEqual(['unchanged']);
    const [alert] = await house.alerts();
    expect(alert?.returnedAt).toBe(MONDAY + 3 * HOUR);
    expect(alert?.evidence[1]?.summary).toBe('first event after 3 h');
    await house.idle(MONDAY + 5 * HOUR);
    expect(await house.check(MONDAY + 5 * HOUR)).toBe(1);
    expect(await house.alerts()).toHaveLength(2);
  });

  it('is none while batches wait, or while nothing is known of the queue', async () => {
    const house = aSilenceWatch(heartbeats);
    await house.deliver([at(MONDAY)], MONDAY);
    expect(await house.check(MONDAY + 9 * HOUR)).toBe(0);
    house.queue.waiting = 1;
    await house.idle(MONDAY + 9 * HOUR);
    expect(await house.check(MONDAY + 9 * HOUR)).toBe(0);
    house.queue.waiting = 0;
    expect(await house.check(MONDAY + 9 * HOUR)).toBe(1);
  });

  it('is noticed and named where objects keep arriving and all of them are empty', async () => {
    const house = aSilenceWatch(heartbeats);
    await house.deliver([at(MONDAY)], MONDAY);
    for (let time = MONDAY; time <= MONDAY + 2 * HOUR; time += 5 * MINUTE) await house.deliver([], time);
    house.queue.waiting = 1;
    expect(await house.check(MONDAY + 2 * HOUR)).toBe(1);
    const [alert] = await house.alerts();
    expect(alert?.evidence[0]?.summary).toContain(
      '; objects still arrive, empty since 2026-03-02 00:00 (UTC)',
    );
  });

  it('is told by the next run where one died before its alert was safe', async () => {
    const house = aSilenceWatch(heartbeats);
    await house.deliver([at(MONDAY)], MONDAY);
    await house.idle(MONDAY + 2 * HOUR);
    const [group] = await house.heartbeats.quiet('silence', MONDAY + HOUR, 1);
    const silence = { start: MONDAY, last: group?.last ?? at(MONDAY).record, usualMs: HOUR };
    await house.heartbeats.fallSilent('silence', group?.group ?? '', silence as never);
    expect(await house.check(MONDAY + 2 * HOUR)).toBe(1);
    expect(await house.alerts()).toHaveLength(1);
  });

  it('is not kept off by an event from the future, nor by one without a time', async () => {
    const house = aSilenceWatch(heartbeats);
    const timeless = { ...at(MONDAY + HOUR), complete: false };
    await house.deliver([at(MONDAY), at(MONDAY + 300 * DAY), timeless], MONDAY);
    await house.idle(MONDAY + 2 * HOUR);
    expect(await house.check(MONDAY + 2 * HOUR)).toBe(1);
  });
});
