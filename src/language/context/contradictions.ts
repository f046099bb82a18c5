import type { Problem } from '../../domain/problem.ts';
import { canonicalNetwork } from '../canonical-network.ts';
import type { YamlDocument } from '../yaml.ts';
import type { ContextEntry, ContextFile, ContextList } from './context-schema.ts';
import { mightMeet, patternCovers, patternsMeet } from './pattern-overlap.ts';
import { isTimezone } from './working-hours.ts';

/** An entry and where it stands. */
export interface Placed<List extends ContextList = ContextList> {
  readonly list: List;
  readonly entry: ContextEntry<List>;
  readonly file: string;
  readonly line: number;
}

/** Comparing more characters than these takes seconds. */
const MAX_COMPARED = 100_000_000;
/** More would bury the first. */
const MAX_OVERLAPS = 50;

/** The entries of one list in all documents, in the order of files and lines. */
export function placedEntries<List extends ContextList>(
  documents: readonly YamlDocument[],
  list: List,
): readonly Placed<List>[] {
  return documents.flatMap((document) => {
    const entries = ((document.value as ContextFile)[list] ?? []) as readonly ContextEntry<List>[];
    return entries.map((entry, index) => {
      const keys = Object.keys(entry);
      return { list, entry, file: document.file, line: document.lineOf([list, index, keys[0] ?? '']) };
    });
  });
}

/** Entries that cannot all be true, and values that the schema cannot judge. */
export function contradictionsIn(documents: readonly YamlDocument[]): readonly Problem[] {
  const entries = <List extends ContextList>(list: List) => placedEntries(documents, list);
  return [
    ...repeated(entries('accounts'), 'account', ({ id }) => [id]),
    ...disagreeing(entries('images'), 'image', ({ id }) => id, ['allowed', 'owner', 'alias']),
    ...repeated(entries('imageOwners'), 'image owner', ({ owner }) => [owner]),
    ...repeated(entries('networks'), 'network', ({ cidrs }) =>
      cidrs.map((one) => canonicalNetwork(one) ?? one),
    ),
    ...overlapping(entries('principals'), ['kind', 'owner', 'team', 'onCall', 'admin', 'breakGlass']),
    ...overlapping(entries('assets'), ['criticality', 'critical', 'owner', 'name']),
    ...entries('networks').flatMap(badNetworks),
    ...entries('assets').flatMap(doubleCriticality),
    ...entries('workingHours').flatMap(badHours),
  ];
}

function at({ file, line }: Pick<Placed, 'file' | 'line'>, message: string): Problem {
  return { file, line, message };
}

const placeOf = ({ file, line }: Pick<Placed, 'file' | 'line'>) => `${file}:${line}`;

/** Two entries for one thing contradict each other sooner or later. */
function repeated<List extends ContextList>(
  entries: readonly Placed<List>[],
  what: string,
  idsOf: (entry: ContextEntry<List>) => readonly string[],
): readonly Problem[] {
  const seen = new Map<string, string>();
  return entries.flatMap((placed) =>
    idsOf(placed.entry).flatMap((id) => {
      const before = seen.get(id);
      if (before === undefined) seen.set(id, placeOf(placed));
      const message = `${what} "${id}" is listed already at ${before}. Keep one of the two.`;
      return before === undefined ? [] : [at(placed, message)];
    }),
  );
}

/** Entries for one thing add up, unless they say different things. */
function disagreeing<List extends ContextList>(
  entries: readonly Placed<List>[],
  what: string,
  idOf: (entry: ContextEntry<List>) => string,
  keys: readonly string[],
): readonly Problem[] {
  const seen = new Map<string, Placed<List>>();
  return entries.flatMap((placed) =>
    keys.flatMap((key) => {
      const value = valueAt(placed.entry, key);
      if (value === undefined) return [];
      const name = `${idOf(placed.entry)}\n${key}`;
      const before = seen.get(name);
      if (before === undefined) seen.set(name, placed);
      if (before === undefined || valueAt(before.entry, key) === value) return [];
      const other = `${placeOf(before)} says ${JSON.stringify(valueAt(before.entry, key))}`;
      return [at(placed, `"${key}" of ${what} "${idOf(placed.entry)}": ${other}. Keep one of the two.`)];
    }),
  );
}

