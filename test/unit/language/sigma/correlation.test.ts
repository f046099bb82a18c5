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

describe('alerts of the rules that a correlation uses', () => {
  const alerts = (...texts: readonly string[]) => loadTexts([base, ...texts]).ruleSet.detections[0]?.alerts;

  it.each([
    ['no correlation', [], true],
    ['one without generate', [aCorrelation()], false],
    ['generate in the document', [aCorrelation({}, { generate: true })], true],
    ['generate in the correlation', [aCorrelation({ generate: true })], true],
    ['one of two with generate', [aCorrelation(), aCorrelation({ generate: true }, { id: 'many-2' })], true],
    ['a correlation that is refused', [aCorrelation({ type: 'temporal' })], true],
  ])('%s', (_name, texts, expected) => {
    expect(alerts(...texts)).toBe(expected);
  });
});

describe('problems of correlations', () => {
  it.each([
    [{ type: 'temporal' }, 'type "temporal" are not supported'],
    [{ type: 'value_avg' }, 'type "value_avg" are not supported'],
    [{ type: 'count' }, 'no "type" that Sigma knows'],
    [{ rules: [] }, 'names no rule'],
    [{ rules: ['nobody'] }, 'no rule has the id or name "nobody"'],
    [{ timespan: '10 minutes' }, '"timespan" is missing or none'],
    [{ timespan: undefined, timeframe: '5m' }, 'Did you mean "timespan"?'],
    [{ condition: { lt: 5 } }, '"lt" is not supported'],
    [{ condition: { gte: 5, lte: 9 } }, '"lte" is not supported'],
    [{ condition: { eq: 5 } }, '"eq" is not supported'],
    [{ condition: { neq: 5 } }, '"neq" is not supported'],
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

  it('a chain', () => {
    const chain = aCorrelation({ rules: ['many-1'] }, { id: 'chain-1' });
    const { problems } = loadTexts([base, aCorrelation(), chain]);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('are not supported')]);
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
