import { clip } from '../../domain/clip.ts';
import type { Actor } from '../../domain/event.ts';
import type { ExternalFinding } from '../../domain/external.ts';
import { type Observable, type ObservableType, observableKey } from '../../domain/observable.ts';

/** TheHive's bound for an observable's value. */
const VALUE_LENGTH = 4096;

/** What an analyst would look up or act on, spelled as the observables of CloudTrail events are. */
export function observablesOf(
  { account, actors, addresses, domains }: ExternalFinding,
  actor: Actor,
  resources: readonly string[],
): readonly Observable[] {
  const all = [
    ...[actor, ...actors].flatMap(({ principal, accessKeyId = '' }) => [
      ...one('aws-principal', principal, 'actor'),
      ...one('aws-access-key', accessKeyId, 'actor'),
    ]),
    ...addresses.flatMap((address) => one('ip', address, 'source')),
    ...domains.flatMap((domain) => one('domain', domain, 'source')),
    ...one('aws-account', account, 'account'),
    ...resources.flatMap((resource) => one('aws-resource', resource, 'target')),
  ];
  return [...new Map(all.map((each) => [observableKey(each), each])).values()];
}

function one(type: ObservableType, text: string, tag: string): readonly Observable[] {
  const value = clip(text, VALUE_LENGTH);
  return value === '' ? [] : [{ type, value, tags: [tag] }];
}
