import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../../src/domain/problem.ts';
import { parseSigma } from '../../../../src/language/sigma/parse-sigma.ts';
import { aRuleSet, aRuleText, loadTexts } from '../../../helpers/a-rule-set.ts';

const detection = { s: { eventName: 'X' }, condition: 's' };

function complaints(text: string): readonly string[] {
  return parseSigma(text, 'r.yml').problems.map(describeProblem);
}

describe('problems of a file', () => {
  it('are all told at once, each with its line', () => {
    const text = [
      'title: Bad in many ways', // 1
      'level: hihg', // 2
      'tags: [attack.t1562, 5]', // 3
      'x-alert-typ: a.b', // 4
      'x-period: 5 days', // 5
      'detection:', // 6
      '  selection:', // 7
      '    eventName|contians: StopLogging', // 8
      '    f|re:', // 9
      '      - ok', // 10
      "      - '('", // 11
      '  timeframe: 5m', // 12
      '  condition: selectoin', // 13
    ].join('\n');
    expect(complaints(text)).toEqual([
      'r.yml:4: unknown key "x-alert-typ". Did you mean "x-alert-type"?',
      'r.yml:1: the rule has no "id". Add a UUID: alerts and suppressions are bound to it.',
      'r.yml:2: unknown "level". Write one of informational, low, medium, high, critical.',
      'r.yml:3: "tags" must be a list of texts. Put the item in quotes.',
      'r.yml:5: "x-period" is no timespan. Write a whole number and one of s, m, h, d, w, M, y, as in 15m.',
      'r.yml:1: the rule has no "logsource". Write product: aws and service: cloudtrail.',
      expect.stringMatching(/^r\.yml:12: "timeframe" belongs to .* Write a correlation/),
      'r.yml:8: "eventName|contians": unknown modifier "contians". Did you mean "contains"?',
      'r.yml:13: the condition names "selectoin", which is no selection here. There are: selection.',
      expect.stringMatching(/^r\.yml:11: "f\|re": the regular expression cannot be run: .* RE2/),
    ]);
  });

  it.each([
    ['', 'holds no rule'],
    ['just text', 'is no map'],
    ['[1, 2]', 'is no map'],
    ['a: [', 'not YAML'],
    ['title: T\nid: i\nlogsource: {product: aws}', 'has no "detection"'],
    [aRuleText(undefined), 'has no "detection"'],
    [aRuleText({ condition: 's' }), 'has no selection'],
    [aRuleText({ s: { a: 1 } }), 'there is no "condition"'],
    [aRuleText({ s: {}, condition: 's' }), 'the selection is empty'],
    [aRuleText({ s: [], condition: 's' }), 'the selection is empty'],
    [aRuleText({ s: null, condition: 's' }), 'the selection is empty'],
    [aRuleText({ s: [['a']], condition: 's' }), 'holds keywords or maps'],
    [aRuleText(detection, { id: '' }), '"id" must be a text'],
    [aRuleText(detection, { id: 5 }), '"id" must be a text'],
    [aRuleText(detection, { title: 'x'.repeat(257) }), '"title" is no text'],
    [aRuleText(detection, { 'x-alert-type': 'Upper' }), 'is no alert type'],
    [aRuleText(detection, { 'x-alert-type': `a.${'b'.repeat(31)}` }), 'is no alert type'],
    [aRuleText(detection, { 'x-group-by': 'actor.principal' }), 'must be a list of field names'],
    [aRuleText(detection, { filter: {} }), 'either "detection" or "filter"'],
    [aRuleText(detection, { action: 'globl' }), 'unknown "action"'],
    [aRuleText(detection, { action: 'repeat' }), 'no document before it'],
  ])('%j', (text, message) => {
    expect(complaints(text).join('\n')).toContain(message);
  });

  it('leaves the sound documents of the file', () => {
    const text = `${aRuleText(detection)}\n---\n${aRuleText(detection, { id: undefined, name: 'broken' })}`;
    const parsed = parseSigma(text, 'r.yml');
    expect(parsed.rules.map((rule) => rule.id)).toEqual(['rule-1']);
    expect(parsed.refused).toEqual([{ names: ['broken', 'A rule'] }]);
    expect(parsed.problems).toHaveLength(1);
  });
});

describe('the head of a rule', () => {
  it('has defaults', () => {
    const [rule] = aRuleSet([aRuleText(detection)]).detections;
    expect(rule?.info).toMatchObject({
      level: 'medium',
      alertType: 'cloudtrail.detection',
      groupBy: ['actor.principal'],
      periodMs: 86_400_000,
      description: '',
      tags: [],
      falsePositives: [],
      runbook: '',
      isSequence: false,
    });
  });

  it('carries what the rule says, and keys of others', () => {
    const text = aRuleText(detection, {
      level: 'high',
      tags: ['attack.t1562.008'],
      falsepositives: ['A change window'],
      'x-alert-type': 'cloudtrail.logging_stopped',
      'x-group-by': ['account', 'requestParameters.name'],
      'x-period': '1h',
      'x-runbook': '# Look',
      vendor: { key: 1 },
    });
    expect(aRuleSet([text]).detections[0]?.info).toMatchObject({
      level: 'high',
      tags: ['attack.t1562.008'],
      falsePositives: ['A change window'],
      alertType: 'cloudtrail.logging_stopped',
      groupBy: ['requestParameters.name'],
      periodMs: 3_600_000,
      runbook: '# Look',
    });
    expect(parseSigma(text, 'r.yml').rules[0]?.custom.get('vendor')).toEqual({ key: 1 });
  });
});

describe('collections', () => {
  it('merges a global document into the rules after it, until reset', () => {
    const text = `
action: global
title: Shared
logsource: { product: aws, service: cloudtrail }
level: high
detection: { base: { eventSource: iam.amazonaws.com }, condition: base }
---
id: one
detection: { name: { eventName: A }, condition: base and name }
---
id: two
level: low
---
action: repeat
id: three
level: critical
---
action: reset
---
id: four
`;
    const { ruleSet, problems } = loadTexts([text]);
    expect(ruleSet.detections.map(({ info }) => [info.id, info.level])).toEqual([
      ['one', 'high'],
      ['two', 'low'],
      ['three', 'critical'],
    ]);
    const iam = { record: { eventSource: 'iam.amazonaws.com', eventName: 'B' } };
    expect(ruleSet.detections.map((rule) => rule.matches(iam))).toEqual([false, true, true]);
    expect(problems.map(describeProblem)).toEqual([
      expect.stringMatching(/^0\.yml:20: the rule has no "title"/),
      expect.stringMatching(/^0\.yml:20: the rule has no "logsource"/),
      expect.stringMatching(/^0\.yml:20: the document has no "detection"/),
    ]);
  });

  it('finds the line of a problem in the global document', () => {
    const text = 'action: global\ntitle: T\nlevel: wrong\n---\nid: x\n';
    expect(complaints(text)).toContain(
      'r.yml:3: unknown "level". Write one of informational, low, medium, high, critical.',
    );
  });
});
