/**
 * trailhive's own observable types. `adapters/thehive` maps each to a type that
 * the server has, or to `other` plus a tag.
 */
export type ObservableType =
  | 'ip'
  | 'user-agent'
  | 'domain'
  | 'aws-account'
  | 'aws-principal'
  | 'aws-access-key'
  | 'aws-resource';

/** A typed value on an alert or case. Canonical: two spellings of one thing are one observable. */
export interface Observable {
  readonly type: ObservableType;
  /** At most 4096 characters (TheHive 5.1.7 and later). */
  readonly value: string;
  /** Roles in the story: `actor`, `source`, `account`, `target`. Sorted, unique. */
  readonly tags: readonly string[];
}

/** Identity of an observable within one alert. */
export function observableKey(observable: Pick<Observable, 'type' | 'value'>): string {
  return `${observable.type}\n${observable.value}`;
}
