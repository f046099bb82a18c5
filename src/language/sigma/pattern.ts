/**
 * A Sigma string taken apart: escapes resolved, wildcards and placeholders named.
 * What the tokens match is `glob.ts`.
 */
export type PatternToken =
  | { readonly kind: 'text'; readonly text: string }
  /** `*`: any run of characters, newlines too. */
  | { readonly kind: 'many' }
  /** `?`: exactly one character. */
  | { readonly kind: 'one' }
  /** `%name%` under the modifier `expand`. */
  | { readonly kind: 'placeholder'; readonly name: string };

export type Pattern = readonly PatternToken[];

const MANY: PatternToken = { kind: 'many' };
const ONE: PatternToken = { kind: 'one' };

/**
 * Reads a Sigma string. `\*`, `\?` and `\\` stand for the character itself, and
 * `\%` too where placeholders count; `\` before anything else is a backslash.
 */
export function parsePattern(text: string, placeholders = false): Pattern {
  const tokens: PatternToken[] = [];
  let literal = '';
  const push = (token: PatternToken) => {
    if (literal !== '') tokens.push({ kind: 'text', text: literal });
    literal = '';
    tokens.push(token);
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const name = placeholders && character === '%' ? placeholderAt(text, at) : undefined;
    if (character === '\\' && isEscapable(text.charAt(at + 1), placeholders)) {
      at += 1;
      literal += text.charAt(at);
    } else if (character === '*') push(MANY);
    else if (character === '?') push(ONE);
    else if (name !== undefined) {
      push({ kind: 'placeholder', name });
      at += name.length + 1;
    } else literal += character;
  }
  if (literal !== '') tokens.push({ kind: 'text', text: literal });
  return tokens;
}

/** A pattern that is this text and nothing else. */
export function literalPattern(text: string): Pattern {
  return text === '' ? [] : [{ kind: 'text', text }];
}

/** The text of a pattern without wildcards; undefined where it has some. */
export function literalOf(pattern: Pattern): string | undefined {
  let text = '';
  for (const token of pattern) {
    if (token.kind !== 'text') return undefined;
    text += token.text;
  }
  return text;
}

/** The pattern with `*` before and after it, unless it is there already. */
export function withWildcards(
  pattern: Pattern,
  sides: { readonly before: boolean; readonly after: boolean },
) {
  const before = sides.before && pattern[0]?.kind !== 'many' ? [MANY] : [];
  const after = sides.after && pattern.at(-1)?.kind !== 'many' ? [MANY] : [];
  const whole: Pattern = [...before, ...pattern, ...after];
  return whole;
}

function isEscapable(character: string, placeholders: boolean): boolean {
  return character === '*' || character === '?' || character === '\\' || (placeholders && character === '%');
}

function placeholderAt(text: string, at: number): string | undefined {
  const end = text.indexOf('%', at + 1);
  const name = end < 0 ? '' : text.slice(at + 1, end);
  return /^[\w.-]+$/.test(name) ? name : undefined;
}
