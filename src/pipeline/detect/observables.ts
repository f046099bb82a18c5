import { clip } from '../../domain/clip.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import { type Observable, type ObservableType, observableKey } from '../../domain/observable.ts';
import { textAt } from '../../domain/record.ts';

/** TheHive's bound for an observable's value. */
const VALUE_LENGTH = 4096;

/**
 * The typed values of one event that an analyst would look up or act on. Each
 * once: a thing in two roles bears both tags. An AWS service in the place of the
 * source address is no observable: it says nothing about anybody.
 */
export function observablesOf(event: EnrichedEvent, resources: readonly string[]): readonly Observable[] {
  const { actor, source, account } = event.context;
  return unique([
    ...one('aws-principal', actor.kind === 'service' ? '' : actor.principal, 'actor'),
    ...one('aws-access-key', actor.accessKeyId ?? '', 'actor'),
    ...one('ip', source.scope === 'address' ? (source.address ?? '') : '', 'source'),
    ...one('user-agent', isTelling(event) ? textAt(event.record, 'userAgent') : '', 'source'),
    ...one('aws-account', event.account || account.id, 'account'),
    ...one('aws-account', actor.account, 'actor'),
    ...resources.flatMap((resource) => one('aws-resource', resource, 'target')),
  ]);
}

/** A service's own name as user agent repeats what the source says. */
function isTelling({ context }: EnrichedEvent): boolean {
  return !['aws-service', 'none'].includes(context.source.userAgentFamily);
}

function one(type: ObservableType, text: string, tag: string): readonly Observable[] {
  const value = clip(text, VALUE_LENGTH);
  return value === '' ? [] : [{ type, value, tags: [tag] }];
}

function unique(observables: readonly Observable[]): readonly Observable[] {
  const byKey = new Map<string, Observable>();
  for (const observable of observables) {
    const key = observableKey(observable);
    const tags = new Set([...(byKey.get(key)?.tags ?? []), ...observable.tags]);
    byKey.set(key, { ...observable, tags: [...tags].sort() });
  }
  return [...byKey.values()];
}
