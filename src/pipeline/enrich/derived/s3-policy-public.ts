import type { CloudTrailRecord } from '../../../domain/event.ts';
import { listAt, own } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';
import { deniesStrangers, narrows } from './policy-condition.ts';
import { isAboutEveryone, isAllow, policiesIn, statementsOf } from './s3-policy.ts';

/**
 * Whether the policy of a bucket or access point lets anybody in: a statement allows
 * everyone, no condition of that same statement narrows it to places or accounts
 * that are named, and no other statement denies the same to all strangers.
 */
export const s3PolicyPublic: DerivedFact = {
  name: 's3PolicyPublic',
  calls: [
    ...callsOf('s3', 'PutBucketPolicy', 'PutAccessPointPolicy', 'PutMultiRegionAccessPointPolicy'),
    ...callsOf('s3', 'PutAccessPointPolicyForObjectLambda'),
    ...callsOf('s3express', 'PutBucketPolicy'),
    ...callsOf('s3tables', 'PutTableBucketPolicy', 'PutTablePolicy'),
  ],
  says: letsAnybodyIn,
};

function letsAnybodyIn(record: CloudTrailRecord): boolean | undefined {
  const policies = policiesIn(own(record, 'requestParameters'));
  if (policies.length === 0) return undefined;
  const statements = statementsOf(policies);
  const walls = statements.filter(isWall);
  return statements.filter(isOpen).some((door) => !walls.some((wall) => covers(wall, door)));
}

function isOpen(statement: unknown): boolean {
  return isAllow(statement) && isAboutEveryone(statement) && !narrows(own(statement, 'Condition'));
}

function isWall(statement: unknown): boolean {
  if (isAllow(statement) || own(statement, 'NotPrincipal') !== undefined || !isAboutEveryone(statement))
    return false;
  return deniesStrangers(own(statement, 'Condition'));
}

/** Whether all that the one statement allows is denied by the other, as far as equal words tell. */
function covers(wall: unknown, door: unknown): boolean {
  return includesAll(wall, door, 'Action', ['*', 's3:*']) && includesAll(wall, door, 'Resource', ['*']);
}

function includesAll(wall: unknown, door: unknown, key: string, all: readonly string[]): boolean {
  const shut = listAt(wall, key).map((word) => String(word).toLowerCase());
  const open = listAt(door, key).map((word) => String(word).toLowerCase());
  if (shut.some((word) => all.includes(word))) return true;
  return open.length > 0 && open.every((word) => shut.includes(word));
}
