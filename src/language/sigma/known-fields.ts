import { closestName } from '../closest-name.ts';

/** Keys of a CloudTrail record, from AWS' "CloudTrail record contents" and what Insights and Lake events add. */
const RECORD_FIELDS: readonly string[] = [
  ...[
    'eventVersion',
    'userIdentity',
    'eventTime',
    'eventSource',
    'eventName',
    'awsRegion',
    'sourceIPAddress',
  ],
  ...[
    'userAgent',
    'errorCode',
    'errorMessage',
    'requestParameters',
    'responseElements',
    'additionalEventData',
  ],
  ...['requestID', 'eventID', 'eventType', 'apiVersion', 'managementEvent', 'readOnly', 'resources'],
  ...['recipientAccountId', 'serviceEventDetails', 'sharedEventID', 'vpcEndpointId', 'vpcEndpointAccountId'],
  ...['eventCategory', 'addendum', 'sessionCredentialFromConsole', 'edgeDeviceDetails', 'tlsDetails'],
  ...['insightDetails', 'eventContext'],
];

const IDENTITY_FIELDS: readonly string[] = [
  ...['type', 'userName', 'principalId', 'arn', 'accountId', 'accessKeyId', 'sessionContext', 'invokedBy'],
  ...['onBehalfOf', 'inScopeOf', 'identityProvider', 'credentialId'],
];

/** What enriching adds (docs/fields.md), by root. */
const CONTEXT_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'actor',
    ['kind', 'principal', 'name', 'account', 'session', 'accessKeyId', 'sourceIdentity', 'mfa', 'invokedBy'],
  ],
  ['account', ['id', 'name', 'environment', 'owner', 'criticality', 'role']],
  ['action', ['iam', 'accessLevel']],
  ['source', ['scope', 'address', 'network', 'userAgentFamily']],
  ['derived', ['s3PolicyPublic', 'aclPublic', 'trailNarrowed']],
]);

const BY_ROOT: ReadonlyMap<string, readonly string[]> = new Map([
  ...CONTEXT_FIELDS,
  ['userIdentity', IDENTITY_FIELDS],
]);
const ROOTS: readonly string[] = [...RECORD_FIELDS, ...CONTEXT_FIELDS.keys()];

/**
 * What to say of a field that neither CloudTrail nor enriching writes; undefined
 * for a known one. Below `requestParameters` and the like every name is known.
 */
export function unknownField(field: string): string | undefined {
  const [root = '', second] = field.split('.');
  if (!ROOTS.includes(root)) {
    const near = closestName(root, ROOTS);
    const remedy = near === undefined ? 'CloudTrail records have no such key.' : `Did you mean "${near}"?`;
    return `"${field}" is no field of a CloudTrail event, nor one that trailhive adds. ${remedy}`;
  }
  const known = BY_ROOT.get(root);
  if (known === undefined || second === undefined || known.includes(second)) return undefined;
  const near = closestName(second, known);
  const remedy = near === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${root}.${near}"?`;
  return `"${root}" has no "${second}". ${remedy}`;
}
