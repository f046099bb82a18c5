import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../../src/domain/problem.ts';
import { unknownField } from '../../../../src/language/sigma/known-fields.ts';
import { lintRules } from '../../../../src/language/sigma/lint.ts';
import { parseSigma } from '../../../../src/language/sigma/parse-sigma.ts';
import { createRuleSet } from '../../../../src/language/sigma/rule-set.ts';
import { aRuleText } from '../../../helpers/a-rule-set.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const NO_INDEX =
  'no index can serve the rule: every event is looked at. Ask for an eventName or eventSource where that is possible.';

/** Advice on files, all rules tested but those that are named. */
function advise(texts: readonly string[], untested: readonly string[] = []): readonly string[] {
  const parsed = texts.map((text, index) => parseSigma(text, `${index}.yml`));
  const { ruleSet, problems } = createRuleSet(parsed);
  expect([...parsed.flatMap((file) => file.problems), ...problems]).toEqual([]);
  const tested = new Set([ID, OTHER].filter((id) => !untested.includes(id)));
  return lintRules({ parsed, ruleSet, tested }).map(describeProblem);
}

function adviseOnDetection(detection: object): readonly string[] {
  return advise([aRuleText({ base: { eventName: 'X' }, ...detection }, { id: ID })]);
}

function adviseOnHead(head: Readonly<Record<string, unknown>>): readonly string[] {
  return advise([aRuleText({ s: { eventName: 'X' }, condition: 's' }, { id: ID, ...head })]);
}

describe('a rule without fault', () => {
  it('gets no advice', () => {
    expect(
      adviseOnHead({ tags: ['attack.t1562.008', 'attack.stealth', 'cve.2024-1'], status: 'test' }),
    ).toEqual([]);
  });
});

describe('fields', () => {
  it.each([
    [
      'eventNam',
      '"eventNam" is no field of a CloudTrail event, nor one that trailhive adds. Did you mean "eventName"?',
    ],
    [
      'EventSource',
      '"EventSource" is no field of a CloudTrail event, nor one that trailhive adds. Did you mean "eventSource"?',
    ],
    [
      'src_country',
      '"src_country" is no field of a CloudTrail event, nor one that trailhive adds. CloudTrail records have no such key.',
    ],
    ['actor.kin', '"actor" has no "kin". Did you mean "actor.kind"?'],
    ['derived.s3PolicyPublik', '"derived" has no "s3PolicyPublik". Did you mean "derived.s3PolicyPublic"?'],
    ['userIdentity.username', '"userIdentity" has no "username". Did you mean "userIdentity.userName"?'],
  ])('%s is not known', (field, message) => {
    expect(adviseOnDetection({ s: { [field]: 'x' }, condition: 'base and s' })).toEqual([
      `0.yml:1: ${message}`,
    ]);
  });

  it.each([
    'eventName',
    'requestParameters.any.thing',
    'actor.kind',
    'userIdentity.sessionContext.x.y',
    'account.owner',
  ])('%s is known', (field) => expect(unknownField(field)).toBeUndefined());

  it('are known where docs/fields.md lists them', () => {
    const text = readFileSync('docs/fields.md', 'utf8');
    const fields = [...text.matchAll(/`((?:actor|account|action|source|derived)\.\w+)`/g)].map(([, name]) =>
      String(name),
    );
    expect(new Set(fields).size).toBeGreaterThan(20);
    expect(fields.flatMap((field) => unknownField(field) ?? [])).toEqual([]);
  });

  it('of other log sources are not judged', () => {
    const rule = aRuleText(
      { s: { eventName: 'X', Image: 'y' }, condition: 's' },
      { id: ID, logsource: { product: 'okta' } },
    );
    expect(advise([rule])).toEqual([]);
  });

  it('of groups, and those that fieldref names, are judged', () => {
    expect(adviseOnHead({ 'x-group-by': ['actor.principle'] })).toEqual([
      '0.yml:1: the group: "actor" has no "principle". Did you mean "actor.principal"?',
    ]);
    expect(adviseOnDetection({ s: { 'eventSource|fieldref': 'eventNme' }, condition: 'base and s' })).toEqual(
      [expect.stringContaining('Did you mean "eventName"?')],
    );
  });
});

