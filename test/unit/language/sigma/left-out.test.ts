import { describe, expect, it } from 'vitest';
import { aRuleSet, aRuleText } from '../../../helpers/a-rule-set.ts';

type Keys = Readonly<Record<string, unknown>>;

const LEFT_OUT = { reason: 'requestParameters too large', omitted: true, originalSize: 131_072 };
const call = (rest: Keys = {}) => ({ eventSource: 'iam.amazonaws.com', eventName: 'PutUserPolicy', ...rest });

function matches(detection: unknown, record: Keys, document: Keys = { level: 'high' }): boolean {
  const [rule] = aRuleSet([aRuleText(detection, document)]).detections;
  if (rule === undefined) throw new Error('no rule');
  return rule.matches({ record });
}

const asks = {
  s: { eventName: 'PutUserPolicy', 'requestParameters.policyDocument|contains': '"*"' },
  condition: 's',
};

describe('parameters that CloudTrail left out for their size', () => {
  it.each(['high', 'critical'])('satisfy what a rule of level %s asks of them', (level) => {
    expect(matches(asks, call({ requestParameters: LEFT_OUT }), { level })).toBe(true);
  });

  it.each(['informational', 'low', 'medium'])('satisfy nothing in a rule of level %s', (level) => {
    expect(matches(asks, call({ requestParameters: LEFT_OUT }), { level })).toBe(false);
  });

  it('do not make up for what the rest of the record says', () => {
    expect(matches(asks, call({ eventName: 'GetUserPolicy', requestParameters: LEFT_OUT }))).toBe(false);
  });

  it('do not satisfy a filter, which would hide the call', () => {
    const filtered = {
      s: { eventName: 'PutUserPolicy' },
      filter_small: { 'requestParameters.policyName': 'harmless' },
      condition: 's and not filter_small',
    };
    expect(matches(filtered, call({ requestParameters: LEFT_OUT }))).toBe(true);
    expect(matches(filtered, call({ requestParameters: { policyName: 'harmless' } }))).toBe(false);
  });

  it('leave filters on other fields as they are', () => {
    const filtered = {
      s: { eventName: 'PutUserPolicy', 'requestParameters.policyDocument|exists': true },
      filter_service: { 'userIdentity.type': 'AWSService' },
      condition: 's and not 1 of filter_*',
    };
    const record = call({ requestParameters: LEFT_OUT, userIdentity: { type: 'AWSService' } });
    expect(matches(filtered, record)).toBe(false);
  });

  it.each([
    ['a denial within a denial', 'not (s and not a)', true],
    ['one of several', 's and 1 of a*', true],
    ['all of several', 's and all of a*', true],
  ])('are supposed the worst of in %s', (_name, condition, expected) => {
    const detection = {
      s: { eventName: 'PutUserPolicy' },
      a: { 'requestParameters.x': 1 },
      a2: { 'requestParameters.y': 2 },
      condition,
    };
    expect(matches(detection, call({ requestParameters: LEFT_OUT }))).toBe(expected);
  });

  it('count for facts that are read from them', () => {
    const derived = { s: { eventName: 'PutUserPolicy', 'derived.policyAdmin': true }, condition: 's' };
    expect(matches(derived, call({ requestParameters: LEFT_OUT }))).toBe(true);
    expect(matches(derived, call({ requestParameters: {} }))).toBe(false);
  });

  it('say nothing of the caller', () => {
    const pipeline = {
      s: { eventName: 'PutUserPolicy', 'requestParameters.policyDocument|exists': true },
      filter_pipeline: { 'company.actorIsPipeline': true },
      condition: 's and not filter_pipeline',
    };
    expect(matches(pipeline, call({ requestParameters: LEFT_OUT, 'company.actorIsPipeline': true }))).toBe(
      false,
    );
  });

  it('are told apart from an answer that was left out', () => {
    expect(matches(asks, call({ requestParameters: {}, responseElements: LEFT_OUT }))).toBe(false);
  });

  it('count in a rule that feeds a correlation of level high, and not in one that feeds a lower one', () => {
    const feeding = (level: string) => {
      const base = aRuleText(asks, { id: 'base', name: 'base', level: 'informational' });
      const correlation = JSON.stringify({
        title: 'Many',
        id: 'many',
        level,
        correlation: {
          type: 'event_count',
          rules: ['base'],
          'group-by': ['actor.principal'],
          timespan: '1h',
          condition: { gte: 2 },
        },
      });
      return aRuleSet([base, correlation]).detections[0]?.matches({
        record: call({ requestParameters: LEFT_OUT }),
      });
    };
    expect(feeding('high')).toBe(true);
    expect(feeding('medium')).toBe(false);
  });

  it('do not hide the record from a search over its bytes', () => {
    const byText = {
      s: { 'requestParameters.policyDocument|contains': 'AdministratorAccess' },
      condition: 's',
    };
    const witnessOf = (level: string) =>
      aRuleSet([aRuleText(byText, { level })]).detections[0]?.witness?.texts;
    expect([...(witnessOf('high') ?? [])].sort()).toEqual(['"omitted"', 'administratoraccess']);
    expect([...(witnessOf('medium') ?? [])]).toEqual(['administratoraccess']);
  });
});
