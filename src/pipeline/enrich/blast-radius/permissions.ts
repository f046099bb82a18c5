import type { Policy } from './policy.ts';
import type { SnapshotPrincipal } from './snapshot.ts';

/**
 * What a principal's own policies let it do. Both answers are the most that may be
 * true: a condition, or a resource that is not everything, does not take an Allow
 * away, and only a Deny that is wide counts. What a snapshot does not hold (service
 * control policies, resource policies, session policies) is not asked.
 */
export interface Permissions {
  /** On some resource, under some condition. */
  may(action: string): boolean;
  /** On every resource, under no condition. */
  mayWidely(action: string): boolean;
}

/** Actions are in lower case. */
export function permissionsOf({
  policies,
  boundary,
}: Pick<SnapshotPrincipal, 'policies' | 'boundary'>): Permissions {
  const granted = grantsOf(policies);
  if (boundary === undefined) return granted;
  const bounded = grantsOf([boundary]);
  return {
    may: (action) => granted.may(action) && bounded.may(action),
    mayWidely: (action) => granted.mayWidely(action) && bounded.mayWidely(action),
  };
}

function grantsOf(policies: readonly Policy[]): Permissions {
  const statements = policies.flatMap((policy) => policy.statements);
  const allows = statements.filter(({ effect }) => effect === 'Allow');
  const wideAllows = allows.filter(({ isWide }) => isWide);
  const denies = statements.filter(({ effect, isWide }) => effect === 'Deny' && isWide);
  const isDenied = (action: string) => denies.some((statement) => statement.speaksOf(action));
  return {
    may: (action) => allows.some((statement) => statement.speaksOf(action)) && !isDenied(action),
    mayWidely: (action) => wideAllows.some((statement) => statement.speaksOf(action)) && !isDenied(action),
  };
}
