import { encodeText } from './encodings.ts';
import type { ModifierChain } from './modifier-chain.ts';
import { literalOf, literalPattern, type Pattern, parsePattern, withWildcards } from './pattern.ts';
import { dashWritings } from './windash.ts';

/** Values for `%name%`, from the company's context. undefined: not known yet, so they are taken as they stand. */
export type Placeholders = ReadonlyMap<string, readonly string[]> | undefined;

/** How many patterns one value may expand to: more is a slip, and would make matching slow. */
const MAX_VARIANTS = 4096;
const TOO_MANY = `the value expands to more than ${MAX_VARIANTS} patterns. Split it.`;

export type Variants =
  | { readonly patterns: readonly Pattern[]; readonly error?: never }
  | { readonly patterns?: never; readonly error: string };

/** All patterns that a text value stands for once the modifiers of its chain have worked on it. */
export function variantsOf(text: string, chain: ModifierChain, placeholders: Placeholders): Variants {
  let variants = chain.expand
    ? expandPlaceholders(parsePattern(text, true), placeholders)
    : { patterns: [parsePattern(text)] };
  if (chain.windash) variants = expandDashes(variants);
  if (chain.utf16 !== undefined || chain.base64 !== undefined) variants = encode(variants, chain);
  return place(variants, chain.place);
}

function place(variants: Variants, where: ModifierChain['place']): Variants {
  if (variants.patterns === undefined || where === undefined) return variants;
  const sides = { before: where !== 'startswith', after: where !== 'endswith' };
  return { patterns: variants.patterns.map((pattern) => withWildcards(pattern, sides)) };
}

/** The name, where a value is one placeholder and nothing else. */
export function placeholderName(text: string): string | undefined {
  const [token, ...others] = parsePattern(text, true);
  return token?.kind === 'placeholder' && others.length === 0 ? token.name : undefined;
}

/** What a placeholder stands for, or why that is not known. */
export function placeholderValues(
  name: string,
  placeholders: ReadonlyMap<string, readonly string[]>,
): { readonly values: readonly string[]; readonly error?: string } {
  const values = placeholders.get(name) ?? [];
  if (values.length > 0) return { values };
  const what = placeholders.has(name) ? 'is empty' : 'is not defined';
  return { values, error: `the placeholder "%${name}%" ${what}. Give it values in the context files.` };
}

function expandPlaceholders(pattern: Pattern, placeholders: Placeholders): Variants {
  let patterns: readonly Pattern[] = [[]];
  for (const token of pattern) {
    let pieces: readonly Pattern[] = [[token]];
    if (token.kind === 'placeholder') {
      if (placeholders === undefined) pieces = [literalPattern(`%${token.name}%`)];
      else {
        const { values, error } = placeholderValues(token.name, placeholders);
        if (error !== undefined) return { error };
        pieces = values.map((value) => parsePattern(value));
      }
    }
    if (patterns.length * pieces.length > MAX_VARIANTS) return { error: TOO_MANY };
    patterns = patterns.flatMap((head) => pieces.map((piece) => [...head, ...piece]));
  }
  return { patterns };
}

function expandDashes(variants: Variants): Variants {
  if (variants.patterns === undefined) return variants;
  const patterns: Pattern[] = [];
  for (const pattern of variants.patterns) {
    const written = dashesOf(pattern, MAX_VARIANTS - patterns.length);
    if (written === undefined) return { error: TOO_MANY };
    patterns.push(...written);
  }
  return { patterns };
}

function dashesOf(pattern: Pattern, limit: number): readonly Pattern[] | undefined {
  let patterns: readonly Pattern[] = [[]];
  for (const token of pattern) {
    const writings = token.kind === 'text' ? dashWritings(token.text, limit) : [undefined];
    if (writings === undefined || patterns.length * writings.length > limit) return undefined;
    const pieces = writings.map((text) => (text === undefined ? [token] : literalPattern(text)));
    patterns = patterns.flatMap((head) => pieces.map((piece) => [...head, ...piece]));
  }
  return patterns;
}

function encode(variants: Variants, chain: ModifierChain): Variants {
  if (variants.patterns === undefined) return variants;
  const texts = variants.patterns.map(literalOf);
  if (texts.some((text) => text === undefined)) {
    return {
      error: 'a value with a wildcard cannot be encoded. Remove the wildcard, or escape it with "\\".',
    };
  }
  const encoded = texts.flatMap((text) => encodeText(text ?? '', chain));
  if (encoded.includes('')) return { error: 'the value is too short to be encoded. Write a longer one.' };
  return { patterns: [...new Set(encoded)].map(literalPattern) };
}
