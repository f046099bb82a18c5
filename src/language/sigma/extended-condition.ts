/**
 * The condition of a temporal correlation as a text over rules:
 * `rule_a and rule_b and not rule_c`. It says which rules must have matched
 * within a window and which must not; counting is `condition: {gte: …}`.
 */

/** What such a text says, before its names are resolved. */
export type RuleExpression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly RuleExpression[] }
  | { readonly kind: 'not'; readonly part: RuleExpression }
  | { readonly kind: 'rule'; readonly name: string };

export type ParsedExpression =
  | { readonly expression: RuleExpression; readonly error?: never }
  | { readonly expression?: never; readonly error: string };

/** One way to fulfil a condition: rules that must have matched, and rules that must not. */
export interface RuleAlternative {
  readonly all: readonly string[];
  readonly none: readonly string[];
}

const MAX_LENGTH = 2000;
const MAX_DEPTH = 50;
/** A condition is turned into alternatives; more than these nobody means. */
const MAX_ALTERNATIVES = 64;
const WORDS = ['and', 'or', 'not'] as const;

interface Parser {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
  error: string | undefined;
}

/** `or` binds least, then `and`, then `not`; the words stand in lower or in upper case. */
export function parseExpression(text: string): ParsedExpression {
  if (text.length > MAX_LENGTH) return { error: `the condition has more than ${MAX_LENGTH} characters.` };
  const parser: Parser = { tokens: text.match(/[()]|[^\s()]+/g) ?? [], at: 0, depth: 0, error: undefined };
  if (parser.tokens.length === 0) return { error: 'the condition is empty. Name a rule.' };
  const expression = readJoined(parser, 'or');
  const rest = parser.tokens[parser.at];
  if (parser.error === undefined && rest !== undefined) {
    const remedy = rest === ')' ? 'Remove it, or add a "(".' : 'Join rules with "and" or "or".';
    fail(parser, `"${rest}" cannot stand where it stands in the condition. ${remedy}`);
  }
  return parser.error === undefined ? { expression } : { error: parser.error };
}

/** The rules that it names, in the order of their first mention. */
export function namesIn(expression: RuleExpression): readonly string[] {
  if (expression.kind === 'rule') return [expression.name];
  const parts = expression.kind === 'not' ? [expression.part] : expression.parts;
  return [...new Set(parts.flatMap(namesIn))];
}

/**
 * The condition as alternatives, of which one must hold; `order` is that of the
 * rules in them. Ways that no window can take (`a and not a`) are left out.
 * undefined: there would be too many.
 */
export function alternativesOf(
  expression: RuleExpression,
  order: readonly string[],
): readonly RuleAlternative[] | undefined {
  const found = alternatives(expression, false);
  return found?.map(({ all, none }) => ({
    all: order.filter((name) => all.includes(name)),
    none: order.filter((name) => none.includes(name)),
  }));
}

type Alternatives = readonly RuleAlternative[] | undefined;

function alternatives(expression: RuleExpression, negated: boolean): Alternatives {
  if (expression.kind === 'rule') {
    const { name } = expression;
    return [negated ? { all: [], none: [name] } : { all: [name], none: [] }];
  }
  if (expression.kind === 'not') return alternatives(expression.part, !negated);
  const parts = expression.parts.map((part) => alternatives(part, negated));
  const join = (expression.kind === 'and') === negated ? either : both;
  return parts.reduce((a, b) => (a === undefined || b === undefined ? undefined : bounded(join(a, b))));
}

function either(a: readonly RuleAlternative[], b: readonly RuleAlternative[]): RuleAlternative[] {
  return [...a, ...b];
}

function both(a: readonly RuleAlternative[], b: readonly RuleAlternative[]): RuleAlternative[] {
  const joined = a.flatMap((one) =>
    b.map((other) => ({ all: [...one.all, ...other.all], none: [...one.none, ...other.none] })),
  );
  return joined.filter(({ all, none }) => !all.some((name) => none.includes(name)));
}

function bounded(found: readonly RuleAlternative[]): Alternatives {
  return found.length > MAX_ALTERNATIVES ? undefined : found;
}

function fail(parser: Parser, error: string): RuleExpression {
  parser.error ??= error;
  return { kind: 'or', parts: [] };
}

/** `and` and `AND`, but not `And`, which could be a name. */
function isWord(token: string | undefined, word: string): boolean {
  return token === word || token === word.toUpperCase();
}

function readJoined(parser: Parser, kind: 'and' | 'or'): RuleExpression {
  const read = kind === 'or' ? () => readJoined(parser, 'and') : () => readNot(parser);
  const first = read();
  const parts = [first];
  while (parser.error === undefined && isWord(parser.tokens[parser.at], kind)) {
    parser.at += 1;
    parts.push(read());
  }
  return parts.length === 1 ? first : { kind, parts };
}

function readNot(parser: Parser): RuleExpression {
  const token = parser.tokens[parser.at];
  if (token === undefined) return fail(parser, 'the condition ends too early. A rule is missing.');
  parser.depth += 1;
  if (parser.depth > MAX_DEPTH) return fail(parser, `the condition is nested deeper than ${MAX_DEPTH}.`);
  parser.at += 1;
  const read = readOperand(parser, token);
  parser.depth -= 1;
  return read;
}

function readOperand(parser: Parser, token: string): RuleExpression {
  if (isWord(token, 'not')) return { kind: 'not', part: readNot(parser) };
  if (token === '(') {
    const inner = readJoined(parser, 'or');
    if (parser.error === undefined && parser.tokens[parser.at] !== ')') {
      return fail(parser, 'a "(" in the condition is never closed.');
    }
    parser.at += 1;
    return inner;
  }
  if (token === ')' || WORDS.some((word) => isWord(token, word))) {
    return fail(parser, `a rule is missing before "${token}" in the condition.`);
  }
  return { kind: 'rule', name: token };
}
