import { own } from '../../../domain/record.ts';
import { compileGlob } from '../../../language/sigma/glob.ts';
import { parsePattern } from '../../../language/sigma/pattern.ts';

/** One policy, ready to be asked. Actions are asked in lower case. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Speaks of the action, by `Action` or `NotAction`. */
  speaksOf(action: string): boolean;
  /** On every resource and under no condition. */
  readonly isWide: boolean;
}

/** AWS' own bounds keep policies far below it. */
const MAX_STATEMENTS = 1000;
const NO_POLICY: Policy = { statements: [] };

/** Reads a policy document: an object, or its text, URL-encoded or not. */
export function parsePolicy(document: unknown): { readonly policy: Policy; readonly fault?: string } {
  const value = typeof document === 'string' ? decode(document) : document;
  const listed = own(value, 'Statement');
  if (typeof value !== 'object' || value === null || listed === undefined)
    return { policy: NO_POLICY, fault: 'it has no Statement' };
  const statements = (Array.isArray(listed) ? listed : [listed]).slice(0, MAX_STATEMENTS);
  return { policy: { statements: statements.flatMap((each) => parseStatement(each) ?? []) } };
}

function decode(text: string): unknown {
  for (const read of [decodeURIComponent, (same: string) => same]) {
    try {
      return JSON.parse(read(text));
    } catch {
      // The other reading is tried.
    }
  }
  return undefined;
}

function parseStatement(value: unknown): Statement | undefined {
  const effect = own(value, 'Effect');
  if (effect !== 'Allow' && effect !== 'Deny') return undefined;
  const actions = own(value, 'Action');
  const others = own(value, 'NotAction');
  if (actions === undefined && others === undefined) return undefined;
  const matches = compileActions(textsOf(actions ?? others));
  return {
    effect,
    speaksOf: actions === undefined ? (action) => !matches(action) : matches,
    isWide: textsOf(own(value, 'Resource')).some(isEverything) && !hasCondition(value),
  };
}

function hasCondition(statement: unknown): boolean {
  const condition = own(statement, 'Condition');
  return typeof condition === 'object' && condition !== null && Object.keys(condition).length > 0;
}

function isEverything(resource: string): boolean {
  return /^\*+$/.test(resource) || resource === 'arn:*' || /^arn(:\*){5}$/.test(resource);
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
}

/** IAM knows `*` and `?` in actions, and no difference of case. */
function compileActions(patterns: readonly string[]): (action: string) => boolean {
  const folded = patterns.map((pattern) => pattern.toLowerCase());
  const plain = new Set(folded.filter((pattern) => !/[*?]/.test(pattern)));
  const globs = folded
    .filter((pattern) => /[*?]/.test(pattern))
    .map((pattern) => compileGlob(parsePattern(pattern === '*' ? '*' : pattern), true));
  return (action) => plain.has(action) || globs.some((test) => test({ raw: action, folded: action }));
}
