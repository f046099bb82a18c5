import type { CloudTrailRecord } from '../../../domain/event.ts';
import { flagAt, own } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';
import { valuesByKey } from './values-by-key.ts';

/**
 * Whether an S3 access control list opens a bucket or object to everybody, or to
 * every AWS user, which is as good as everybody. S3 takes it in three forms:
 * grants in the body, grants in headers, a canned list by name.
 */
export const aclPublic: DerivedFact = {
  name: 'aclPublic',
  calls: callsOf(
    's3',
    'PutBucketAcl',
    'CreateBucket',
    'PutObjectAcl',
    'PutObject',
    'CopyObject',
    'CreateMultipartUpload',
  ),
  says: opensByAcl,
};

const PUBLIC_GROUPS = [
  'acs.amazonaws.com/groups/global/allusers',
  'acs.amazonaws.com/groups/global/authenticatedusers',
];
const PUBLIC_CANNED = ['public-read', 'public-read-write', 'authenticated-read'];

const URI = new Set(['uri']);
/** CloudTrail spells headers with hyphens, some exporters with underscores. */
const CANNED = bothSpellings(['x-amz-acl']);
const GRANTS = bothSpellings([
  'x-amz-grant-read',
  'x-amz-grant-write',
  'x-amz-grant-read-acp',
  'x-amz-grant-write-acp',
  'x-amz-grant-full-control',
]);

function opensByAcl(record: CloudTrailRecord): boolean | undefined {
  const asked = own(record, 'requestParameters');
  if (typeof asked !== 'object' || asked === null || flagAt(asked, 'omitted') === true) return undefined;
  return (
    textsUnder(asked, CANNED).some((text) => PUBLIC_CANNED.includes(text)) ||
    [...textsUnder(asked, URI), ...textsUnder(asked, GRANTS)].some(namesPublicGroup)
  );
}

function namesPublicGroup(text: string): boolean {
  return PUBLIC_GROUPS.some((group) => text.includes(group));
}

function textsUnder(asked: unknown, keys: ReadonlySet<string>): readonly string[] {
  return valuesByKey(asked, keys)
    .filter((value) => typeof value === 'string')
    .map((text) => text.trim().toLowerCase());
}

function bothSpellings(names: readonly string[]): ReadonlySet<string> {
  return new Set([...names, ...names.map((name) => name.replaceAll('-', '_'))]);
}
