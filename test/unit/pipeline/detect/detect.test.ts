import { describe, expect, it } from 'vitest';
import type { EnrichedEvent } from '../../../../src/domain/event.ts';
import { fingerprint } from '../../../../src/domain/fingerprint.ts';
import { createDetect } from '../../../../src/pipeline/detect/detect.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { aRuleSet, aRuleText } from '../../../helpers/a-rule-set.ts';
import { anEnrichedEvent } from '../../../helpers/an-event.ts';

const company = aCompany();

function detect(texts: readonly string[], ...events: readonly EnrichedEvent[]) {
  return createDetect(aRuleSet(texts), company)(events);
}

const stopped = aRuleText(
  { s: { eventName: 'StopLogging' }, condition: 's' },
  { 'x-group-by': ['actor.principal', 'requestParameters.name', 'requestParameters.absent'] },
);
const anyCall = aRuleText({ s: { 'eventName|exists': true }, condition: 's' }, { id: 'any-call' });
const alice = 'arn:aws:iam::111122223333:user/alice';

describe('detect', () => {
  it('makes a finding of every match', () => {
    const event = anEnrichedEvent();
    const { matches, findings } = detect([stopped], event);
    expect(matches).toEqual([{ ruleId: 'rule-1', event, evidence: matches[0]?.evidence }]);
    expect(matches[0]?.evidence).toMatchObject({ key: event.key, eventName: 'StopLogging' });
    const group = {
      account: '111122223333',
      'actor.principal': alice,
      'requestParameters.name': 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main',
      'requestParameters.absent': '',
    };
    const periodStart = Date.UTC(2026, 10, 22);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      kind: 'detection',
      rule: { id: 'rule-1' },
      group,
      periodStart,
      fingerprint: fingerprint({ ruleId: 'rule-1', group, periodStart }),
      account: '111122223333',
      members: [{ key: event.key, time: event.time }],
      firing: [event.key],
      evidence: [matches[0]?.evidence],
    });
    expect(Object.keys(findings[0]?.group ?? {})[0]).toBe('account');
  });

  it('gives the same findings for the same events', () => {
    const event = anEnrichedEvent();
    expect(detect([stopped], event)).toEqual(detect([stopped], structuredClone(event)));
  });

  it('shares a fingerprint within the period and group, never a finding id', () => {
    const first = anEnrichedEvent({ eventTime: '2026-11-22T00:00:00Z' });
    const last = anEnrichedEvent({ eventTime: '2026-11-22T23:59:59Z' });
    const next = anEnrichedEvent({ eventTime: '2026-11-23T00:00:00Z' });
    const { findings } = detect([stopped], first, last, next);
    const [a, b, c] = findings.map((finding) => finding.fingerprint);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    expect(new Set(findings.map((finding) => finding.id)).size).toBe(3);
  });

  it('finds rules by event name in any case, and asks the others always', () => {
    const names = (event: EnrichedEvent) =>
      detect([stopped, anyCall], event).matches.map((match) => match.ruleId);
    expect(names(anEnrichedEvent({ eventName: 'STOPlogging' }))).toEqual(['rule-1', 'any-call']);
    expect(names(anEnrichedEvent({ eventName: 'ListBuckets' }))).toEqual(['any-call']);
    expect(names(anEnrichedEvent({ eventName: undefined }))).toEqual([]);
    expect(names(anEnrichedEvent({ eventName: ['StopLogging'] }))).toEqual(['rule-1', 'any-call']);
    expect(names(anEnrichedEvent({ eventName: '__proto__' }))).toEqual(['any-call']);
  });

  it('lets a rule that only feeds a correlation match without a finding', () => {
    const correlation = JSON.stringify({
      title: 'Many',
      id: 'many',
      correlation: { type: 'event_count', rules: ['any-call'], timespan: '5m', condition: { gte: 3 } },
    });
    const { matches, findings } = detect([anyCall, stopped, correlation], anEnrichedEvent());
    expect(matches.map((match) => match.ruleId)).toEqual(['any-call', 'rule-1']);
    expect(findings.map((finding) => finding.rule.id)).toEqual(['rule-1']);
  });

  it('reads what enriching added', () => {
    const rule = aRuleText({ s: { 'account.environment': 'production' }, condition: 's' });
    const event = anEnrichedEvent({}, { account: { id: '111122223333', environment: 'production' } });
    expect(detect([rule], event).findings).toHaveLength(1);
    expect(detect([rule], anEnrichedEvent()).findings).toHaveLength(0);
  });
});
