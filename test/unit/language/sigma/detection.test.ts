import { describe, expect, it } from 'vitest';
import { detects, itemMatches } from '../../../helpers/a-rule-set.ts';

describe('forms of a selection', () => {
  it.each([
    ['a map is AND', { a: 1, b: 2 }, { a: 1, b: 2 }, true],
    ['a map is AND', { a: 1, b: 2 }, { a: 1, b: 3 }, false],
    ['a list of maps is OR', [{ a: 1 }, { b: 2 }], { b: 2 }, true],
    ['a list of maps is OR', [{ a: 1 }, { b: 2 }], { b: 3 }, false],
    ['keywords are OR', ['one', 'two'], { f: 'xx TWO xx' }, true],
    ['keywords are found in keys', ['one'], { number_one: 2 }, true],
    ['keywords are found in numbers and deep inside', ['234'], { a: { b: [{ c: 12345 }] } }, true],
    ['keywords are found nowhere', ['one', 'two'], { f: 'three' }, false],
    ['one plain value is a keyword', 'needle', { f: 'a needle' }, true],
    ['keywords take wildcards', ['n*dle'], { f: 'a needle' }, true],
    ['keywords with all', { '|all': ['one', 'two'] }, { a: 'one', b: 'two' }, true],
    ['keywords with all', { '|all': ['one', 'two'] }, { a: 'one' }, false],
    ['keywords with re', { '|re': '^n.+e$' }, { f: 'needle' }, true],
    ['keywords with cased', { '|cased': 'Needle' }, { f: 'needle' }, false],
    ['keywords with neq', { '|neq': 'needle' }, { f: 'needle' }, false],
    ['maps and keywords in one list', [{ a: 1 }, 'needle'], { f: 'needle' }, true],
    ['maps and keywords in one list', [{ a: 1 }, 'needle'], { a: 1 }, true],
  ])('%s: %j on %j', (_name, selection, record, expected) => {
    expect(detects({ selection, condition: 'selection' }, record)).toBe(expected);
  });
});

describe('fields', () => {
  it.each([
    ['a.b', { a: { b: 'x' } }, true],
    ['a.b', { 'a.b': 'x', a: { b: 'y' } }, true],
    ['a.b', { 'a.b': 'y', a: { b: 'x' } }, false],
    ['a.b', { a: [{ b: 'y' }, { b: 'x' }] }, true],
    ['a.b.c', { a: [{ b: [{ c: 'y' }, { c: ['x'] }] }] }, true],
    ['a.b', { a: [[{ b: 'x' }]] }, true],
    ['a.b', { a: 'x' }, false],
    ['a.b', { a: null }, false],
    ['a', { A: 'x' }, false],
    ['__proto__.polluted', {}, false],
    ['constructor.name', {}, false],
  ])('%s in %j is %s', (field, record, expected) => {
    expect(itemMatches(field, 'x', record)).toBe(expected);
  });

  it('says "exists" where one element of an array has the field', () => {
    expect(itemMatches('a.b|exists', true, { a: [{ c: 1 }, { b: null }] })).toBe(true);
    expect(itemMatches('a.b|exists', false, { a: [{ c: 1 }] })).toBe(true);
    expect(itemMatches('__proto__|exists', true, {})).toBe(false);
    expect(itemMatches('toString|exists', true, {})).toBe(false);
  });

  it('negates outside of "any member"', () => {
    const detection = { s: { f: 'x' }, condition: 'not s' };
    expect(detects(detection, { f: ['x', 'y'] })).toBe(false);
    expect(detects(detection, { f: ['y'] })).toBe(true);
  });
});
