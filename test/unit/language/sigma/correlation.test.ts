import { describe, expect, it } from 'vitest';
import { aRuleSet, aRuleText, loadTexts } from '../../../helpers/a-rule-set.ts';

const base = aRuleText({ s: { eventName: 'X' }, condition: 's' }, { name: 'base', title: 'The base' });
const COUNT = {
  type: 'event_count',
  rules: ['base'],
  'group-by': ['user'],
  timespan: '10m',
  condition: { gte: 5 },
};

function aCorrelation(
  correlation: Readonly<Record<string, unknown>> = {},
  document: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    title: 'Many',
    id: 'many-1',
    level: 'high',
    correlation: { ...COUNT, ...correlation },
    ...document,
  });
}

describe('correlations', () => {
  it('are compiled to what the windows need', () => {
    const [correlation] = aRuleSet([base, aCorrelation()]).correlations;
    expect(correlation).toMatchObject({
      type: 'event_count',
      ruleIds: ['rule-1'],
      spanMs: 600_000,
      condition: [{ op: 'gte', threshold: 5 }],
      valueFields: [],
      info: { id: 'many-1', title: 'Many', level: 'high', groupBy: ['user'], isSequence: false },
    });
  });

  it('may have no group, a range, and one rule as text', () => {
    const text = aCorrelation({ 'group-by': undefined, rules: 'base', condition: { gt: 2, gte: 5 } });
    expect(aRuleSet([base, text]).correlations[0]).toMatchObject({
      ruleIds: ['rule-1'],
      info: { groupBy: [] },
      condition: [
        { op: 'gt', threshold: 2 },
        { op: 'gte', threshold: 5 },
      ],
    });
  });

  it.each([
    ['requestParameters.userName', ['requestParameters.userName']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  ])('count the values of %j', (field, expected) => {
    const text = aCorrelation({ type: 'value_count', condition: { field, gt: 3 } });
    expect(aRuleSet([base, text]).correlations[0]).toMatchObject({
      type: 'value_count',
      valueFields: expected,
    });
  });

  it('resolve aliases to rule ids', () => {
    const aliases = { user: { base: 'requestParameters.userName' } };
    const [correlation] = aRuleSet([base, aCorrelation({ aliases })]).correlations;
    expect(correlation?.aliases?.get('user')?.get('rule-1')).toBe('requestParameters.userName');
  });

  it.each([
    ['1s', 1000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1M', 2_629_746_000],
    ['1y', 31_556_952_000],
  ])('last %s', (timespan, spanMs) => {
    expect(aRuleSet([base, aCorrelation({ timespan })]).correlations[0]?.spanMs).toBe(spanMs);
  });

  it('find rules by id, name, and title with advice', () => {
    expect(loadTexts([base, aCorrelation({ rules: ['rule-1'] })]).advice).toEqual([]);
    const { ruleSet, advice } = loadTexts([base, aCorrelation({ rules: ['The base'] })]);
    expect(ruleSet.correlations).toHaveLength(1);
    expect(advice[0]?.message).toBe('rules are referred to by id or name, not by title. Write "base".');
  });

  it('change their revision with what they match', () => {
    const revisionOf = (text: string, rule = base) => aRuleSet([rule, text]).correlations[0]?.info.revision;
    const revision = revisionOf(aCorrelation());
    expect(
      revisionOf(aCorrelation({ rules: ['rule-1'], generate: true }, { title: 'T', level: 'low' })),
    ).toBe(revision);
    expect(revisionOf(aCorrelation({ condition: { gte: 6 } }))).not.toBe(revision);
    expect(revisionOf(aCorrelation({ timespan: '11m' }))).not.toBe(revision);
    const otherBase = aRuleText({ s: { eventName: 'Y' }, condition: 's' }, { name: 'base' });
    expect(revisionOf(aCorrelation(), otherBase)).not.toBe(revision);
  });
});

describe('types', () => {
  const second = aRuleText(
    { s: { eventName: 'Y' }, condition: 's' },
    { id: 'rule-2', name: 'second', title: 'S' },
  );
  const compiled = (correlation: Readonly<Record<string, unknown>>) =>
    aRuleSet([base, second, aCorrelation(correlation)]).correlations[0];

  it('temporal without a condition asks for all rules', () => {
    expect(compiled({ type: 'temporal', rules: ['second', 'base'], condition: undefined })).toMatchObject({
      alternatives: [{ all: ['rule-2', 'rule-1'], none: [] }],
      condition: [],
      settlings: 0,
      info: { isSequence: true },
    });
  });

  it.each([
    ['base and second', [{ all: ['rule-1', 'rule-2'], none: [] }]],
    [
      'base OR second',
      [
        { all: ['rule-1'], none: [] },
        { all: ['rule-2'], none: [] },
      ],
    ],
    ['base AND NOT second', [{ all: ['rule-1'], none: ['rule-2'] }]],
    ['not (base or not second)', [{ all: ['rule-2'], none: ['rule-1'] }]],
    [
      'second and (base or base)',
      [
        { all: ['rule-2', 'rule-1'], none: [] },
        { all: ['rule-2', 'rule-1'], none: [] },
      ],
    ],
  ])('temporal: %s, without a list of rules', (condition, alternatives) => {
    const found = compiled({ type: 'temporal', rules: undefined, condition });
    expect(found?.alternatives).toEqual(alternatives);
    expect(found?.settlings).toBe(condition.toLowerCase().includes('not') ? 1 : 0);
  });

  it.each([
    ['event_count', { lt: 5 }, 1],
    ['event_count', { gte: 5, lte: 9 }, 1],
    ['event_count', { eq: 5 }, 1],
    ['event_count', { neq: 5 }, 1],
    ['event_count', { gte: 5 }, 0],
    ['value_sum', { gte: 5, field: 'x' }, 1],
    ['value_avg', { gt: 0.5, field: 'x' }, 1],
    ['value_median', { gte: -5, field: 'x' }, 1],
  ])('%s %j is decided after %i settling times', (type, condition, settlings) => {
    expect(compiled({ type, condition })).toMatchObject({ settlings, info: { isSequence: false } });
  });

  it('know their percentile', () => {
    const percentile = (type: string, stated?: number) =>
      compiled({
        type,
        condition: { gt: 1, field: 'x', ...(stated === undefined ? {} : { percentile: stated }) },
      })?.percentile;
    expect([
      percentile('value_median'),
      percentile('value_percentile'),
      percentile('value_percentile', 99.9),
    ]).toEqual([50, 95, 99.9]);
  });
});

describe('chains', () => {
  const outer = (rules: string[], id: string, rest: Readonly<Record<string, unknown>> = {}) =>
    aCorrelation({ rules, ...rest }, { id, title: id });

  it('are sequences, and what only feeds them does not alert', () => {
    const { correlations } = aRuleSet([outer(['many-1', 'base'], 'outer'), base, aCorrelation()]);
    const byId = Object.fromEntries(correlations.map((each) => [each.info.id, each]));
    expect(byId['outer']).toMatchObject({
      ruleIds: ['many-1', 'rule-1'],
      alerts: true,
      info: { isSequence: true },
    });
    expect(byId['many-1']).toMatchObject({ alerts: false, info: { isSequence: false } });
    const generating = aRuleSet([base, aCorrelation(), outer(['many-1'], 'outer', { generate: true })]);
    expect(generating.correlations.map(({ alerts }) => alerts)).toEqual([true, true]);
  });

  it('wait for what they list to be decided', () => {
    const { correlations } = aRuleSet([
      base,
      aCorrelation({ condition: { lt: 5 } }),
      outer(['many-1'], 'rising'),
      outer(['rising'], 'falling', { condition: { lt: 3 } }),
    ]);
    expect(correlations.map(({ info, settlings }) => [info.id, settlings])).toEqual([
      ['many-1', 1],
      ['rising', 0],
      ['falling', 2],
    ]);
  });

  const chainOf = (length: number) =>
    Array.from({ length }, (_, index) => outer([index === 0 ? 'base' : `c${index - 1}`], `c${index}`));

  it('may be ten long', () => {
    expect(aRuleSet([base, ...chainOf(10)]).correlations).toHaveLength(10);
    expect(loadTexts([base, ...chainOf(11)]).problems.map(({ message }) => message)).toEqual([
      'a chain of more than 10 correlations. Make it shorter.',
    ]);
  });

  it('must not be circles', () => {
    const { problems, ruleSet } = loadTexts([base, outer(['two'], 'one'), outer(['one'], 'two')]);
    expect(problems[0]?.message).toBe('"one" is fed by this correlation itself. Break the circle.');
    expect(ruleSet.correlations).toEqual([]);
    expect(loadTexts([base, outer(['one'], 'one')]).problems[0]?.message).toContain('Break the circle');
  });

  it('resolve aliases by what they list', () => {
    const aliases = { user: { 'many-1': 'who', base: 'name' } };
    const [, found] = aRuleSet([
      base,
      aCorrelation(),
      outer(['many-1', 'base'], 'outer', { aliases }),
    ]).correlations;
    expect(Object.fromEntries(found?.aliases?.get('user') ?? [])).toEqual({
      'many-1': 'who',
      'rule-1': 'name',
    });
  });
});

describe('alerts of the rules that a correlation uses', () => {
  const alerts = (...texts: readonly string[]) => loadTexts([base, ...texts]).ruleSet.detections[0]?.alerts;

  it.each([
    ['no correlation', [], true],
    ['one without generate', [aCorrelation()], false],
    ['generate in the document', [aCorrelation({}, { generate: true })], true],
    ['generate in the correlation', [aCorrelation({ generate: true })], true],
    ['one of two with generate', [aCorrelation(), aCorrelation({ generate: true }, { id: 'many-2' })], true],
    ['a correlation that is refused', [aCorrelation({ type: 'none' })], true],
  ])('%s', (_name, texts, expected) => {
    expect(alerts(...texts)).toBe(expected);
  });

  it('are none where the rule is informational, which is for marking events', () => {
    const head = { name: 'base', title: 'The base', level: 'informational' };
    const marking = aRuleText({ s: { eventName: 'X' }, condition: 's' }, head);
    expect(loadTexts([marking, aCorrelation({ generate: true })]).ruleSet.detections[0]?.alerts).toBe(false);
    expect(loadTexts([marking]).ruleSet.detections[0]?.alerts).toBe(true);
  });
});

describe('problems of correlations', () => {
  it.each([
    [{ type: 'count' }, 'no "type" that Sigma knows'],
    [{ rules: [] }, 'names no rule'],
    [{ rules: ['nobody'] }, 'no rule has the id or name "nobody"'],
    [{ timespan: '10 minutes' }, '"timespan" is missing or none'],
    [{ timespan: undefined, timeframe: '5m' }, 'Did you mean "timespan"?'],
    [{ type: 'valueavg' }, 'Did you mean "value_avg"?'],
    [{ condition: { lt: 1 } }, '"lt: 1" never holds'],
    [{ condition: { lte: 0 } }, 'told by "x-heartbeat"'],
    [{ condition: { eq: 0 } }, 'never holds'],
    [{ condition: { gte: 5, field: 'x', gtee: 1 } }, 'Did you mean "gte"?'],
    [{ type: 'value_avg', condition: { gte: 1 } }, 'needs the "field"'],
    [{ type: 'value_sum', condition: { gte: 1, field: ['x', 'y'] } }, 'computes with one field'],
    [{ type: 'value_sum', condition: { gte: '1', field: 'x' } }, 'takes a number'],
    [{ type: 'value_percentile', condition: { gte: 1, field: 'x', percentile: 101 } }, '100 at most'],
    [{ type: 'value_avg', condition: { gte: 1, field: 'x', percentile: 9 } }, 'unknown key "percentile"'],
    [{ type: 'temporal', condition: { gte: 2 } }, 'more rules than the 1 that are listed'],
    [{ type: 'temporal_ordered', condition: { gte: 1 } }, 'takes a condition that is a text'],
    [{ type: 'temporal', condition: 'base and' }, 'ends too early'],
    [{ type: 'temporal', condition: '(base' }, 'never closed'],
    [{ type: 'temporal', condition: 'base)' }, 'cannot stand where it stands'],
    [{ type: 'temporal', condition: 'and base' }, 'a rule is missing before "and"'],
    [{ type: 'temporal', condition: '' }, 'is empty'],
    [{ type: 'temporal', condition: 'base and not base' }, 'asks for a rule and for its absence'],
    [{ type: 'temporal', condition: 'base or nobody', rules: undefined }, 'name "nobody"'],
    [{ condition: {} }, 'no threshold'],
    [{ condition: undefined }, 'needs a condition'],
    [{ condition: { gte: -1 } }, 'not negative'],
    [{ condition: { gte: 1.5 } }, 'whole number'],
    [{ condition: { gte: 5, field: 'x' } }, 'Write value_count'],
    [{ type: 'value_count' }, 'needs the "field"'],
    [{ generate: 'yes' }, 'takes true or false'],
    [{ aliases: { user: { nobody: 'x' } } }, 'which is not among the rules'],
    [{ 'group-by': [5] }, 'must hold field names'],
  ])('%j', (correlation, message) => {
    const { problems, ruleSet } = loadTexts([base, aCorrelation(correlation)]);
    expect(problems.map((problem) => problem.message).join('\n')).toContain(message);
    expect(ruleSet.correlations).toEqual([]);
  });

  it('a condition and a list that do not agree', () => {
    const other = aRuleText({ s: { a: 1 }, condition: 's' }, { id: 'rule-2', name: 'other', title: 'Other' });
    const messages = (rules: string[], condition: string) =>
      loadTexts([base, other, aCorrelation({ type: 'temporal', rules, condition })]).problems.map(
        ({ message }) => message,
      );
    expect(messages(['base'], 'base and other')).toEqual([
      '"other" in the condition is not among "rules". Add it.',
    ]);
    expect(messages(['base', 'other'], 'base')).toEqual([
      '"other" among "rules" is not in the condition. Name it there.',
    ]);
    expect(messages(['rule-1', 'other'], 'base or other')).toEqual([]);
  });

  it('a rule twice in an order', () => {
    const twice = aCorrelation({ type: 'temporal_ordered', rules: ['base', 'rule-1'], condition: undefined });
    expect(loadTexts([base, twice]).problems[0]?.message).toContain('stands twice');
  });

  it('a condition with more ways to hold than anybody means', () => {
    const names = Array.from({ length: 14 }, (_, index) => `r${index}`);
    const rules = names.map((id) => aRuleText({ s: { a: 1 }, condition: 's' }, { id, title: id }));
    const condition = Array.from({ length: 7 }, (_, index) => `(r${2 * index} or r${2 * index + 1})`).join(
      ' and ',
    );
    const text = aCorrelation({ type: 'temporal', rules: undefined, condition });
    expect(loadTexts([...rules, text]).problems[0]?.message).toContain('too many ways to hold');
  });

  it('a name that two rules have', () => {
    const twin = aRuleText({ s: { a: 1 }, condition: 's' }, { id: 'rule-2', name: 'base' });
    expect(loadTexts([base, twin, aCorrelation()]).problems[0]?.message).toBe(
      '2 rules are called "base". Refer to one by its id.',
    );
  });

  it('a rule that was refused, or cannot be compiled', () => {
    const refused = aRuleText({ s: { a: 1 }, condition: 'nobody' }, { name: 'base' });
    const messages = loadTexts([refused, aCorrelation()]).problems.map(({ message }) => message);
    expect(messages.at(-1)).toBe('the rule "base" has problems of its own. Mend them first.');
    const unexpanded = aRuleText({ s: { 'a|expand': '%nobody%' }, condition: 's' }, { name: 'base' });
    expect(loadTexts([unexpanded, aCorrelation()]).problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('is not defined'),
      'the rule "base" has problems of its own. Mend them first.',
    ]);
  });
});
