/**
 * One identity works for another: what `child` does, `parent` does. Identities are
 * texts of at most 256 characters, `key:…`, `actor:…`, `source:…`, `shared:…`, `event:…`.
 */
export interface LineageLink {
  readonly child: string;
  readonly parent: string;
  /** Event time, ms. */
  readonly time: number;
  /**
   * `session`: a credential, session or source identity; they are counted, because one
   * that too many hang on is a broker. `event`: two views of one call, which cannot be too many.
   */
  readonly kind: 'session' | 'event';
}

/** How far lineage reaches before an identity is taken for one that many share. */
export interface LineageLimits {
  /** Sessions that may come from one identity within a day of event time. More: it is a broker and joins nobody. */
  readonly childrenADay: number;
  /** Identities that one may work for. More: its name is shared, and it joins nobody. */
  readonly parents: number;
  /** Identities that are followed from one alert, its own included. */
  readonly followed: number;
}

export const LINEAGE_LIMITS: LineageLimits = { childrenADay: 100, parents: 6, followed: 64 };

/** Start of the day that children are counted in. */
export function lineageDayOf(time: number): number {
  return Math.floor(time / 86_400_000);
}

/** What a store did with links. */
export interface LineageAdded {
  /** Links that a bound refused. */
  readonly cut: number;
  /** Identities that passed a bound for the first time. */
  readonly stopped: readonly string[];
}

/** The identities of an alert and all that they work for. Sorted. */
export interface ResolvedLineage {
  readonly keys: readonly string[];
  /** There were more than may be followed. */
  readonly cut: boolean;
}
