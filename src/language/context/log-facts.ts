/** What a log shows of the things that `context/` can list. Counts are exact; beyond `MAX_NAMES` names are left out. */
export interface LogFacts {
  readonly records: number;
  /** Epoch ms; `Infinity` and `-Infinity` where no record has a time. */
  readonly first: number;
  readonly last: number;
  readonly accounts: ReadonlyMap<string, number>;
  readonly principals: ReadonlyMap<string, SeenPrincipal>;
  /** Calls by address. */
  readonly addresses: ReadonlyMap<string, number>;
  /** By /24 or /48: calls, and which people made them. */
  readonly networks: ReadonlyMap<string, SeenNetwork>;
  /** Launches that did not fail. */
  readonly images: ReadonlyMap<string, SeenImage>;
  readonly instanceTypes: ReadonlyMap<string, number>;
  /** Calls of services that have a region. */
  readonly regions: ReadonlyMap<string, number>;
  readonly resources: ReadonlyMap<string, number>;
  /** Calls of people by hour of the week, UTC, from Monday 00:00. */
  readonly hoursOfPeople: readonly number[];
}

export interface SeenPrincipal {
  readonly calls: number;
  /** What acts behind it in most calls, as far as records tell. */
  readonly nature: string;
}

export interface SeenNetwork {
  readonly calls: number;
  readonly people: ReadonlySet<string>;
}

export interface SeenImage {
  readonly launches: number;
  readonly regions: ReadonlySet<string>;
}

/** Of each kind. A log of a large organisation stays far below it; an attacker's does not fill the memory. */
export const MAX_NAMES = 200_000;
export const HOURS_OF_WEEK = 168;
