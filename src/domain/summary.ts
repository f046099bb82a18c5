import {
  ACTOR_LIMIT,
  type Evidence,
  type Finding,
  type MemberSummary,
  OBSERVABLE_LIMIT,
  type SeenActor,
} from './finding.ts';
import { observableKey } from './observable.ts';
import { mergeRisk } from './risk.ts';

type SeenObservable = MemberSummary['observables'][number];

/**
 * What some events say together. A function of their set, not of their order:
 * summaries of parts, merged, are the summary of the whole (`mergeObservables`,
 * `mergeActors`).
 */
export function summarize(events: readonly Evidence[]): MemberSummary {
  const principal = commonPrincipal(events);
  return {
    observables: mergeObservables(
      events.flatMap((event) => event.observables.map((each) => ({ ...each, firstSeen: event.time }))),
    ),
    actors: mergeActors(events.map((event) => ({ ...event.actor, firstSeen: event.time }))),
    ...(principal === undefined ? {} : { principal }),
    stable: commonFacts(events),
    marks: [...new Set(events.flatMap((event) => event.marks))].sort(),
    risk: events.length === 0 ? {} : events.map(({ risk = {} }) => risk).reduce(mergeRisk),
  };
}

/**
 * What all members of the finding say together. `undefined` where nobody knows:
 * the evidence is only a sample and came without a summary.
 */
export function summaryOf(finding: Finding): MemberSummary | undefined {
  if (finding.summary !== undefined) return finding.summary;
  return finding.evidence.length >= finding.members.length && finding.evidence.length > 0
    ? summarize(finding.evidence)
    : undefined;
}

/**
 * One entry an observable, with its earliest time and the tags of all; the
 * earliest `OBSERVABLE_LIMIT` stay. (Only beyond that limit may a tag be lost:
 * that of a late sighting that had fallen out before an earlier one came.)
 */
export function mergeObservables(...lists: readonly (readonly SeenObservable[])[]): SeenObservable[] {
  const byKey = new Map<string, SeenObservable>();
  for (const each of lists.flat()) {
    const key = observableKey(each);
    const known = byKey.get(key);
    byKey.set(key, {
      type: each.type,
      value: each.value,
      tags: [...new Set([...(known?.tags ?? []), ...each.tags])].sort(),
      firstSeen: Math.min(known?.firstSeen ?? each.firstSeen, each.firstSeen),
    });
  }
  return earliest([...byKey], OBSERVABLE_LIMIT);
}

/** One entry a principal and session, as its earliest event states it; the earliest `ACTOR_LIMIT` stay. */
export function mergeActors(...lists: readonly (readonly SeenActor[])[]): SeenActor[] {
  const byKey = new Map<string, SeenActor>();
  for (const each of lists.flat()) {
    const key = `${each.principal}\n${each.session ?? ''}`;
    const known = byKey.get(key);
    if (known === undefined || isEarlier(each, known)) byKey.set(key, each);
  }
  return earliest([...byKey], ACTOR_LIMIT);
}

function isEarlier(a: SeenActor, b: SeenActor): boolean {
  if (a.firstSeen !== b.firstSeen) return a.firstSeen < b.firstSeen;
  return JSON.stringify(a) < JSON.stringify(b);
}

function earliest<T extends { readonly firstSeen: number }>(
  entries: readonly (readonly [string, T])[],
  limit: number,
): T[] {
  return entries
    .toSorted(([keyA, a], [keyB, b]) => a.firstSeen - b.firstSeen || (keyA < keyB ? -1 : 1))
    .slice(0, limit)
    .map(([, value]) => value);
}

function commonPrincipal(events: readonly Evidence[]): string | undefined {
  const principals = new Set(events.map((event) => event.actor.principal));
  const [only] = principals;
  return principals.size === 1 ? only : undefined;
}

/** Facts that every one of the events states, with the same value. */
export function commonFacts(events: readonly Pick<Evidence, 'stable'>[]): Record<string, string> {
  const [first, ...others] = events;
  const common = Object.entries(first?.stable ?? {}).filter(([name, value]) =>
    others.every((event) => Object.hasOwn(event.stable, name) && event.stable[name] === value),
  );
  return Object.fromEntries(common);
}
