import { listAt, own, textAt } from '../../../domain/record.ts';
import { valuesByKey } from './values-by-key.ts';

/** Longer than any policy of AWS. */
const LONGEST_POLICY = 100_000;

const POLICY_KEYS = new Set(['policy', 'bucketpolicy', 'resourcepolicy', 'policydocument']);

/**
 * The policies within a call's parameters. CloudTrail has them as objects or as the
 * text that was sent; a query parameter of the same name, `policy: ""`, is none.
 */
export function policiesIn(parameters: unknown): readonly object[] {
  return valuesByKey(parameters, POLICY_KEYS).flatMap((value) => {
    const policy = typeof value === 'string' ? parsed(value) : value;
    return typeof policy === 'object' && policy !== null && own(policy, 'Statement') !== undefined
      ? [policy]
      : [];
  });
}

/** The statements of policies; a single one stands without a list. */
export function statementsOf(policies: readonly object[]): readonly unknown[] {
  return policies.flatMap((policy) => listAt(policy, 'Statement'));
}

function parsed(text: string): unknown {
  if (text.length > LONGEST_POLICY) return undefined;
  for (const each of [text, decoded(text)]) {
    try {
      return JSON.parse(each);
    } catch {
      // The next spelling may be one.
    }
  }
  return undefined;
}

/** IAM writes policies percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

export function isAllow(statement: unknown): boolean {
  return textAt(statement, 'Effect').toLowerCase() === 'allow';
}

/** Whom a statement names: `*`, ARNs and accounts of `AWS`. */
export function awsPrincipalsOf(statement: unknown): readonly string[] {
  const principal = own(statement, 'Principal');
  const named =
    typeof principal === 'object' && !Array.isArray(principal) ? listAt(principal, 'AWS') : principal;
  return (Array.isArray(named) ? named : [named]).filter((name) => typeof name === 'string');
}

/** Whether a statement is about everyone. `NotPrincipal` names all but some: still everyone. */
export function isAboutEveryone(statement: unknown): boolean {
  return (
    own(statement, 'NotPrincipal') !== undefined ||
    awsPrincipalsOf(statement).some((name) => name.trim() === '*')
  );
}
