import type { AccountFacts, CompanyContext } from '../../src/domain/company.ts';

/** A company context for tests; without arguments it knows nothing. `looks` replaces single look-ups. */
export function aCompany(
  known: {
    readonly accounts?: Readonly<Record<string, AccountFacts>>;
    readonly breakGlass?: readonly string[];
    readonly critical?: readonly string[];
  } = {},
  looks: Partial<CompanyContext> = {},
): CompanyContext {
  return {
    account: (id) => known.accounts?.[id],
    principal: () => undefined,
    isBreakGlass: (principal) => known.breakGlass?.includes(principal) ?? false,
    isAdmin: () => undefined,
    isAdminGroup: () => false,
    reach: () => undefined,
    network: () => undefined,
    knowsNetworks: false,
    asset: (resource) => (known.critical?.includes(resource) ? { criticality: 'critical' } : undefined),
    isCritical: (resource) => known.critical?.includes(resource) ?? false,
    image: () => undefined,
    instanceTypeInUse: () => undefined,
    regionInUse: () => undefined,
    inWorkingHours: () => undefined,
    ...looks,
  };
}