describe('conditions', () => {
  it.each([
    [
      { t: { eventSource: 'a' }, condition: 'base' },
      'no condition uses the selection "t". Use it, or remove it.',
    ],
    [
      { condition: 'base or 1 of filter_*' },
      '"1 of filter_*" covers no selection and never holds. Correct the pattern, or remove it.',
    ],
    [
      { condition: 'base and not base' },
      'the condition can never hold, so the rule is dead. Correct the condition.',
    ],
    [
      { t: { eventName: 'Y' }, condition: 'base and t' },
      'no eventName can pass all parts of the rule, so it can never match. Correct the selections or the condition.',
    ],
  ])('%j', (detection, message) => {
    expect(adviseOnDetection(detection)).toEqual([`0.yml:1: ${message}`]);
  });

  it('that hold for every event', () => {
    expect(adviseOnDetection({ condition: 'base or not base' })).toEqual([
      '0.yml:1: the condition holds for every event. Correct the condition.',
      `0.yml:1: ${NO_INDEX}`,
    ]);
  });

  it('of a dead filter', () => {
    const filter = aRuleText(undefined, {
      id: OTHER,
      filter: { rules: 'any', a: { eventSource: 'x' }, b: { eventSource: 'y' }, condition: 'not a' },
    });
    expect(advise([aRuleText({ s: { eventName: 'X' }, condition: 's' }, { id: ID }), filter])).toEqual([
      '1.yml:1: no condition uses the selection "b". Use it, or remove it.',
    ]);
  });
});

describe('values', () => {
  it.each([
    [{ 'eventName|all': 'X' }, '"all" with one value means nothing'],
    [{ errorCode: [null, 'Success'] }, 'other engines refuse null in a list'],
    [{ recipientAccountId: 12345678901 }, 'YAML drops leading zeros'],
    [{ 'userIdentity.userName': 'requestParameters.userName' }, 'Write "|fieldref" for the field.'],
  ])('%j', (item, message) => {
    expect(adviseOnDetection({ s: item, condition: 'base and s' })).toEqual([
      expect.stringContaining(message),
    ]);
  });
});

describe('the head', () => {
  it.each([
    [{ tags: ['attack.t156'] }, 'the tag "attack.t156" is not of ATT&CK. Write a technique'],
    [{ tags: ['attack.persistance'] }, 'the tag "attack.persistance" is not of ATT&CK'],
    [{ tags: ['persistence'] }, 'the tag "persistence" has no namespace. Write it as namespace.name.'],
    [
      { status: 'prod' },
      'unknown "status". Write one of stable, test, experimental, deprecated, unsupported.',
    ],
  ])('%j', (head, message) => {
    expect(adviseOnHead(head)).toEqual([expect.stringContaining(message)]);
  });

  it('with an id that is no UUID', () => {
    expect(adviseOnHead({ id: 'rule-1' })).toEqual([
      '0.yml:1: the "id" is no UUID. Make one, so that it is unique everywhere.',
      expect.stringContaining('has no test'),
    ]);
  });

  it('with a name that another has', () => {
    const twins = [ID, OTHER].map((id) =>
      aRuleText({ s: { eventName: 'X' }, condition: 's' }, { id, name: 'twin' }),
    );
    expect(advise(twins)).toEqual(['1.yml:1: the name "twin" is taken by 0.yml:1. Names are unique.']);
  });
});

describe('tests and indexes', () => {
  const rule = aRuleText({ s: { eventName: 'X' }, condition: 'not s' }, { id: ID });

  it('that are missing', () => {
    expect(advise([rule], [ID])).toEqual([
      `0.yml:1: ${NO_INDEX}`,
      '0.yml:1: the rule has no test. Write a .test.yml beside it, with cases that fire and near misses.',
    ]);
  });

  it('are not asked of a rule that only feeds a correlation, but of that', () => {
    const correlation = JSON.stringify({
      title: 'Many',
      id: OTHER,
      correlation: {
        type: 'value_count',
        rules: [ID],
        timespan: '1m',
        condition: { field: 'eventNme', gte: 2 },
      },
    });
    expect(
      advise([aRuleText({ s: { eventName: 'X' }, condition: 's' }, { id: ID }), correlation], [ID, OTHER]),
    ).toEqual([
      expect.stringContaining('1.yml:1: "eventNme" is no field'),
      expect.stringContaining('1.yml:1: the rule has no test'),
    ]);
  });
});
