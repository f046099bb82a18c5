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
    [
      ...[
        'kind',
        'nature',
        'channel',
        'principal',
        'name',
        'account',
        'session',
        'sessionName',
        'sessionStart',
      ],
      ...[
        'accessKeyId',
        'credential',
        'sourceIdentity',
        'identityProvider',
        'onBehalfOf',
        'mfa',
        'invokedBy',
      ],
    ],
  ],
  ['account', ['id', 'name', 'environment', 'owner', 'criticality', 'role']],
  ['action', ['iam', 'service', 'accessLevel', 'risks', 'noise']],
  ['source', ['scope', 'address', 'network', 'userAgentFamily', 'tool']],
  ['place', ['scope', 'network', 'country', 'asn', 'asnName', 'hosting', 'tor']],
  ['target', ['resources']],
  [
    'company',
    [
      ...['actorKind', 'actorOwner', 'actorTeam', 'actorOnCall', 'actorIsPipeline', 'actorIsAdmin'],
      ...['actorIsBreakGlass', 'actorReach', 'actorRiskClasses', 'network', 'networkKind', 'networkIsOurs'],
      ...['asset', 'assetCriticality', 'assetOwner', 'targetIsAdmin', 'targetGroupIsAdmin'],
      ...['grantsOutside', 'instanceTypesInUse', 'regionInUse', 'inWorkingHours', 'image', 'imageOwner'],
    ],
  ],
  [
    'derived',
    [
      's3PolicyPublic',
      'aclPublic',
      'trailNarrowed',
      ...[
        'expensiveInstances',
        'imageId',
        'instanceCount',
        'instanceTypes',
        'kmsKey',
        'letsCloudTrailIn',
        'publicAccessBlockOff',
        'signInIsOwn',
        'signInOwner',
        'worldOpened',
        'worldOpenedIsWeb',
      ],
      ...[
        'foreignKey',
        'grantedAccounts',
        'lifecycleDays',
        'namesAsked',
        'policyAdmin',
        'roleAccountOther',
        'signIn',
        'signInMfa',
      ],
    ],
  ],
]);

const BY_ROOT: ReadonlyMap<string, readonly string[]> = new Map([
  ...CONTEXT_FIELDS,
  ['userIdentity', IDENTITY_FIELDS],
]);
const ROOTS: readonly string[] = [...RECORD_FIELDS, ...CONTEXT_FIELDS.keys()];

/** Every field that enriching may add, `actor.kind`. */
export function contextFields(): string[] {
  return [...CONTEXT_FIELDS].flatMap(([root, names]) => names.map((name) => `${root}.${name}`));
}

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
