/** An alert's place in time and lineage: what decides which incident it belongs to. */
export interface IncidentNode {
  readonly fingerprint: string;
  /** Identities of its actors. Empty: the alert is its own incident. */
  readonly lineage: readonly string[];
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** A case of TheHive that an incident owns. */
export interface IncidentCase {
  /** TheHive's `_id`. */
  readonly caseId: string;
  /** Human number. */
  readonly number: number;
}

/** Alerts that share an actor lineage and follow each other within the incident gap. */
export interface Incident {
  /** Fingerprint of its earliest alert (then the smaller one). */
  readonly id: string;
  readonly firstSeen: number;
  /** Sorted. */
  readonly fingerprints: readonly string[];
  /** The elder's case first; more than one means that a late link joined two incidents. */
  readonly cases: readonly IncidentCase[];
}