function valueAt(entry: object, key: string): unknown {
  return Object.hasOwn(entry, key) ? (entry as Readonly<Record<string, unknown>>)[key] : undefined;
}

/**
 * Patterns that meet and say different things. Where one covers the other, the more
 * exact one is meant and nothing is wrong; of equal or crossing ones nobody can tell.
 */
function overlapping(entries: readonly Pattern[], keys: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  let compared = 0;
  for (const [placed, before, key] of suspectPairs(entries, keys)) {
    compared += placed.entry.arn.length * before.entry.arn.length;
    if (compared > MAX_COMPARED) return [...problems, at(placed, TOO_MANY)];
    if (isUndecided(placed.entry.arn, before.entry.arn))
      problems.push(at(placed, overlapWords(placed, before, key)));
    if (problems.length >= MAX_OVERLAPS) return problems;
  }
  return problems;
}

type Pattern = Placed<'principals' | 'assets'>;

/** Pairs that differ in a key and are not told apart at a glance. */
function* suspectPairs(
  entries: readonly Pattern[],
  keys: readonly string[],
): Generator<readonly [placed: Pattern, before: Pattern, key: string]> {
  for (const [index, placed] of entries.entries()) {
    for (const before of entries.slice(0, index)) {
      if (!mightMeet(placed.entry.arn, before.entry.arn)) continue;
      const key = keys.find((each) => differ(valueAt(before.entry, each), valueAt(placed.entry, each)));
      if (key !== undefined) yield [placed, before, key];
    }
  }
}

const TOO_MANY =
  'the patterns are too many and too long to be compared with each other. Use fewer, wider ones.';

function overlapWords(
  placed: Placed<'principals' | 'assets'>,
  before: Placed<'principals' | 'assets'>,
  key: string,
) {
  const both = `"${placed.entry.arn}" and "${before.entry.arn}" (${placeOf(before)})`;
  return `${both} fit the same ARNs and differ in "${key}". Make one of them more exact, or let them say the same.`;
}

function differ(a: unknown, b: unknown): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function isUndecided(a: string, b: string): boolean {
  if (a === b) return true;
  return patternsMeet(a, b) && patternCovers(a, b) === patternCovers(b, a);
}

function badNetworks(placed: Placed<'networks'>): readonly Problem[] {
  return placed.entry.cidrs
    .filter((cidr) => canonicalNetwork(cidr) === undefined)
    .map((cidr) => at(placed, `"${cidr}" is no address and no network. Write it as in 203.0.113.0/24.`));
}

function doubleCriticality(placed: Placed<'assets'>): readonly Problem[] {
  const { critical, criticality } = placed.entry;
  if (critical === undefined || criticality === undefined) return [];
  if (critical === (criticality === 'critical')) return [];
  return [
    at(placed, `"critical: ${critical}" and "criticality: ${criticality}" differ. Keep one of the two.`),
  ];
}

function badHours(placed: Placed<'workingHours'>): readonly Problem[] {
  const { timezone, from, to, holidays = [] } = placed.entry;
  const problems: Problem[] = [];
  if (!isTimezone(timezone))
    problems.push(at(placed, `"${timezone}" is no time zone. Write it as in Europe/Berlin.`));
  if (from === to) problems.push(at(placed, `"from" and "to" are the same time. Write when work ends.`));
  const unreal = holidays.filter((day) => !isDay(day));
  for (const day of unreal) problems.push(at(placed, `"${day}" is no day of the calendar. Correct it.`));
  return problems;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
