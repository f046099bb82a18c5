import { describe, expect, it } from 'vitest';
import { namesCovered, parseCondition } from '../../../../src/language/sigma/condition.ts';
import { aRuleText, detects, loadTexts } from '../../../helpers/a-rule-set.ts';

/** Selections that are true where the record has their name. */
const selections = Object.fromEntries(
  ['a', 'b', 'c', 'sel_one', 'sel_two', '_hidden'].map((name) => [name, { [`${name}|exists`]: true }]),
);

function holds(condition: unknown, present: string): boolean {
  const record = Object.fromEntries(
    present
      .split(' ')
      .filter(Boolean)
      .map((name) => [name, 1]),
  );
  return detects({ ...selections, condition }, record);
}

describe('conditions', () => {
  it.each([
    ['a or b and c', 'a', true],
    ['a or b and c', 'b', false],
    ['(a or b) and c', 'a', false],
    ['(a or b) and c', 'b c', true],
    ['not a and b', 'b', true],
    ['not a and b', 'a b', false],
    ['not (a and b)', 'a', true],
    ['not not a', 'a', true],
    ['not 1 of sel_*', 'sel_one', false],
    ['not 1 of sel_*', 'a', true],
    ['1 of sel_*', 'sel_two', true],
    ['any of sel_*', 'sel_two', true],
    ['all of sel_*', 'sel_two', false],
    ['all of sel_*', 'sel_one sel_two', true],
    ['all of *_one', 'sel_one', true],
    ['1 of them', 'c', true],
    ['1 of them', '_hidden', false],
    ['1 of *', '_hidden', false],
    ['1 of _*', '_hidden', true],
    ['all of them', 'a b c sel_one sel_two', true],
    ['all of them', 'a b c sel_one', false],
    ['_hidden', '_hidden', true],
    ['1 of nothing_*', 'a b c', false],
    ['1 of a', 'a', true],
    ['  a\n  and b ', 'a b', true],
  ])('%s with %s is %s', (condition, present, expected) => {
    expect(holds(condition, present)).toBe(expected);
  });

  it('joins the conditions of a list with or', () => {
    expect(holds(['a and b', 'c'], 'c')).toBe(true);
    expect(holds(['a and b', 'c'], 'a')).toBe(false);
  });

  it.each([
    ['', 'the condition is empty'],
    ['a and', 'ends too early'],
    ['a b', 'cannot stand where it stands'],
    ['a AND b', 'must be written "and"'],
    ['(a', 'never closed'],
    ['a)', 'has no "("'],
    ['and a', 'missing before "and"'],
    ['2 of sel_*', '"2 of" is not Sigma'],
    ['all of', 'names nothing'],
    ['sel_*', 'needs a quantifier'],
    ['them', 'needs a quantifier'],
    ['a | count() > 5', 'no longer Sigma'],
    ['nobody', 'names "nobody"'],
    ['a and not 1 of nobody', 'covers nothing'],
    ['all of nothing_*', 'covers nothing'],
    [`${'('.repeat(500)}a`, 'nested deeper'],
  ])('refuses %s', (condition, message) => {
    const { problems, ruleSet } = loadTexts([aRuleText({ ...selections, condition })]);
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
    expect(ruleSet.detections).toEqual([]);
  });

  it('lets "not" bind more than "and", and "and" more than "or"', () => {
    expect(parseCondition('not a and b or c').condition).toEqual({
      kind: 'or',
      parts: [
        {
          kind: 'and',
          parts: [
            { kind: 'not', part: { kind: 'selection', name: 'a' } },
            { kind: 'selection', name: 'b' },
          ],
        },
        { kind: 'selection', name: 'c' },
      ],
    });
  });

  it('covers names with the star anywhere', () => {
    expect(namesCovered('s*_x', ['s_x', 'sel_x', 'sel_y', '_s_x'])).toEqual(['s_x', 'sel_x']);
  });
});
