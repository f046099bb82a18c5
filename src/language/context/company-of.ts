import ipaddr from 'ipaddr.js';
import type {
  AccountFacts,
  AssetFacts,
  CompanyContext,
  NetworkFacts,
  PrincipalFacts,
} from '../../domain/company.ts';
import { canonicalNetwork } from '../canonical-network.ts';
import { compileGlob } from '../sigma/glob.ts';
import { parsePattern } from '../sigma/pattern.ts';
import type { ContextEntry, ContextFile, ContextList } from './context-schema.ts';
import { imageLookUp } from './image-look-up.ts';
import { exactness } from './pattern-overlap.ts';
import { compileWorkingHours } from './working-hours.ts';

/** Indexes what the files say. Of what contradicts itself, the later entry speaks; `parseContext` tells of it. */
export function companyOf(files: readonly ContextFile[]): CompanyContext {
  const all = <List extends ContextList>(list: List): readonly ContextEntry<List>[] =>
    files.flatMap((file) => (file[list] ?? []) as readonly ContextEntry<List>[]);
  const accounts = new Map(all('accounts').map(({ id, note: _, ...facts }) => [id, facts as AccountFacts]));
  const principal = byPattern(
    all('principals').map(({ arn, note: _, ...facts }) => [arn, facts as PrincipalFacts]),
  );
  const asset = byPattern(all('assets').map((entry) => [entry.arn, assetFacts(entry)] as const));
  const isAdminGroup = anyOf(all('adminGroups').map(({ arn }) => arn));
  return {
    account: (id) => accounts.get(id),
    principal,
    isBreakGlass: (name) => principal(name)?.breakGlass === true,
    isAdmin: (name) => principal(name)?.admin,
    isAdminGroup,
    reach: () => undefined,
    network: networkLookUp(all('networks')),
    knowsNetworks: all('networks').length > 0,
    asset,
    isCritical: (resource) => asset(resource)?.criticality === 'critical',
    image: imageLookUp(all('images'), all('imageOwners'), new Set(accounts.keys())),
    instanceTypeInUse: byAccount(
      all('instanceTypes').map(({ accounts: of, types }) => ({ of, values: types })),
    ),
    regionInUse: byAccount(all('regions').map(({ accounts: of, regions }) => ({ of, values: regions }))),
    inWorkingHours: hoursLookUp(all('workingHours')),
  };
}

function assetFacts({ arn: _arn, note: _note, critical, ...facts }: ContextEntry<'assets'>): AssetFacts {
  const criticality = facts.criticality ?? (critical === true ? 'critical' : undefined);
  return { ...facts, ...(criticality === undefined ? {} : { criticality }) } as AssetFacts;
}

/** Case counts, as it does in ARNs. */
function fits(pattern: string): (text: string) => boolean {
  const test = compileGlob(parsePattern(pattern), true);
  return (text) => test({ raw: text, folded: text });
}

function anyOf(patterns: readonly string[]): (text: string) => boolean {
  const tests = patterns.map(fits);
  return (text) => tests.some((test) => test(text));
}

/** How many answers of one look-up are remembered. */
const REMEMBERED = 10_000;

/** What all patterns that fit say together; where they differ, the more exact one speaks. */
function byPattern<Facts extends object>(
  entries: readonly (readonly [pattern: string, facts: Facts])[],
): (text: string) => Facts | undefined {
  const tests = entries
    .map(([pattern, facts]) => ({ test: fits(pattern), rank: exactness(pattern), facts }))
    .sort((a, b) => a.rank - b.rank);
  if (tests.length === 0) return () => undefined;
  return remembering((text) => {
    const fitting = tests.filter(({ test }) => test(text)).map(({ facts }) => facts);
    return fitting.length === 0 ? undefined : (Object.assign({}, ...fitting) as Facts);
  });
}

/** The same question comes for one event after the other. Attackers choose some of the texts, so it is bounded. */
function remembering<Answer>(answer: (text: string) => Answer): (text: string) => Answer {
  const remembered = new Map<string, Answer>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined || remembered.has(text)) return known as Answer;
    const found = answer(text);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, found);
    return found;
  };
}

/** Of networks within each other the narrowest speaks. */
function networkLookUp(
  entries: readonly ContextEntry<'networks'>[],
): (address: string) => NetworkFacts | undefined {
  const networks = entries.flatMap(({ name, kind, cidrs }) => {
    const facts = { name, kind, isOurs: kind === 'company' || kind === 'vpn' || kind === 'nat' };
    return cidrs.flatMap((cidr) => {
      const network = canonicalNetwork(cidr);
      return network === undefined ? [] : [{ facts, range: ipaddr.parseCIDR(network) }];
    });
  });
  networks.sort((a, b) => b.range[1] - a.range[1]);
  return remembering((text) => {
    if (networks.length === 0 || text.length > 64 || !ipaddr.isValid(text)) return undefined;
    const address = ipaddr.process(text);
    return networks.find(({ range }) => range[0].kind() === address.kind() && address.match(range))?.facts;
  });
}

interface OfAccounts {
  readonly of: readonly string[] | undefined;
  readonly values: readonly string[];
}

/** What is listed for an account together with what is listed for all. Undefined where nothing is. */
function byAccount(entries: readonly OfAccounts[]): (account: string, value: string) => boolean | undefined {
  const compiled = entries.map(({ of, values }) => ({ of, isListed: anyOf(values) }));
  return (account, value) => {
    const applying = compiled.filter(({ of }) => of === undefined || of.includes(account));
    return applying.length === 0 ? undefined : applying.some(({ isListed }) => isListed(value));
  };
}

function hoursLookUp(entries: readonly ContextEntry<'workingHours'>[]): CompanyContext['inWorkingHours'] {
  const compiled = entries.flatMap((entry) => {
    const isOf = entry.principals === undefined ? undefined : anyOf(entry.principals);
    const accounts = entry.accounts;
    try {
      return [{ accounts, isOf, isWithin: compileWorkingHours(entry) }];
    } catch {
      // A time zone that is none is told by parseContext.
      return [];
    }
  });
  return (account, principal, time) => {
    const applying = compiled.filter(
      ({ accounts, isOf }) => (accounts?.includes(account) ?? true) && (isOf?.(principal) ?? true),
    );
    return applying.length === 0 ? undefined : applying.some(({ isWithin }) => isWithin(time));
  };
}
