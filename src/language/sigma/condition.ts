import { compileGlob } from './glob.ts';
import { parsePattern } from './pattern.ts';

/** What a condition says, before any selection is known. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'selection'; readonly name: string }
  /** `1 of`, `any of` and `all of`; the pattern is a name with `*`, or `them`. */
  | { readonly kind: 'of'; readonly quantifier: 'any' | 'all'; readonly pattern: string };

export type ParsedCondition =
  | { readonly condition: Condition; readonly error?: never }
  | { readonly condition?: never; readonly error: string };

const MAX_DEPTH = 100;
const RESERVED = new Set(['and', 'or', 'not', 'of', '(', ')']);

interface Parser {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
  error: string | undefined;
}

/**
 * Reads a condition: `or` binds least, then `and`, `not`, `x of`, parentheses.
 * Keywords are lower case, as in pySigma. The error is a sentence with its remedy.
 */
export function parseCondition(text: string): ParsedCondition {
  if (text.includes('|')) {
    const remedy = 'Write a correlation document of type event_count or value_count.';
    return { error: `the aggregation behind "|" is no longer Sigma. ${remedy}` };
  }
  const parser: Parser = { tokens: text.match(/[()]|[^\s()]+/g) ?? [], at: 0, depth: 0, error: undefined };
  if (parser.tokens.length === 0) return { error: 'the condition is empty. Name a selection.' };
  const condition = readOr(parser);
  const rest = parser.tokens[parser.at];
  if (parser.error === undefined && rest !== undefined) fail(parser, unexpected(rest));
  return parser.error === undefined ? { condition } : { error: parser.error };
}

function unexpected(token: string): string {
  if (token === ')') return 'a ")" in the condition has no "(".';
  const lower = token.toLowerCase();
  if (token !== lower && RESERVED.has(lower))
    return `"${token}" in the condition must be written "${lower}".`;
  return `"${token}" cannot stand where it stands in the condition. Join selections with "and" or "or".`;
}

const NOTHING: Condition = { kind: 'or', parts: [] };

/** Keeps the first error only: what follows it is mostly its echo. */
function fail(parser: Parser, error: string): Condition {
  parser.error ??= error;
  return NOTHING;
}

function accept(parser: Parser, token: string): boolean {
  if (parser.error !== undefined || parser.tokens[parser.at] !== token) return false;
  parser.at += 1;
  return true;
}

function readOr(parser: Parser): Condition {
  return readJoined(parser, 'or', readAnd);
}

function readAnd(parser: Parser): Condition {
  return readJoined(parser, 'and', readNot);
}

function readJoined(parser: Parser, kind: 'and' | 'or', read: (parser: Parser) => Condition): Condition {
  const first = read(parser);
  const parts = [first];
  while (accept(parser, kind)) parts.push(read(parser));
  return parts.length === 1 ? first : { kind, parts };
}

function readNot(parser: Parser): Condition {
  return accept(parser, 'not') ? { kind: 'not', part: readDeeper(parser, readNot) } : readOperand(parser);
}

function readDeeper(parser: Parser, read: (parser: Parser) => Condition): Condition {
  parser.depth += 1;
  if (parser.depth > MAX_DEPTH) return fail(parser, `the condition is nested deeper than ${MAX_DEPTH}.`);
  const condition = read(parser);
  parser.depth -= 1;
  return condition;
}

function readOperand(parser: Parser): Condition {
  if (accept(parser, '(')) {
    const inner = readDeeper(parser, readOr);
    if (parser.error === undefined && !accept(parser, ')')) return fail(parser, missingParenthesis(parser));
    return inner;
  }
  const word = parser.tokens[parser.at];
  if (word === undefined) return fail(parser, 'the condition ends too early. A selection is missing.');
  if (RESERVED.has(word)) return fail(parser, `a selection is missing before "${word}" in the condition.`);
  parser.at += 1;
  return accept(parser, 'of') ? readOf(parser, word) : readName(parser, word);
}

function missingParenthesis(parser: Parser): string {
  const token = parser.tokens[parser.at];
  return token === undefined ? 'a "(" in the condition is never closed.' : unexpected(token);
}

function readName(parser: Parser, name: string): Condition {
  if (name === 'them' || name.includes('*')) {
    return fail(
      parser,
      `"${name}" in the condition needs a quantifier. Write "1 of ${name}" or "all of ${name}".`,
    );
  }
  return { kind: 'selection', name };
}

function readOf(parser: Parser, word: string): Condition {
  const pattern = parser.tokens[parser.at];
  if (pattern === undefined || RESERVED.has(pattern)) {
    return fail(parser, `"${word} of" in the condition names nothing. Add a name with "*", or "them".`);
  }
  parser.at += 1;
  if (word === 'all') return { kind: 'of', quantifier: 'all', pattern };
  if (word === '1' || word === 'any') return { kind: 'of', quantifier: 'any', pattern };
  return fail(parser, `"${word} of" is not Sigma. Write "1 of", "any of" or "all of".`);
}

/** Names of the selections that the pattern of an `x of` covers. Those with a leading `_` must be meant. */
export function namesCovered(pattern: string, names: readonly string[]): readonly string[] {
  if (pattern === 'them') return names.filter((name) => !name.startsWith('_'));
  const covers = compileGlob(parsePattern(pattern), true);
  return names.filter(
    (name) => (pattern.startsWith('_') || !name.startsWith('_')) && covers({ raw: name, folded: name }),
  );
}
