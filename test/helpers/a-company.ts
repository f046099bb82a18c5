import type { AccountFacts, CompanyContext } from '../../src/domain/ports.ts';

/** A company context for tests; without arguments it knows nothing. */
export function aCompany(
  known: {
    readonly accounts?: Readonly<Record<string, AccountFacts>>;
    readonly breakGlass?: readonly string[];
    readonly critical?: readonly string[];
  } = {},
): CompanyContext {
  return {
    account: (id) => known.accounts?.[id],
    isBreakGlass: (principal) => known.breakGlass?.includes(principal) ?? false,
    isCritical: (resource) => known.critical?.includes(resource) ?? false,
  };
}
