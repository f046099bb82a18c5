import { narrows } from './policy-condition.ts';

/** What of a statement of a policy document the facts look at. Names of its elements are read in any case. */
export interface PolicyStatement {
  readonly allows: boolean;
  /** Folded. */
  readonly actions: readonly string[];
  /** Folded. */
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly principal: unknown;
  readonly notPrincipal: unknown;
  readonly condition: unknown;
}

/** IAM's largest document is 10 kB without blanks; CloudTrail leaves parameters out from 100 kB on. */
const LONGEST_DOCUMENT = 262_144;
const MOST_STATEMENTS = 1000;

/**
 * The statements of a policy document, whether CloudTrail wrote it as text, as
 * URL-encoded text or as an object. Undefined where it is none: that is not the
 * same as a policy without statements.
 */
export function statementsOf(document: unknown): readonly PolicyStatement[] | undefined {
  const policy = typeof document === 'string' ? parsed(document) : document;
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) return undefined;
  return listOf(element(policy, 'statement')).slice(0, MOST_STATEMENTS).map(statementOf);
}

function parsed(text: string): unknown {
  if (text.length > LONGEST_DOCUMENT) return undefined;
  try {
    return JSON.parse(text.trimStart().startsWith('%') ? decodeURIComponent(text) : text);
  } catch {
    return undefined;
  }
}

function statementOf(statement: unknown): PolicyStatement {
  const texts = (name: string) => textsOf(element(statement, name));
  return {
    allows: String(element(statement, 'effect')).toLowerCase() === 'allow',
    actions: texts('action').map((action) => action.toLowerCase()),
    notActions: texts('notaction').map((action) => action.toLowerCase()),
    resources: texts('resource'),
    notResources: texts('notresource'),
    principal: element(statement, 'principal'),
    notPrincipal: element(statement, 'notprincipal'),
    condition: element(statement, 'condition'),
  };
}

/** An element of a policy by its folded name. */
function element(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => key.toLowerCase() === name)?.[1];
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each): each is string => typeof each === 'string');
}

/**
 * Whom the Allow statements of a document let in: ids of accounts, and `*` for
 * everyone. Services are left out. Where everyone is narrowed by a condition, the
 * accounts that the condition names are who is let in.
 */
export function accountsLetIn(statements: readonly PolicyStatement[]): readonly string[] {
  return statements.filter(({ allows }) => allows).flatMap(letIn);
}

function letIn({ principal, notPrincipal, condition }: PolicyStatement): readonly string[] {
  const named = principalsOf(principal, 'aws').flatMap(accountOfPrincipal);
  const accounts = named.filter((account) => account !== '*');
  const everyone = notPrincipal !== undefined || named.includes('*');
  if (everyone) accounts.push(...(narrows(condition) ? accountsIn(condition) : ['*']));
  const isOpen = principalsOf(principal, 'federated').some((one) => isOpenFederation(one, condition));
  return isOpen ? [...accounts, '*'] : accounts;
}

/** `"*"` alone means the same as `{"AWS":"*"}`. */
function principalsOf(principal: unknown, kind: 'aws' | 'federated'): readonly string[] {
  const isBare = typeof principal === 'string' || Array.isArray(principal);
  if (isBare) return kind === 'aws' ? textsOf(principal) : [];
  return textsOf(element(principal, kind));
}

/** `123456789012`, an ARN of that account, or `*`; nothing for what names no account. */
export function accountOfPrincipal(principal: string): readonly string[] {
  if (/^\*+$/.test(principal)) return ['*'];
  const [, found] = /^(?:arn:[a-z-]+:(?:iam|sts|organizations)::)?(\d{12})(?::|$)/.exec(principal) ?? [];
  return found === undefined ? [] : [found];
}

function accountsIn(condition: unknown): readonly string[] {
  const texts = testsOf(condition).flatMap(([, values]) => values);
  return texts.flatMap((text) => /(?<!\d)\d{12}(?!\d)/.exec(text)?.[0] ?? []);
}

/** Identity providers that anybody can have an account with, and the keys that tie a token to one holder. */
const PUBLIC_PROVIDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['token.actions.githubusercontent.com', [':sub', ':job_workflow_ref', ':repository_id']],
  ['gitlab.com', [':sub', ':project_path']],
  ['app.terraform.io', [':sub']],
  ['accounts.google.com', [':sub', ':aud', ':oaud']],
  ['cognito-identity.amazonaws.com', [':aud']],
  ['www.amazon.com', [':app_id', ':user_id']],
  ['graph.facebook.com', [':app_id', ':id']],
]);

/** A public provider whose tokens no condition ties to a holder of ours: anybody can have such a token. */
function isOpenFederation(provider: string, condition: unknown): boolean {
  const name = provider.slice(provider.lastIndexOf('/') + 1).toLowerCase();
  const keys = PUBLIC_PROVIDERS.get(name);
  if (keys === undefined) return false;
  const tied = testsOf(condition).filter(([tested]) => keys.some((key) => tested.endsWith(key)));
  return !tied.some(([, values]) => values.length > 0 && values.every(namesSomebody));
}

/** Not `*`, `repo:*`, `repo:*\/*`. */
function namesSomebody(value: string): boolean {
  return !/^(repo:|project_path:|organization:)?[*/:?]*$/.test(value);
}

function testsOf(condition: unknown): readonly (readonly [key: string, values: readonly string[]])[] {
  return valuesOf(condition).flatMap((tests) =>
    typeof tests !== 'object' || tests === null
      ? []
      : Object.entries(tests).map(([key, value]) => [key.toLowerCase(), textsOf(value)] as const),
  );
}

function valuesOf(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
