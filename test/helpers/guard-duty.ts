import { hashOf } from '../../src/domain/hash.ts';

export const DETECTOR = 'arn:aws:guardduty:eu-west-1:111122223333:detector/d1';

/** A GuardDuty finding as EventBridge carries it: alice's key was used from a Tor exit. */
export function aGuardDutyFinding(
  overrides: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const id = String(overrides['id'] ?? hashOf([overrides]));
  return {
    schemaVersion: '2.0',
    accountId: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    id,
    arn: `${DETECTOR}/finding/${id}`,
    type: 'UnauthorizedAccess:IAMUser/TorIPCaller',
    resource: {
      resourceType: 'AccessKey',
      accessKeyDetails: {
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        principalId: 'AIDACKCEVSQ6C2EXAMPLE',
        userType: 'IAMUser',
        userName: 'alice',
      },
    },
    service: {
      serviceName: 'guardduty',
      detectorId: 'd1',
      action: {
        actionType: 'AWS_API_CALL',
        awsApiCallAction: {
          api: 'ListBuckets',
          serviceName: 's3.amazonaws.com',
          callerType: 'Remote IP',
          remoteIpDetails: { ipAddressV4: '185.220.101.1', country: { countryName: 'Germany' } },
          affectedResources: {},
        },
      },
      resourceRole: 'TARGET',
      additionalInfo: {},
      eventFirstSeen: '2026-11-20T11:40:00Z',
      eventLastSeen: '2026-11-20T11:50:00Z',
      archived: false,
      count: 3,
    },
    severity: 5,
    createdAt: '2026-11-20T11:52:00.000Z',
    updatedAt: '2026-11-20T11:52:00.000Z',
    title: 'API ListBuckets was invoked from a Tor exit node.',
    description: 'API ListBuckets was invoked from the Tor exit node IP address 185.220.101.1.',
    ...overrides,
  };
}

/** All keys as AWS' APIs and exports write them: `AccountId`. */
export function inPascalCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inPascalCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      inPascalCase(each),
    ]),
  );
}

/** As `inPascalCase`, the other way. */
export function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      /^[A-Z][A-Za-z0-9]*$/.test(key) ? key.charAt(0).toLowerCase() + key.slice(1) : key,
      inCamelCase(each),
    ]),
  );
}
