import type { CloudTrailRecord } from '../../../domain/event.ts';
import { listAt, own } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';
import { isAboutEveryone, isAllow, policiesIn, statementsOf } from './s3-policy.ts';

/**
 * Whether the new policy of a bucket or KMS key lets CloudTrail write with it: a
 * statement allows the service, and none denies it, or everyone, without a condition.
 * Without that right no log file arrives any more.
 */
export const letsCloudTrailIn: DerivedFact = {
  name: 'letsCloudTrailIn',
  calls: [...callsOf('s3', 'PutBucketPolicy'), ...callsOf('kms', 'PutKeyPolicy')],
  says: letsIn,
};

const WRITING = [
  '*',
  's3:*',
  's3:put*',
  's3:putobject',
  'kms:*',
  'kms:generatedatakey*',
  'kms:generatedatakey',
];

function letsIn(record: CloudTrailRecord): boolean | undefined {
  const policies = policiesIn(own(record, 'requestParameters'));
  if (policies.length === 0) return undefined;
  const onWriting = statementsOf(policies).filter(isOnWriting).filter(isOnCloudTrail);
  if (onWriting.some((one) => !isAllow(one) && own(one, 'Condition') === undefined)) return false;
  return onWriting.some(isAllow);
}

function isOnCloudTrail(statement: unknown): boolean {
  const services = listAt(own(statement, 'Principal'), 'Service').map((name) => String(name).toLowerCase());
  return services.includes('cloudtrail.amazonaws.com') || isAboutEveryone(statement);
}

function isOnWriting(statement: unknown): boolean {
  return listAt(statement, 'Action').some((action) => WRITING.includes(String(action).toLowerCase()));
}
