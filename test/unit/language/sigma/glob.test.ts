import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../../../src/language/sigma/condition.ts';
import { compileGlob } from '../../../../src/language/sigma/glob.ts';
import { parseSigma } from '../../../../src/language/sigma/parse-sigma.ts';
import { type Pattern, parsePattern } from '../../../../src/language/sigma/pattern.ts';

/** The definition, written down as plainly as possible. */
function matchesPlainly(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    return Array.from({ length: text.length + 1 }).some((_, at) =>
      matchesPlainly(pattern.slice(1), text.slice(at)),
    );
  }
  return (
    text !== '' &&
    (pattern[0] === '?' || pattern[0] === text[0]) &&
    matchesPlainly(pattern.slice(1), text.slice(1))
  );
}

describe('compileGlob', () => {
  it.each([['ab*'], ['ab*?']])('agrees with the definition over the characters %s', (characters) => {
    const patterns = fc.string({ unit: fc.constantFrom(...characters), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        const glob = compileGlob(parsePattern(pattern), true);
        expect(glob({ raw: text, folded: text })).toBe(matchesPlainly(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parsePattern', () => {
  it('reads back what was escaped', () => {
    const escaped = (text: string) => text.replaceAll(/[\\*?]/g, '\\$&');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '*', '?', 'a', '%') }), (text) => {
        const literal: Pattern = text === '' ? [] : [{ kind: 'text', text }];
        expect(parsePattern(escaped(text))).toEqual(literal);
      }),
    );
  });
});

describe('what people may write', () => {
  it('never throws', () => {
    const words = fc.constantFrom(
      'and',
      'or',
      'not',
      'of',
      '1',
      'all',
      'them',
      '(',
      ')',
      'a',
      'a*',
      '|',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
        const { condition, error } = parseCondition(parts.join(' '));
        expect(condition === undefined).toBe(error !== undefined);
      }),
    );
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('detection', 'correlation', 'filter'), (json, key) => {
        const { problems } = parseSigma(`{"title": "T", "${key}": ${json}}`, 'r.yml');
        expect(problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
