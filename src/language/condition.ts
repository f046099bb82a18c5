/**
 * The conditions that people write beside a playbook's step (`if:`). They
 * compare data with fixed words and compute nothing:
 *
 *     alert.severity in [high, critical] and not alert.account == "111122223333"
 *     steps.ask.outcome == done or alert.count >= 10
 *
 * (Sigma rules have their own, in `sigma/`: there a condition joins selections.)
 */
import { SEVERITIES, type Severity, severityRank } from '../domain/severity.ts';
import { type ConditionToken, tokensOf } from './condition-tokens.ts';

export interface Condition {
  /** Whether it holds on the data. What is missing equals nothing and is smaller and larger than nothing. */
  holds(scope: object): boolean;
  /** Every path that it reads, `['steps', 'ask', 'outcome']`. */
  readonly paths: readonly (readonly string[])[];
}

type Test = (scope: object) => boolean;
type Literal = string | number | boolean;

const MAX_LENGTH = 1000;
const COMPARISONS: Readonly<Record<string, (a: unknown, b: Literal) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  contains: (a, b) => (Array.isArray(a) ? a.includes(b) : typeof a === 'string' && a.includes(String(b))),
};

/** Reads a condition. `problem` is one sentence that says what was expected where. */
export function parseCondition(text: string): { condition: Condition } | { problem: string } {
  if (text.length > MAX_LENGTH) return { problem: `it has more than ${MAX_LENGTH} characters` };
  const parser = new Reader(tokensOf(text));
  try {
    const holds = parser.readAll();
    return { condition: { holds, paths: parser.paths } };
  } catch (error) {
    if (error instanceof Unexpected) return { problem: error.message };
    throw error;
  }
}

/** What a reader met instead of what it needs. Never leaves this file. */
class Unexpected extends Error {}

/** Reads by descent: `or` of `and` of `not` of a comparison or a parenthesis. */
class Reader {
  readonly paths: string[][] = [];
  readonly tokens: readonly ConditionToken[];
  private next = 0;
  private depth = 0;

  constructor(tokens: readonly ConditionToken[]) {
    this.tokens = tokens;
  }

  readAll(): Test {
    const test = this.readOr();
    const rest = this.tokens[this.next];
    if (rest !== undefined) throw new Unexpected(`"${rest.text}" is not expected there`);
    return test;
  }

  private readOr(): Test {
    const tests = [this.readAnd()];
    while (this.take('or')) tests.push(this.readAnd());
    return (scope) => tests.some((test) => test(scope));
  }

  private readAnd(): Test {
    const tests = [this.readNot()];
    while (this.take('and')) tests.push(this.readNot());
    return (scope) => tests.every((test) => test(scope));
  }

  private readNot(): Test {
    this.depth++;
    if (this.depth > 50) throw new Unexpected('it is nested too deeply');
    let test: Test;
    if (this.take('not')) {
      const inner = this.readNot();
      test = (scope) => !inner(scope);
    } else if (this.take('(')) {
      test = this.readOr();
      this.expect(')');
    } else test = this.readComparison();
    this.depth--;
    return test;
  }

  /** `path`, `path == literal`, `path in [literal, …]`; a lone path holds where there is something. */
  private readComparison(): Test {
    const path = this.readPath();
    const operator = this.tokens[this.next];
    if (operator?.text === 'in' && operator.kind === 'word') {
      this.next++;
      const allowed = this.readList();
      return (scope) => allowed.some((literal) => literal === valueAt(scope, path));
    }
    const compare = operator?.kind === 'quoted' ? undefined : comparisonOf(operator?.text);
    if (compare === undefined) return (scope) => isSomething(valueAt(scope, path));
    this.next++;
    const literal = this.readLiteral();
    return (scope) => compare(valueAt(scope, path), literal);
  }

  private readPath(): readonly string[] {
    const token = this.tokens[this.next];
    if (token?.kind !== 'word' || RESERVED.includes(token.text) || !/^[A-Za-z_]/.test(token.text)) {
      throw new Unexpected(`a name such as alert.severity is expected ${placeOf(token)}`);
    }
    this.next++;
    const path = token.text.split('.');
    if (path.includes('')) throw new Unexpected(`"${token.text}" is no name`);
    this.paths.push(path);
    return path;
  }

  private readList(): readonly Literal[] {
    this.expect('[');
    const literals = [this.readLiteral()];
    while (this.take(',')) literals.push(this.readLiteral());
    this.expect(']');
    return literals;
  }

  private readLiteral(): Literal {
    const token = this.tokens[this.next];
    if (
      token === undefined ||
      token.kind === 'sign' ||
      (token.kind === 'word' && RESERVED.includes(token.text))
    ) {
      throw new Unexpected(`a value is expected ${placeOf(token)}`);
    }
    this.next++;
    if (token.kind === 'quoted') return token.text;
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    return /^-?\d+(\.\d+)?$/.test(token.text) ? Number(token.text) : token.text;
  }

  private take(text: string): boolean {
    const token = this.tokens[this.next];
    if (token === undefined || token.kind === 'quoted' || token.text !== text) return false;
    this.next++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new Unexpected(`"${text}" is expected ${placeOf(this.tokens[this.next])}`);
  }
}

const RESERVED: readonly string[] = ['and', 'or', 'not', 'in', 'contains'];

function comparisonOf(text: string | undefined): ((a: unknown, b: Literal) => boolean) | undefined {
  return text !== undefined && Object.hasOwn(COMPARISONS, text) ? COMPARISONS[text] : undefined;
}

function placeOf(token: ConditionToken | undefined): string {
  return token === undefined ? 'at the end' : `before "${token.text}"`;
}

/** Severities by rank, numbers by size; NaN where the two cannot be compared. */
function order(a: unknown, b: Literal): number {
  if (isSeverity(a) && isSeverity(b)) return severityRank(a) - severityRank(b);
  return typeof a === 'number' && typeof b === 'number' ? a - b : Number.NaN;
}

function isSeverity(value: unknown): value is Severity {
  return (SEVERITIES as readonly unknown[]).includes(value);
}

function isSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}

function valueAt(scope: object, path: readonly string[]): unknown {
  let value: unknown = scope;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}
