import type { CloudTrailRecord } from '../../../domain/event.ts';
import { listAt, own, textAt, valueAt } from '../../../domain/record.ts';

const PUBLIC_GROUPS = [
  'acs.amazonaws.com/groups/global/allusers',
  'acs.amazonaws.com/groups/global/authenticatedusers',
];
const PUBLIC_CANNED = ['public-read', 'public-read-write', 'authenticated-read'];
const HEADERS = [
  'x-amz-grant-read',
  'x-amz-grant-write',
  'x-amz-grant-read-acp',
  'x-amz-grant-write-acp',
  'x-amz-grant-full-control',
];

/**
 * Whether an S3 access control list opens a bucket or object to everybody, or to
 * every AWS user, which is as good as everybody. S3 takes it in three forms:
 * grants in the body, grants in headers, a canned list by name.
 */
export function aclPublic(record: CloudTrailRecord): boolean | undefined {
  const parameters = own(record, 'requestParameters');
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  const asked = [parameters, own(parameters, 'accessControlList')].map(lowerKeys);
  return (
    grantsOf(parameters).some(isPublicGrant) ||
    asked.some((headers) => texts(headers.get('x-amz-acl')).some((text) => PUBLIC_CANNED.includes(text))) ||
    asked.some((headers) => HEADERS.some((name) => texts(headers.get(name)).some(namesPublicGroup)))
  );
}

function grantsOf(parameters: unknown): readonly unknown[] {
  return listAt(valueAt(parameters, 'AccessControlPolicy', 'AccessControlList'), 'Grant');
}

function isPublicGrant(grant: unknown): boolean {
  return namesPublicGroup(textAt(grant, 'Grantee', 'URI').toLowerCase());
}

function namesPublicGroup(text: string): boolean {
  return PUBLIC_GROUPS.some((group) => text.includes(group));
}

/** Header names come in any case. */
function lowerKeys(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]));
}

/** A header's value, which CloudTrail writes as text or as a list of texts. */
function texts(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string').map((text) => text.trim().toLowerCase());
}
