import { describe, expect, it } from 'vitest';
import { aRuleSet, aRuleText, loadTexts } from '../../../helpers/a-rule-set.ts';

const detection = { s: { eventName: 'X' }, condition: 's' };

function revisionOf(text: string): string | undefined {
  return aRuleSet([text]).detections[0]?.info.revision;
}

describe('identities', () => {
  it('refuses a second document of the same id', () => {
    const { ruleSet, problems } = loadTexts([aRuleText(detection), aRuleText(detection, { title: 'Other' })]);
    expect(ruleSet.detections.map(({ info }) => info.title)).toEqual(['A rule']);
    expect(problems).toEqual([
      { file: '1.yml', line: 1, message: 'the id "rule-1" is taken by 0.yml:1. Give this document its own.' },
    ]);
  });
});

describe('revision', () => {
  const revision = revisionOf(aRuleText(detection));

  it('stays when words change', () => {
    const words = { title: 'Other', level: 'critical', id: 'other', 'x-runbook': 'text', tags: ['a.b'] };
    expect(revisionOf(aRuleText(detection, words))).toBe(revision);
  });

  it('does not depend on the order of keys', () => {
    const one = aRuleText({ s: { a: 1, b: 2 }, condition: 's' });
    const two = aRuleText({ condition: 's', s: { b: 2, a: 1 } });
    expect(revisionOf(one)).toBe(revisionOf(two));
  });

  it.each([
    [{ s: { eventName: 'Y' }, condition: 's' }],
    [{ s: { 'eventName|cased': 'X' }, condition: 's' }],
    [{ s: { eventName: 'X' }, condition: 'not s' }],
  ])('changes with %j', (changed) => {
    expect(revisionOf(aRuleText(changed))).not.toBe(revision);
  });
});

describe('event names', () => {
  const rows: readonly (readonly [unknown, readonly string[] | undefined])[] = [
    [{ s: { eventName: ['A', 'B'] }, condition: 's' }, ['a', 'b']],
    [{ s: { 'eventName|cased': 'A' }, condition: 's' }, ['a']],
    [{ s: { eventName: 'A', x: 1 }, condition: 's' }, ['a']],
    [{ s: { 'eventName|startswith': 'A' }, condition: 's' }, undefined],
    [{ s: { eventName: 'A*' }, condition: 's' }, undefined],
    [{ s: { eventName: ['A', 'B*'] }, condition: 's' }, undefined],
    [{ s: { 'eventName|neq': 'A' }, condition: 's' }, undefined],
    [{ s: { 'eventName|all': ['A', 'B'] }, condition: 's' }, undefined],
    [{ s: { eventName: null }, condition: 's' }, undefined],
    [{ s: { 'x.eventName': 'A' }, condition: 's' }, undefined],
    [{ s: ['A'], condition: 's' }, undefined],
    [{ s: [{ eventName: 'A' }, { eventName: 'B' }], condition: 's' }, ['a', 'b']],
    [{ s: [{ eventName: 'A' }, { x: 1 }], condition: 's' }, undefined],
    [{ s: { eventName: 'A' }, t: { x: 1 }, condition: 's and t' }, ['a']],
    [{ s: { eventName: 'A' }, t: { x: 1 }, condition: 's or t' }, undefined],
    [{ s: { eventName: 'A' }, t: { eventName: 'B' }, condition: 's or t' }, ['a', 'b']],
    [{ s: { eventName: ['A', 'B'] }, t: { eventName: ['B', 'C'] }, condition: 's and t' }, ['b']],
    [{ s: { eventName: 'A' }, condition: 'not s' }, undefined],
    [{ s: { eventName: 'A' }, t: { eventName: 'B' }, condition: 's and not t' }, ['a']],
    [{ s_1: { eventName: 'A' }, s_2: { eventName: 'B' }, condition: '1 of s_*' }, ['a', 'b']],
    [{ s_1: { eventName: 'A' }, s_2: { x: 1 }, condition: 'all of s_*' }, ['a']],
    [{ s: { eventName: 'A' }, t: { x: 1 }, condition: ['s', 't'] }, undefined],
    [{ s: { eventName: 'A' }, condition: '1 of none_*' }, []],
  ];

  it.each(rows)('of %j are %j', (changed, expected) => {
    expect(aRuleSet([aRuleText(changed)]).detections[0]?.eventNames).toEqual(expected);
  });
});

describe('filters', () => {
  const base = aRuleText({ s: { eventName: 'X' }, condition: 's' }, { name: 'base' });
  const aFilter = (filter: unknown, document: Readonly<Record<string, unknown>> = {}) =>
    aRuleText(undefined, { id: 'filter-1', filter, ...document });
  const admin = { record: { eventName: 'X', user: 'admin' } };
  const other = { record: { eventName: 'X', user: 'bob' } };
  const noAdmin = { a: { user: 'admin' }, condition: 'not a' };

  it.each([[['rule-1']], [['base']], ['base'], ['any']])('add their condition to the rules %j', (rules) => {
    const [rule] = aRuleSet([base, aFilter({ rules, ...noAdmin })]).detections;
    expect(rule?.matches(admin)).toBe(false);
    expect(rule?.matches(other)).toBe(true);
    expect(rule?.eventNames).toEqual(['x']);
    expect(rule?.info.revision).not.toBe(revisionOf(base));
  });

  it('mean their own selections by "them"', () => {
    const filter = aFilter({ rules: 'any', ...noAdmin, condition: 'not 1 of them' });
    expect(aRuleSet([base, filter]).detections[0]?.matches(other)).toBe(true);
  });

  it('take hold of "any" rule within their log source only', () => {
    const windows = aFilter({ rules: 'any', ...noAdmin }, { logsource: { product: 'windows' } });
    expect(aRuleSet([base, windows]).detections[0]?.matches(admin)).toBe(true);
  });

  it('that cannot apply are a problem', () => {
    const windows = aFilter({ rules: ['base'], ...noAdmin }, { logsource: { product: 'windows' } });
    expect(loadTexts([base, windows]).problems[0]?.message).toContain('does not cover that of "base"');
    const unknown = aFilter({ rules: ['bas'], ...noAdmin });
    expect(loadTexts([base, unknown]).problems[0]?.message).toBe(
      'no rule has the id or name "bas". Did you mean "base"?',
    );
  });

  it('that cannot be compiled hide nothing', () => {
    const broken = aFilter({ rules: 'any', a: { 'user|expand': '%nobody%' }, condition: 'a' });
    const { ruleSet, problems } = loadTexts([base, broken]);
    expect(problems).toHaveLength(1);
    expect(ruleSet.detections[0]?.matches(admin)).toBe(true);
  });

  it('are taken as written, with advice where nothing is negated', () => {
    const { ruleSet, advice } = loadTexts([base, aFilter({ rules: 'any', ...noAdmin, condition: 'a' })]);
    expect(ruleSet.detections[0]?.matches(admin)).toBe(true);
    expect(ruleSet.detections[0]?.matches(other)).toBe(false);
    expect(advice.map(({ message }) => message)).toEqual([expect.stringContaining('write "not"')]);
  });
});

describe('what rules share', () => {
  it('is read anew for every event', () => {
    const texts = ['a', 'b'].map((value) =>
      aRuleText({ s: { 'f|contains': value }, condition: 's' }, { id: value }),
    );
    const [a, b] = aRuleSet(texts).detections;
    const one = { record: { f: 'a' } };
    const two = { record: { f: 'b' } };
    expect([one, two, one].map((subject) => [a?.matches(subject), b?.matches(subject)])).toEqual([
      [true, false],
      [false, true],
      [true, false],
    ]);
  });
});
