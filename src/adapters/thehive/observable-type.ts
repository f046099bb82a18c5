import type { Observable, ObservableType } from '../../domain/observable.ts';
import { observableKey } from '../../domain/observable.ts';
import { tagOf } from './tag.ts';

/** TheHive's InputCreateObservable, as far as trailhive writes it. */
export interface ObservableDocument {
  readonly dataType: string;
  readonly data: string;
  readonly tags: readonly string[];
}

/** The types that TheHive does not ship; `trailhive setup thehive` makes them. */
export const AWS_OBSERVABLE_TYPES: readonly ObservableType[] = [
  'aws-account',
  'aws-principal',
  'aws-access-key',
  'aws-resource',
];

/** What every TheHive has; used where the list of types cannot be read. */
export const SHIPPED_OBSERVABLE_TYPES: readonly string[] = ['ip', 'user-agent', 'domain', 'other'];

const MAX_DATA_CHARACTERS = 4096;

/** The observable under a type that the server has: its own, or `other` with the type as a tag. */
export function observableDocument(observable: Observable, known: ReadonlySet<string>): ObservableDocument {
  const tags = observable.tags.map(tagOf);
  const data = observable.value.slice(0, MAX_DATA_CHARACTERS);
  if (known.has(observable.type)) return { dataType: observable.type, data, tags };
  return { dataType: 'other', data, tags: [...new Set([observable.type, ...tags])] };
}

/** Documents with something to show, one for each (type, value). */
export function observableDocuments(
  observables: readonly Observable[],
  known: ReadonlySet<string>,
): readonly ObservableDocument[] {
  const byData = new Map<string, ObservableDocument>();
  for (const observable of observables) {
    if (observable.value.trim() === '') continue;
    const document = observableDocument(observable, known);
    const key = observableKey({ type: document.dataType as ObservableType, value: document.data });
    if (!byData.has(key)) byData.set(key, document);
  }
  return [...byData.values()];
}
