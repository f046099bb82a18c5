import { readRecords } from '../adapters/files/records-reader.ts';
import type { CloudTrailRecord, EnrichedEvent } from '../domain/event.ts';
import type { Problem } from '../domain/problem.ts';
import { textAt } from '../domain/record.ts';
import { HOURS_OF_WEEK, type LogFacts, MAX_NAMES } from '../language/context/log-facts.ts';
import { parseContext } from '../language/context.ts';
import { toEvent } from '../pipeline/decode/decode.ts';
import { imageIdsOf } from '../pipeline/enrich/derived/image-ids.ts';
import { instanceTypesOf, LAUNCH_CALLS } from '../pipeline/enrich/derived/instance-types.ts';
import { createEnrich } from '../pipeline/enrich/enrich.ts';
import { isGlobalService } from '../pipeline/enrich/global-service.ts';

export interface ReadLogOptions {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly onProblem: (problem: Problem) => void;
  readonly onProgress?: (records: number) => void;
  /** Stands in for the time of records whose own cannot be believed, epoch ms. */
  readonly now: number;
}

const TOLD_EVERY = 10_000;
const HOUR_MS = 3_600_000;

/** Reads files, folders or `-`, and says what they show of accounts, people and things. */
export async function readLogFacts(files: readonly string[], options: ReadLogOptions): Promise<LogFacts> {
  const seen = nothingYet();
  const enrich = createEnrich(parseContext([]).context);
  let index = 0;
  for await (const { file, record } of readRecords(files, options)) {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) continue;
    const ref = { id: file, deliveredAt: options.now };
    addEvent(seen, enrich(toEvent(record as CloudTrailRecord, ref, index)));
    index += 1;
    if (index % TOLD_EVERY === 0) options.onProgress?.(index);
  }
  return factsOf(seen);
}

interface Principal {
  calls: number;
  readonly natures: Map<string, number>;
}

interface Gathered {
  records: number;
  first: number;
  last: number;
  readonly accounts: Map<string, number>;
  readonly addresses: Map<string, number>;
  readonly instanceTypes: Map<string, number>;
  readonly regions: Map<string, number>;
  readonly resources: Map<string, number>;
  readonly principals: Map<string, Principal>;
  readonly networks: Map<string, { calls: number; readonly people: Set<string> }>;
  readonly images: Map<string, { launches: number; readonly regions: Set<string> }>;
  readonly hoursOfPeople: number[];
}

function nothingYet(): Gathered {
  return {
    records: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    accounts: new Map(),
    addresses: new Map(),
    instanceTypes: new Map(),
    regions: new Map(),
    resources: new Map(),
    principals: new Map(),
    networks: new Map(),
    images: new Map(),
    hoursOfPeople: Array.from({ length: HOURS_OF_WEEK }, () => 0),
  };
}

function addEvent(seen: Gathered, event: EnrichedEvent): void {
  const { source, target } = event.context;
  seen.records += 1;
  if (event.complete) {
    seen.first = Math.min(seen.first, event.time);
    seen.last = Math.max(seen.last, event.time);
  }
  count(seen.accounts, event.account);
  count(seen.addresses, source.address ?? '');
  if (!isGlobalService(textAt(event.record, 'eventSource'))) {
    count(seen.regions, textAt(event.record, 'awsRegion'));
  }
  for (const resource of target.resources) count(seen.resources, resource);
  addLaunch(seen, event);
  addActor(seen, event);
}

function addActor(seen: Gathered, event: EnrichedEvent): void {
  const { principal, nature = 'unknown' } = event.context.actor;
  const actor = entry(seen.principals, principal, () => ({ calls: 0, natures: new Map() }));
  if (actor === undefined) return;
  actor.calls += 1;
  count(actor.natures, nature);
  if (nature === 'person' || nature === 'federated') addPerson(seen, event);
}

function addPerson(seen: Gathered, { context: { actor, source }, time, complete }: EnrichedEvent): void {
  const name = source.scope === 'address' ? (source.network ?? '') : '';
  const network = entry(seen.networks, name, () => ({ calls: 0, people: new Set() }));
  if (network !== undefined) {
    network.calls += 1;
    if (network.people.size < MAX_NAMES) network.people.add(actor.principal);
  }
  const hour = hourOfWeek(time);
  if (complete) seen.hoursOfPeople[hour] = (seen.hoursOfPeople[hour] ?? 0) + 1;
}

const LAUNCHING: ReadonlySet<string> = new Set(LAUNCH_CALLS);

function addLaunch(seen: Gathered, { record }: EnrichedEvent): void {
  const call = `${textAt(record, 'eventSource')} ${textAt(record, 'eventName')}`;
  if (!LAUNCHING.has(call) || textAt(record, 'errorCode') !== '') return;
  for (const type of instanceTypesOf(record)) count(seen.instanceTypes, type);
  for (const id of imageIdsOf(record)) {
    const image = entry(seen.images, id, () => ({ launches: 0, regions: new Set() }));
    if (image === undefined) continue;
    image.launches += 1;
    image.regions.add(textAt(record, 'awsRegion'));
  }
}

function factsOf({ principals, ...rest }: Gathered): LogFacts {
  const named = [...principals].map(
    ([arn, { calls, natures }]) => [arn, { calls, nature: most(natures) }] as const,
  );
  return { ...rest, principals: new Map(named) };
}

function entry<Seen>(seen: Map<string, Seen>, name: string, make: () => Seen): Seen | undefined {
  const known = seen.get(name);
  if (known !== undefined || name === '' || seen.size >= MAX_NAMES) return known;
  const made = make();
  seen.set(name, made);
  return made;
}

function count(counts: Map<string, number>, name: string): void {
  if (name === '' || (counts.size >= MAX_NAMES && !counts.has(name))) return;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function most(counts: ReadonlyMap<string, number>): string {
  const [first] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return first?.[0] ?? 'unknown';
}

/** From Monday 00:00 UTC; the epoch was a Thursday. */
function hourOfWeek(time: number): number {
  const hours = Math.floor(time / HOUR_MS) + 3 * 24;
  return ((hours % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}
