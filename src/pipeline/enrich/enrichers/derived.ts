import type { CloudTrailRecord } from '../../../domain/event.ts';
import { textAt } from '../../../domain/record.ts';
import { aclPublic } from '../derived/acl-public.ts';
import { s3PolicyPublic } from '../derived/s3-policy-public.ts';
import { trailNarrowed } from '../derived/trail-narrowed.ts';
import type { Enricher } from '../enricher.ts';

type Fact = readonly [name: string, says: (record: CloudTrailRecord) => boolean | undefined];

/** The facts, by the calls that they are read from. docs/fields.md lists them for authors of rules. */
const FACTS: ReadonlyMap<string, Fact> = new Map([
  ['s3.amazonaws.com PutBucketPolicy', ['s3PolicyPublic', s3PolicyPublic]],
  ['s3.amazonaws.com PutBucketAcl', ['aclPublic', aclPublic]],
  ['s3.amazonaws.com CreateBucket', ['aclPublic', aclPublic]],
  ['s3.amazonaws.com PutObjectAcl', ['aclPublic', aclPublic]],
  ['s3.amazonaws.com PutObject', ['aclPublic', aclPublic]],
  ['cloudtrail.amazonaws.com UpdateTrail', ['trailNarrowed', trailNarrowed]],
  ['cloudtrail.amazonaws.com PutEventSelectors', ['trailNarrowed', trailNarrowed]],
  ['cloudtrail.amazonaws.com UpdateEventDataStore', ['trailNarrowed', trailNarrowed]],
]);

/**
 * Facts that Sigma cannot express, such as two tests on one element of a list.
 * A fact that the record does not tell (parameters left out) is absent, not false.
 */
export const derivedEnricher: Enricher<'derived'> = {
  name: 'derived',
  enrich({ record }) {
    const fact = FACTS.get(`${textAt(record, 'eventSource')} ${textAt(record, 'eventName')}`);
    const said = fact?.[1](record);
    return fact === undefined || said === undefined ? {} : { [fact[0]]: said };
  },
};
