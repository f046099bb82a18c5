import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../../src/language/condition.ts';

const scope = {
  alert: {
    severity: 'high',
    count: 12,
    account: '111122223333',
    tags: ['attack.t1562', 'x'],
    empty: [],
    title: 'Trail stopped',
  },
  case: null,
  steps: { 'add-task': { outcome: 'done' } },
};

function holds(text: string): boolean {
  const parsed = parseCondition(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.condition.holds(scope);
}

describe('parseCondition', () => {
  it.each([
    ['alert.severity == high', true],
    ['alert.severity == "high"', true],
    ['alert.severity != high', false],
    ['alert.severity in [high, critical]', true],
    ['alert.severity in [low]', false],
    ['alert.severity >= medium', true],
    ['alert.severity > high', false],
    ['alert.severity <= critical', true],
    ['alert.count >= 12', true],
    ['alert.count < 12', false],
    ['alert.count > abc', false],
    ['alert.account == "111122223333"', true],
    // Bare digits are a number, and an account id is a text.
    ['alert.account == 111122223333', false],
    ['alert.tags contains attack.t1562', true],
    ['alert.tags contains attack', false],
    ['alert.title contains "stop"', true],
    ['alert.count contains 1', false],
    ['case', false],
    ['alert.empty', false],
    ['alert.tags', true],
    ['not case', true],
    ['steps.add-task.outcome == done', true],
    ['alert.none.deeper == x', false],
    ['alert.none != x', true],
    ['alert.none < 3 or alert.none >= 3', false],
    ['alert.constructor', false],
    ['alert.severity == low or alert.count == 12 and not case', true],
    ['(alert.severity == low or alert.count == 12) and case', false],
    ['not (alert.severity == low or case)', true],
    ['alert.severity == "and"', false],
  ])('%s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it('binds "and" closer than "or", and "not" closest', () => {
    expect(holds('alert.tags or case and case')).toBe(true);
    expect(holds('not case and case')).toBe(false);
  });

  it('lists what it reads', () => {
    const parsed = parseCondition('alert.severity == steps and not steps.a.outcome');
    expect('condition' in parsed && parsed.condition.paths).toEqual([
      ['alert', 'severity'],
      ['steps', 'a', 'outcome'],
    ]);
  });

  it.each([
    ['', 'a name such as alert.severity is expected at the end'],
    ['alert.severity =', '"=" is not expected there'],
    ['alert.severity ==', 'a value is expected at the end'],
    ['alert.severity == high critical', '"critical" is not expected there'],
    ['alert.severity in high', '"[" is expected before "high"'],
    ['alert.severity in [high', '"]" is expected at the end'],
    ['alert.severity in []', 'a value is expected before "]"'],
    ['(alert.count', '")" is expected at the end'],
    ['and alert.count', 'a name such as alert.severity is expected before "and"'],
    ['"high" == alert.severity', 'a name such as alert.severity is expected before "high"'],
    ['alert..count', '"alert..count" is no name'],
    ['alert.count == "x', 'a value is expected before """'],
    ['alert.count; process.exit()', '";" is not expected there'],
    ['not '.repeat(60), 'it is nested too deeply'],
    ['x'.repeat(1001), 'it has more than 1000 characters'],
  ])('tells what is wrong with %j', (text, problem) => {
    expect(parseCondition(text)).toEqual({ problem });
  });
});
