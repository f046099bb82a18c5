import { describe, expect, it } from 'vitest';
import { aRuleSet, aRuleText } from '../../../helpers/a-rule-set.ts';

function witnessOf(detection: unknown) {
  const witness = aRuleSet([aRuleText(detection)]).detections[0]?.witness;
  return (
    witness && {
      names: [...witness.eventNames],
      types: [...witness.identityTypes],
      texts: [...witness.texts],
    }
  );
}

const none = { names: [], types: [], texts: [] };

describe('witness', () => {
  it.each<[unknown, unknown]>([
    [
      { s: { eventName: ['A', 'b'] }, condition: 's' },
      { ...none, names: ['a', 'b'] },
    ],
    [
      { s: { eventName: 'A', userAgent: 'TruffleHog' }, condition: 's' },
      { ...none, names: ['a'] },
    ],
    [
      { s: { userAgent: 'TruffleHog' }, condition: 's' },
      { ...none, texts: ['"trufflehog"'] },
    ],
    [
      { s: { 'userAgent|contains': 'Hog', x: 'long enough' }, condition: 's' },
      { ...none, texts: ['"long enough"'] },
    ],
    [
      { s: { 'arn|re': '.+:assumed-role/aws:.+' }, condition: 's' },
      { ...none, texts: [':assumed-role/aws:'] },
    ],
    [
      { s: { 'arn|re': 'abc(def|ghi)' }, condition: 's' },
      { ...none, texts: ['arn"'] },
    ],
    [
      { s: { 'x|contains': '"Status":"Suspended"' }, condition: 's' },
      { ...none, texts: ['suspended'] },
    ],
    [
      { s: { 'some.field|exists': true }, condition: 's' },
      { ...none, texts: ['field"'] },
    ],
    [
      { s: { 'some.field': 1234 }, condition: 's' },
      { ...none, texts: ['field"'] },
    ],
    [
      { s: { 'x|contains': 'a?bcdef*gh' }, condition: 's' },
      { ...none, texts: ['bcdef'] },
    ],
    [
      { a: { eventName: 'A' }, b: { userAgent: 'curling' }, condition: 'a or b' },
      { ...none, names: ['a'], texts: ['"curling"'] },
    ],
    [
      { s: { 'userIdentity.type': 'Root' }, condition: 's' },
      { ...none, types: ['root'], texts: ['"useridentity.type"'] },
    ],
    [
      { s: ['some keyword'], condition: 's' },
      { ...none, texts: ['some keyword'] },
    ],
  ])('of %j', (detection, expected) => {
    expect(witnessOf(detection)).toEqual(expected);
  });

  it.each([
    [{ s: { eventName: 'A' }, condition: 'not s' }],
    [{ s: { 'eventName|neq': 'A' }, condition: 's' }],
    [{ s: { field: null }, condition: 's' }],
    [{ s: { 'field|exists': false }, condition: 's' }],
    [{ s: { 'actor.kind': 'root' }, condition: 's' }],
    [{ s: { field: ['long enough', null] }, condition: 's' }],
    [{ a: { eventName: 'A' }, b: { field: null }, condition: 'a or b' }],
    [{ s: ['ab'], condition: 's' }],
  ])('there is none for %j', (detection) => {
    expect(witnessOf(detection)).toBeUndefined();
  });
});
