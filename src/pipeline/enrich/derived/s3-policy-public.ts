import type { CloudTrailRecord } from '../../../domain/event.ts';
import { listAt, own, textAt, valueAt } from '../../../domain/record.ts';
import { narrows } from './policy-condition.ts';

/**
 * Whether a bucket policy lets anybody in: a statement allows everyone, and no
 * condition of that same statement narrows it to places or accounts that are named.
 */
export function s3PolicyPublic(record: CloudTrailRecord): boolean | undefined {
  const policy = policyOf(valueAt(record, 'requestParameters', 'bucketPolicy'));
  return policy === undefined ? undefined : listAt(policy, 'Statement').some(letsAnybodyIn);
}

/** CloudTrail has the policy as an object; other tools forward it as the text that was sent. */
function policyOf(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return value;
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function letsAnybodyIn(statement: unknown): boolean {
  if (textAt(statement, 'Effect').toLowerCase() !== 'allow') return false;
  return allowsEveryone(statement) && !narrows(own(statement, 'Condition'));
}

/** `NotPrincipal` in an Allow lets in everyone but those named: still everyone. */
function allowsEveryone(statement: unknown): boolean {
  if (own(statement, 'NotPrincipal') !== undefined) return true;
  const principal = own(statement, 'Principal');
  return principal === '*' || listAt(principal, 'AWS').includes('*') || isList(principal);
}

function isList(principal: unknown): boolean {
  return Array.isArray(principal) && principal.includes('*');
}
