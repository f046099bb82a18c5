import type { Problem } from '../../domain/problem.ts';
import { compileCidr } from '../sigma/cidr.ts';
import { compileGlob } from '../sigma/glob.ts';
import { parsePattern } from '../sigma/pattern.ts';
import type { YamlDocument } from '../yaml.ts';
import type { ContextEntry, ContextList } from './context-schema.ts';
import { placedEntries } from './contradictions.ts';
import type { LogFacts } from './log-facts.ts';

interface Named {
  readonly what: string;
  readonly name: string;
  /** Is it in the log? */
  readonly isSeen: boolean;
}

/**
 * What `context/` lists and the log does not show: a misspelt id, or a thing of the
 * past. A short log proves nothing, so these are hints and no faults. In the order of
 * files and lines.
 */
export function neverSeen(documents: readonly YamlDocument[], facts: LogFacts): readonly Problem[] {
  const told = <List extends ContextList>(
    list: List,
    names: (entry: ContextEntry<List>) => readonly Named[],
  ) =>
    placedEntries(documents, list).flatMap(({ entry, file, line }) =>
      names(entry)
        .filter(({ isSeen }) => !isSeen)
        .map(({ what, name }) => ({ file, line, message: `${what} "${name}" does not occur in the log.` })),
    );
  const fitsAny = (seen: ReadonlyMap<string, unknown>) => anyFits([...seen.keys()]);
  const principals = fitsAny(facts.principals);
  const resources = fitsAny(facts.resources);
  const types = fitsAny(facts.instanceTypes);
  const networks = inNetwork([...facts.addresses.keys()]);
  const problems = [
    ...told('accounts', ({ id }) => [named('account', id, facts.accounts.has(id))]),
    ...told('principals', ({ arn }) => [named('principal', arn, principals(arn))]),
    ...told('networks', ({ cidrs }) => cidrs.map((one) => named('network', one, networks(one)))),
    ...told('images', ({ id }) => [named('image', id, facts.images.has(id))]),
    ...told('instanceTypes', ({ types: of }) => of.map((one) => named('instance type', one, types(one)))),
    ...told('regions', ({ regions }) => regions.map((one) => named('region', one, facts.regions.has(one)))),
    ...told('assets', ({ arn }) => [named('asset', arn, resources(arn))]),
  ];
  return problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function named(what: string, name: string, isSeen: boolean): Named {
  return { what, name, isSeen };
}

function anyFits(texts: readonly string[]): (pattern: string) => boolean {
  return (pattern) => {
    const test = compileGlob(parsePattern(pattern), true);
    return texts.some((text) => test({ raw: text, folded: text }));
  };
}

function inNetwork(addresses: readonly string[]): (network: string) => boolean {
  return (network) => {
    const isInside = compileCidr(network);
    return isInside !== undefined && addresses.some(isInside);
  };
}
