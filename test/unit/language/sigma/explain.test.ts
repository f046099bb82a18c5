import { describe, expect, it } from 'vitest';
import { createExplain, type Explanation } from '../../../../src/language/sigma/explain.ts';
import { parseSigma } from '../../../../src/language/sigma/parse-sigma.ts';
import { createRuleSet } from '../../../../src/language/sigma/rule-set.ts';
import { conformanceCases, textsOf } from '../../../conformance/case.ts';
import { aRuleText } from '../../../helpers/a-rule-set.ts';

type Data = Readonly<Record<string, unknown>>;

function linesOf({ holds, text, parts }: Explanation, depth = 0): readonly string[] {
  const line = `${'  '.repeat(depth)}${holds ? '+' : '-'} ${text}`;
  return [line, ...parts.flatMap((part) => linesOf(part, depth + 1))];
}

function explain(texts: readonly string[], id: string, record: Data): readonly string[] {
  const explanation = createExplain(texts.map((text) => parseSigma(text, 'r.yml')))(id)?.({ record });
  return explanation === undefined ? [] : linesOf(explanation);
}

describe('an explanation', () => {
  it('says what CloudTrail left out, and what that counts as in a grave rule', () => {
    const detection = {
      selection: { eventName: 'PutUserPolicy', 'requestParameters.policyDocument|contains': 'x' },
      filter_small: { 'requestParameters.policyName': 'y' },
      condition: 'selection and not filter_small',
    };
    const record = { eventName: 'PutUserPolicy', requestParameters: { omitted: true } };
    expect(explain([aRuleText(detection, { level: 'high' })], 'rule-1', record)).toEqual([
      '+ A rule',
      '  + condition',
      '    + all of these',
      '      + selection',
      '        + eventName: "PutUserPolicy", found "PutUserPolicy"',
      '        + requestParameters.policyDocument|contains: left out by CloudTrail for its size, counts as met',
      '      + not',
      '        - filter_small',
      '          - requestParameters.policyName: left out by CloudTrail for its size, counts as not met',
    ]);
    const [plain] = explain([aRuleText(detection, { level: 'medium' })], 'rule-1', record);
    expect(plain).toBe('- A rule');
  });

  it('is the rule as a tree, with what each item looked at', () => {
    const rule = aRuleText({
      selection: { 'eventName|startswith': 'Delete', eventSource: ['a', 'b'] },
      words: ['needle'],
      filter_one: [{ errorCode: null }, { 'userIdentity.arn|endswith': 'bob' }],
      condition: ['selection and not 1 of filter_*', 'words'],
    });
    const record = {
      eventName: 'DeleteTrail',
      eventSource: 'c',
      userIdentity: { arn: ['x', 1] },
      errorCode: 'E',
    };
    expect(explain([rule], 'rule-1', record)).toEqual([
      '- A rule',
      '  - condition',
      '    - all of these',
      '      - selection',
      '        + eventName|startswith: "Delete", found "DeleteTrail"',
      '        - eventSource: ["a", "b"], found "c"',
      '      + not',
      '        - 1 of filter_*',
      '          - filter_one',
      '            - all of these',
      '              - errorCode: null, found "E"',
      '            - all of these',
      '              - userIdentity.arn|endswith: "bob", found ["x",1]',
      '    - words',
      '      - keywords "needle" in the whole event',
    ]);
  });

  it('shows the filters that the rule must pass', () => {
    const rule = aRuleText({ s: { a: 1 }, condition: 's' });
    const filter = aRuleText(undefined, {
      id: 'f',
      title: 'No robots',
      filter: { rules: 'any', robot: { user: 'robot' }, condition: 'not robot' },
    });
    expect(explain([rule, filter], 'rule-1', { a: 1, user: 'robot' })).toEqual([
      '- A rule',
      '  + condition',
      '    + s',
      '      + a: 1, found 1',
      '  - filter No robots',
      '    - not',
      '      + robot',
      '        + user: "robot", found "robot"',
    ]);
  });

  it('of a correlation is that of its rules', () => {
    const rule = aRuleText({ s: { a: 1 }, condition: 's' }, { name: 'base' });
    const correlation = JSON.stringify({
      title: 'Many',
      id: 'many',
      correlation: { type: 'event_count', rules: ['base'], timespan: '1m', condition: { gte: 2 } },
    });
    expect(explain([rule, correlation], 'many', { a: 1 }).slice(0, 2)).toEqual([
      '+ Many: counts events of these rules (windows are not looked at here)',
      '  + A rule',
    ]);
  });

  it('is bounded, whatever the rule and the event hold, and on one line each', () => {
    const rule = aRuleText({ s: { f: Array.from({ length: 500 }, (_, n) => `v${n}`) }, condition: 's' });
    const lines = explain([rule], 'rule-1', { f: `\u001b[31m\n${'x'.repeat(100_000)}` });
    expect(lines.at(-1)).toContain('["v0", "v1", "v2", "v3", "v4", … 495 more], found "\\u001b[31m\\nxxx');
    expect(lines.at(-1)?.length).toBeLessThan(300);
  });

  it('of an unknown rule is none', () => {
    expect(createExplain([])('nobody')).toBeUndefined();
  });
});

describe('explanations and matching', () => {
  const cases = conformanceCases().filter((one) => one.refused === undefined);

  it.each(cases)('agree on $feature: $name', (one) => {
    const parsed = [parseSigma(textsOf(one).join('\n---\n'), 'case.yml')];
    const options = { placeholders: new Map(Object.entries(one.placeholders ?? {})) };
    const { detections } = createRuleSet(parsed, options).ruleSet;
    const explainers = createExplain(parsed, options);
    const records = [
      ...(one.matches ?? []),
      ...(one.misses ?? []),
      ...(one.events ?? []).map(({ event }) => event),
    ];
    expect(records.length).toBeGreaterThan(0);
    for (const rule of detections) {
      const explainRule = explainers(rule.info.id);
      for (const record of records) expect(explainRule?.({ record }).holds).toBe(rule.matches({ record }));
    }
  });
});
