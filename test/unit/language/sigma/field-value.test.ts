import { describe, expect, it } from 'vitest';
import { fieldValue, groupText } from '../../../../src/language/sigma/field-value.ts';
import { anEnrichedEvent } from '../../../helpers/an-event.ts';

describe('fieldValue', () => {
  const event = anEnrichedEvent({
    source: { address: 'spoofed' },
    actor: { principal: 'spoofed' },
    list: [{ a: 1 }, { b: 2 }, { a: [3] }],
  });

  it('reads the context before the record', () => {
    expect(fieldValue(event, 'actor.principal')).toBe('arn:aws:iam::111122223333:user/alice');
    expect(fieldValue(event, 'source.address')).toBe('203.0.113.7');
    expect(fieldValue(event, 'account.environment')).toBeUndefined();
    expect(fieldValue(event, 'derived.constructor')).toBeUndefined();
  });

  it('reads the record where there is no context', () => {
    expect(fieldValue({ record: event.record }, 'source.address')).toBe('spoofed');
  });

  it('follows every element of an array', () => {
    expect(fieldValue(event, 'list.a')).toEqual([1, [3]]);
    expect(fieldValue(event, 'list.c')).toBeUndefined();
  });

  it('tells null from absent', () => {
    expect(fieldValue(event, 'responseElements')).toBeNull();
    expect(fieldValue(event, 'responseElements.x')).toBeUndefined();
  });
});

describe('groupText', () => {
  const text = (value: unknown) => groupText({ record: { f: value } }, 'f');

  it.each([
    [undefined, ''],
    [null, ''],
    ['x', 'x'],
    [5, '5'],
    [false, 'false'],
    [['a', 1], '["a",1]'],
    [{ a: 1 }, '{"a":1}'],
  ])('of %j is %j', (value, expected) => {
    expect(text(value)).toBe(expected);
  });

  it('is bounded, and still tells long values apart', () => {
    const long = 'x'.repeat(1000);
    expect(text(long)).toHaveLength(256);
    expect(text(`${long}y`)).not.toBe(text(long));
    expect(text('x'.repeat(256))).toBe('x'.repeat(256));
  });
});
