/**
 * Patterns and texts that make backtracking engines run for years. Work is counted,
 * not timed: how often a character of the text is read for n and for 2n characters.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { aRuleSet, aRuleText, itemMatches } from '../../../helpers/a-rule-set.ts';

const { codePointAt, charCodeAt } = String.prototype;
const { every } = Array.prototype;

afterEach(() => {
  String.prototype.codePointAt = codePointAt;
  String.prototype.charCodeAt = charCodeAt;
  Array.prototype.every = every;
});

/** Steps of the engine while `run` runs: characters that it reads, and comparisons of characters. */
function stepsOf(run: () => void): number {
  let steps = 0;
  String.prototype.codePointAt = function counting(at) {
    steps += 1;
    return codePointAt.call(this, at);
  };
  String.prototype.charCodeAt = function counting(at) {
    steps += 1;
    return charCodeAt.call(this, at);
  };
  Array.prototype.every = function counting(
    this: unknown[],
    test: (value: unknown, index: number) => boolean,
  ) {
    return every.call(this, (value, index) => {
      steps += 1;
      return test(value, index);
    });
  } as typeof every;
  try {
    run();
  } finally {
    String.prototype.codePointAt = codePointAt;
    String.prototype.charCodeAt = charCodeAt;
    Array.prototype.every = every;
  }
  return steps;
}

/** Steps of looking at the text; compiling the rule is not counted. */
function stepsOfMatching(key: string, value: string, text: string): number {
  const [rule] = aRuleSet([aRuleText({ s: { [key]: value }, condition: 's' })]).detections;
  if (rule === undefined) throw new Error('no rule');
  return stepsOf(() => expect(rule.matches({ record: { f: text } })).toBe(false));
}

/** Each text holds what the expression needs, so that no engine can say no before it has looked. */
const EXPRESSIONS: readonly (readonly [expression: string, piece: string, end: string])[] = [
  ['^(a+)+$', 'a', '!'],
  ['^(a|aa)+$', 'a', '!'],
  ['^(a|a?)+b$', 'a', 'b!'],
  ['^(.*a){12}b$', 'a', 'b!'],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a', '!'],
  [String.raw`^(\w+\s?)*!$`, 'word ', '!?'],
  ['^(x+x+)+y$', 'x', 'y!'],
];

describe('expressions', () => {
  it.each(EXPRESSIONS)('%s takes at most twice the steps for twice the text', (expression, piece, end) => {
    const run = (n: number) => stepsOfMatching('f|re', expression, piece.repeat(n) + end);
    const [once, twice] = [run(2000), run(4000)];
    expect(once).toBeGreaterThanOrEqual(2000);
    expect(twice / once).toBeLessThan(2.2);
  });
});

describe('wildcards', () => {
  it.each([
    ['*a?a*a?a*a?a*a?a*b', 'a'],
    ['*?a*?a*?a*?a*?a*?b', 'a'],
    ['?*?*?*?*?*?*?*b', 'x'],
    ['*ab?*ab?*ab?*abc?', 'ab'],
    ['*a?*b?c*', 'ab'],
  ])('%s takes at most twice the steps for twice the text', (pattern, piece) => {
    const run = (n: number) => stepsOfMatching('f', pattern, `${piece.repeat(n)}.`);
    const [once, twice] = [run(2000), run(4000)];
    expect(twice).toBeGreaterThan(0);
    expect(twice).toBeLessThan(2.2 * once + 100);
    expect(twice).toBeLessThan(4000 * piece.length * pattern.length);
  });

  it('without "?" end, however many stars there are', () => {
    expect(itemMatches('f|contains', `${'*a'.repeat(500)}*b`, { f: 'a'.repeat(1_000_000) })).toBe(false);
    expect(itemMatches('f|contains', `${'a*'.repeat(500)}`, { f: 'a'.repeat(1_000_000) })).toBe(true);
  });
});
