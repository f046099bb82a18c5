import { describe, expect, it } from 'vitest';
import { aRuleSet, loadTexts } from '../../../helpers/a-rule-set.ts';

const rule = (extension: string) => `title: A rule
id: rule-1
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: RunInstances }
  condition: selection
${extension}`;
const problemsOf = (...texts: string[]) =>
  loadTexts(texts).problems.map(({ line, message }) => `${line}: ${message}`);
const DAY = 86_400_000;

describe('x-baseline', () => {
  it('makes a rule watch for what is new, and not alert on its events', () => {
    const { detections, baselines, heartbeats } = aRuleSet([
      rule(
        'x-baseline:\n  group: [account, actor.principal]\n  value: awsRegion\n  learn: 7d\n  memory: 60d\n  min-values: 2',
      ),
    ]);
    expect(detections).toEqual([]);
    expect(heartbeats).toEqual([]);
    expect(baselines?.map(({ terms, info }) => [terms, info.groupBy])).toEqual([
      [
        {
          kind: 'baseline',
          group: ['actor.principal'],
          value: ['awsRegion'],
          learnMs: 7 * DAY,
          memoryMs: 60 * DAY,
          minValues: 2,
        },
        ['actor.principal'],
      ],
    ]);
    expect(baselines?.[0]?.matches({ record: { eventName: 'RunInstances' } })).toBe(true);
    expect(baselines?.[0]?.matches({ record: { eventName: 'StopInstances' } })).toBe(false);
  });

  it('learns for two weeks and remembers thirty days unless it says otherwise', () => {
    const [baseline] = aRuleSet([rule('x-baseline: { value: [awsRegion, userAgent] }')]).baselines ?? [];
    expect(baseline?.terms).toEqual({
      kind: 'baseline',
      group: ['actor.principal'],
      value: ['awsRegion', 'userAgent'],
      learnMs: 14 * DAY,
      memoryMs: 30 * DAY,
      minValues: 1,
    });
  });
});

describe('x-heartbeat', () => {
  const terms = (extension: string) => aRuleSet([rule(extension)]).heartbeats?.[0]?.terms;

  it('states its interval or learns it', () => {
    expect(terms('x-heartbeat: { group: [awsRegion], every: 1h }')).toEqual({
      kind: 'heartbeat',
      group: ['awsRegion'],
      everyMs: 3_600_000,
      learnMs: 0,
    });
    expect(terms('x-heartbeat: {}')).toEqual({ kind: 'heartbeat', group: [], learnMs: 14 * DAY });
  });

  it('may state holidays, days that touch as one', () => {
    const text =
      'x-heartbeat:\n  holidays: [2026-12-31/2027-01-01, 2026-11-26, 2026-12-24/2026-12-26, 2026-12-27, 2026-12-25]';
    expect(terms(text)).toMatchObject({
      holidays: [
        { from: Date.UTC(2026, 10, 26), to: Date.UTC(2026, 10, 27) },
        { from: Date.UTC(2026, 11, 24), to: Date.UTC(2026, 11, 28) },
        { from: Date.UTC(2026, 11, 31), to: Date.UTC(2027, 0, 2) },
      ],
    });
  });
});

describe('a rule extension that is wrong', () => {
  it.each<[string, string, RegExp]>([
    ['a key that is unknown', 'x-baseline:\n  value: awsRegion\n  lern: 7d', /^9: .*"lern".*"learn"/],
    ['a value that is missing', 'x-baseline:\n  group: [actor.principal]', /^7: .*"value"/],
    ['a list that is a number', 'x-baseline:\n  value: awsRegion\n  group: 7', /^9: /],
    ['a span that is none', 'x-baseline:\n  value: awsRegion\n  learn: soon', /^9: .*15m/],
    [
      'a span out of bounds',
      'x-baseline:\n  value: awsRegion\n  memory: 2y',
      /^9: "memory" must be a day to 90 days/,
    ],
    ['no map', 'x-heartbeat: yes please', /^7: /],
    ['an interval to learn', 'x-heartbeat:\n  every: 1h\n  learn: 7d', /^9: "every" states the interval/],
    [
      'an interval below the time of delivery',
      'x-heartbeat:\n  every: 1m',
      /^8: "every" must be 15 minutes to 7 days/,
    ],
    ['a holiday that no month has', 'x-heartbeat:\n  holidays: [2026-02-30]', /^8: "2026-02-30" is no day/],
    [
      'a holiday that ends before it begins',
      'x-heartbeat:\n  holidays: [2026-12-26/2026-12-24]',
      /^8: "2026-12-26\/2026-12-24" is no day and no range/,
    ],
    [
      'both kinds',
      'x-heartbeat: {}\nx-baseline: { value: awsRegion }',
      /^7: a rule is either "x-baseline" or "x-heartbeat"/,
    ],
    [
      'a group of its own',
      'x-heartbeat: {}\nx-group-by: [awsRegion]',
      /^8: "x-group-by" means nothing beside/,
    ],
    ['a period', 'x-heartbeat: {}\nx-period: 7d', /^8: "x-period" means nothing beside/],
    ['a mistyped name', 'x-hartbeat: {}', /^7: unknown key "x-hartbeat". Did you mean "x-heartbeat"\?/],
  ])('is refused for %s, with its line', (_, extension, message) => {
    const problems = problemsOf(rule(extension));
    expect(problems[0]).toMatch(message);
    expect(problems).toHaveLength(1);
  });

  it('is refused on a correlation, and a correlation of such a rule as well', () => {
    const correlation = (rules: string, extension = '') => `title: Many
id: many
correlation:
  type: event_count
  rules: [${rules}]
  group-by: [actor.principal]
  timespan: 1h
  condition: { gte: 3 }
${extension}`;
    expect(problemsOf(rule(''), correlation('rule-1', 'x-heartbeat: {}'))).toEqual([
      '9: "x-heartbeat" stands on rules with a "detection" only. Move it to the rule whose events it watches.',
    ]);
    const message =
      '5: "rule-1" is a heartbeat, and correlations of those are not supported. Name plain rules.';
    expect(problemsOf(rule('x-heartbeat: {}'), correlation('rule-1'))).toEqual([message]);
  });
});
