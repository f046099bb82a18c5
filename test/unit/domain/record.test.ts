import { describe, expect, it } from 'vitest';
import { flagAt, listAt, own, partitionOf, textAt, unhidden, valueAt } from '../../../src/domain/record.ts';

describe('reading a record', () => {
  it('reads own keys of plain objects only', () => {
    expect(own({ a: 1 }, 'a')).toBe(1);
    expect(own({}, 'constructor')).toBeUndefined();
    expect(own({}, '__proto__')).toBeUndefined();
    expect(own(JSON.parse('{"__proto__":"x"}'), '__proto__')).toBe('x');
    for (const value of [null, undefined, 'text', 7, ['x']]) expect(own(value, 'length')).toBeUndefined();
  });

  it('follows paths, and stops where they end', () => {
    expect(valueAt({ a: { b: [1] } }, 'a', 'b')).toEqual([1]);
    expect(valueAt({ a: 'text' }, 'a', 'b')).toBeUndefined();
  });

  it('reads texts, bounded', () => {
    expect(textAt({ a: 'x'.repeat(5000) }, 'a')).toHaveLength(2048);
    expect(textAt({ a: 7 }, 'a')).toBe('');
  });

  it.each([
    [{ l: [1, 2] }, [1, 2]],
    [{ l: { items: [1] } }, [1]],
    [{ l: { items: { a: 1 } } }, [{ a: 1 }]],
    [{ l: { a: 1 } }, [{ a: 1 }]],
    [{ l: null }, []],
    [{ l: '' }, []],
    [{}, []],
  ])('reads a list of %j', (value, list) => {
    expect(listAt(value, 'l')).toEqual(list);
  });

  it.each([
    [true, true],
    ['True', true],
    ['false', false],
    [false, false],
    ['no', undefined],
    [1, undefined],
  ])('reads the flag %j', (value, flag) => {
    expect(flagAt({ f: value }, 'f')).toBe(flag);
  });

  it('knows partitions and hidden names', () => {
    expect(['eu-west-1', 'cn-north-1', 'us-gov-west-1'].map(partitionOf)).toEqual([
      'aws',
      'aws-cn',
      'aws-us-gov',
    ]);
    expect(unhidden('HIDDEN_DUE_TO_SECURITY_REASONS')).toBe('');
    expect(unhidden('alice')).toBe('alice');
  });
});
