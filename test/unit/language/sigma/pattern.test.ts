import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../../../src/language/sigma/pattern.ts';
import { itemMatches } from '../../../helpers/a-rule-set.ts';

/** A pattern written short: text as it is, wildcards in angle brackets. */
function show(text: string, placeholders = false): string {
  return parsePattern(text, placeholders)
    .map((token) =>
      token.kind === 'text' ? token.text : `<${token.kind === 'placeholder' ? token.name : token.kind}>`,
    )
    .join('');
}

describe('escaping', () => {
  it.each([
    ['a*b?', 'a<many>b<one>'],
    [String.raw`\*`, '*'],
    [String.raw`\?`, '?'],
    [String.raw`\\`, '\\'],
    [String.raw`\a`, String.raw`\a`],
    [String.raw`C:\Windows\x`, String.raw`C:\Windows\x`],
    [String.raw`\\*`, '\\<many>'],
    [String.raw`\\\*`, '\\*'],
    [String.raw`\\\\`, '\\\\'],
    [String.raw`\\\a`, String.raw`\\a`],
    ['\\', '\\'],
    ['%x%', '%x%'],
  ])('reads %s', (text, expected) => {
    expect(show(text)).toBe(expected);
  });

  it.each([
    ['%x%', '<x>'],
    ['a%x_1%b%y%', 'a<x_1>b<y>'],
    [String.raw`\%x%`, '%x%'],
    ['100%', '100%'],
    ['%not a name%', '%not a name%'],
  ])('reads the placeholders of %s', (text, expected) => {
    expect(show(text, true)).toBe(expected);
  });
});

describe('wildcards', () => {
  it.each([
    ['abc', 'ABC', true],
    ['abc', 'abcd', false],
    ['ab*', 'abc', true],
    ['ab*', 'xab', false],
    ['*bc', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'abcd', false],
    ['aa*aa', 'aaa', false],
    ['aa*aa', 'aaaa', true],
    ['*b*d*', 'abcd', true],
    ['*d*b*', 'abcd', false],
    ['a*b*c', 'axbxbxc', true],
    ['*', '', true],
    ['**', 'x', true],
    ['?', 'x', true],
    ['?', '', false],
    ['?', '\u{1F600}', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?*', 'x', true],
    ['?*?', 'x', false],
    ['*a?c*', 'xxabcxx', true],
    ['*a?c*e?', 'aaabcdef', true],
    ['*a?c*e?', 'aaabcdefg', false],
    ['a*b', 'a\nx\r\nb', true],
    ['STRASSE', 'strasse', true],
    ['ÄÖÜ', 'äöü', true],
    ['*Σ', 'ΟΔΟΣ', true],
    ['οδος', 'ΟΔΟΣ', true],
    ['', '', true],
    ['', 'x', false],
  ])('%j on %j is %s', (pattern, text, expected) => {
    expect(itemMatches('f', pattern, { f: text })).toBe(expected);
  });

  it('finishes on texts made to be slow', () => {
    const text = `${'a'.repeat(200_000)}b`;
    expect(itemMatches('f', `${'*a'.repeat(40)}*c`, { f: text })).toBe(false);
    expect(itemMatches('f', `${'*?a'.repeat(40)}*c`, { f: text })).toBe(false);
    expect(itemMatches('f|re', '^(a+)+$', { f: text })).toBe(false);
    expect(itemMatches('f|re', '(x+x+)+y', { f: 'x'.repeat(100_000) })).toBe(false);
    expect(itemMatches('f|re', '(a|aa)+c', { f: text })).toBe(false);
  });

  it('is not broken by halves of characters', () => {
    expect(itemMatches('f|re', 'a.b', { f: 'a\ud83db' })).toBe(true);
    expect(itemMatches('f', 'a?b', { f: 'a\ud83db' })).toBe(true);
    expect(itemMatches('f|contains', 'b', { f: '\udc00b\ud83d' })).toBe(true);
  });

  it('is not broken by deep nesting', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}"needle"${']'.repeat(50_000)}`);
    expect(itemMatches('f', 'needle', { f: deep })).toBe(true);
    expect(itemMatches('f.g', 'needle', { f: deep })).toBe(false);
    const nested = JSON.parse(`${'{"a":'.repeat(50_000)}"needle"${'}'.repeat(50_000)}`);
    expect(itemMatches('f|contains', 'haystack', { f: nested })).toBe(false);
    expect(itemMatches('|contains', 'needle', { f: nested })).toBe(true);
  });
});
