import type { DeskPlace } from '../../domain/ports.ts';
import { reasonOf, saysAlreadyExists } from './answer.ts';
import { pathOf } from './client.ts';
import type { DeskDeps } from './desk-deps.ts';
import type { ObservableDocument } from './observable-type.ts';
import { text } from './rows.ts';

/** Observables by one request for each type and set of tags; what is there already counts as added. */
export async function addDocuments(
  deps: DeskDeps,
  place: DeskPlace,
  documents: readonly ObservableDocument[],
): Promise<void> {
  const groups = new Map<string, ObservableDocument[]>();
  for (const document of documents) {
    const key = JSON.stringify([document.dataType, document.tags]);
    groups.set(key, [...(groups.get(key) ?? []), document]);
  }
  for (const group of groups.values()) await addGroup(deps, place, group);
}

async function addGroup(
  deps: DeskDeps,
  place: DeskPlace,
  group: readonly ObservableDocument[],
): Promise<void> {
  const [first, ...others] = group;
  if (first === undefined) return;
  const data = others.length === 0 ? first.data : group.map((document) => document.data);
  const answer = await deps.client.send({
    method: 'POST',
    path: pathOf(place.kind, place.id, 'observable'),
    body: { ...first, data },
    // Unique by type and data in its parent: a second one is refused, not doubled.
    repeatable: true,
  });
  if (answer.status === 207) return addFailed(deps, place, group, failuresOf(answer.body));
  if (answer.ok) return;
  if (others.length > 0) {
    for (const document of group) await addGroup(deps, place, [document]);
    return;
  }
  if (!saysAlreadyExists(answer.body)) await degrade(deps, place, first, reasonOf(answer.body));
}

/** Of a partial failure, those that are not simply there already. One that the server does not name counts as added. */
async function addFailed(
  deps: DeskDeps,
  place: DeskPlace,
  group: readonly ObservableDocument[],
  failures: readonly { readonly data: string; readonly body: unknown }[],
): Promise<void> {
  for (const { data, body } of failures) {
    const document = group.find((one) => one.data === data);
    if (document !== undefined && !saysAlreadyExists(body)) {
      await degrade(deps, place, document, reasonOf(body));
    }
  }
}

function failuresOf(body: unknown): readonly { readonly data: string; readonly body: unknown }[] {
  const { failure } = (body ?? {}) as { failure?: unknown };
  if (!Array.isArray(failure)) return [];
  return failure.map((one: { object?: { data?: unknown } } | null) => ({
    data: text(one?.object?.data),
    body: one,
  }));
}

/** A refused type becomes `other` with the type as a tag; a refused `other` is left out and counted. */
async function degrade(
  deps: DeskDeps,
  place: DeskPlace,
  document: ObservableDocument,
  reason: string,
): Promise<void> {
  deps.metrics.count('thehive_degraded', { what: 'observable' });
  if (document.dataType !== 'other') {
    const tags = [...new Set([document.dataType, ...document.tags])];
    return addGroup(deps, place, [{ ...document, dataType: 'other', tags }]);
  }
  deps.log.warn({ place: place.id, reason }, 'an observable was refused and left out');
}
