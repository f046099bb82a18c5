import type { CloudTrailRecord } from '../../../domain/event.ts';

/** A list holds at most `LONGEST_LIST` texts. */
export type FactValue = string | number | boolean | readonly string[];

/** Longest list that leaves a record as one fact. */
export const LONGEST_LIST = 50;

/**
 * One fact that Sigma cannot express. It depends on the record alone, so rules may
 * also group by it; what company context says stands under other roots.
 */
export interface DerivedFact {
  /** A rule reads it as `derived.<name>`. */
  readonly name: string;
  /** The calls that it is read from, `s3.amazonaws.com PutBucketPolicy`; of others it is absent. */
  readonly calls: readonly string[];
  /**
   * The fact; undefined where the record does not tell, which is not the same as false.
   * Never throws, whatever an attacker wrote into the record.
   */
  readonly says: (record: CloudTrailRecord) => FactValue | undefined;
}

/** `callsOf('iam', 'CreateUser', 'DeleteUser')` → `iam.amazonaws.com CreateUser`, … */
export function callsOf(service: string, ...names: readonly string[]): readonly string[] {
  return names.map((name) => `${service}.amazonaws.com ${name}`);
}
