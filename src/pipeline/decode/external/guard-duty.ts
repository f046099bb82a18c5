import type { Actor } from '../../../domain/event.ts';
import type { ExternalFinding } from '../../../domain/external.ts';
import type { Severity } from '../../../domain/severity.ts';
import { accountIn, anyAt, someAt, timeAt, wordsAt } from './any-case.ts';
import { actorOfIdentity } from './identity.ts';

/** A finding that nobody wants to see any more: GuardDuty's own suppression rules and people archive it. */
export function isArchived(detail: unknown): boolean {
  return wordsAt(8, detail, 'service', 'archived').toLowerCase() === 'true';
}

/**
 * Reads a GuardDuty finding as EventBridge, its API or its export writes it.
 * Undefined where it has no id or no type: then it is none.
 */
export function readGuardDuty(detail: unknown, deliveredAt: number): ExternalFinding | undefined {
  const id = wordsAt(512, detail, 'arn') || wordsAt(128, detail, 'id');
  const type = wordsAt(200, detail, 'type');
  if (id === '' || type === '') return undefined;
  const account = accountIn(wordsAt(16, detail, 'accountId'), id);
  const region = wordsAt(32, detail, 'region');
  const updatedAt = timeAt(detail, 'updatedAt') ?? deliveredAt;
  return {
    product: 'guardduty',
    foundBy: '',
    id,
    type,
    title: wordsAt(512, detail, 'title'),
    description: wordsAt(4096, detail, 'description'),
    severity: severityOf(Number(anyAt(detail, 'severity'))),
    ownSeverity: wordsAt(16, detail, 'severity'),
    account,
    region,
    updatedAt,
    lastSeen: timeAt(detail, 'service', 'eventLastSeen') ?? updatedAt,
    count: Math.max(1, Number(wordsAt(12, detail, 'service', 'count')) || 1),
    action: actionOf(detail),
    actors: actorsOf(detail, account, region),
    resources: resourcesOf(detail),
    ...remotesOf(detail),
  };
}

/** GuardDuty's ranges ("Severity levels of GuardDuty findings"): low 1–3.9, medium 4–6.9, high 7–8.9, critical 9–10. */
export function severityOf(figure: number): Severity {
  if (Number.isNaN(figure)) return 'medium';
  if (figure >= 9) return 'critical';
  if (figure >= 7) return 'high';
  if (figure >= 4) return 'medium';
  return figure >= 1 ? 'low' : 'informational';
}

function actionOf(detail: unknown): string {
  const action = anyAt(detail, 'service', 'action');
  return wordsAt(128, action, 'awsApiCallAction', 'api') || wordsAt(64, action, 'actionType');
}

/** The credentials of the finding, and the actors of an attack sequence (extended threat detection). */
function actorsOf(detail: unknown, account: string, region: string): readonly Actor[] {
  const key = anyAt(detail, 'resource', 'accessKeyDetails');
  const named = {
    type: wordsAt(32, key, 'userType'),
    userName: wordsAt(256, key, 'userName'),
    principalId: wordsAt(256, key, 'principalId'),
    accessKeyId: wordsAt(128, key, 'accessKeyId'),
  };
  const inSequence = someAt(detail, 'service', 'detection', 'sequence', 'actors').map((actor) => ({
    type: wordsAt(32, actor, 'user', 'type'),
    userName: wordsAt(256, actor, 'user', 'name'),
    principalId: '',
    accessKeyId: wordsAt(128, actor, 'user', 'credentialUid'),
  }));
  return [named, ...inSequence].flatMap((each) => actorOfIdentity({ ...each, account, region }) ?? []);
}

/** Where a finding about each kind of resource names it. */
const RESOURCE_PATHS: readonly (readonly string[])[] = [
  ['instanceDetails', 'instanceId'],
  ['eksClusterDetails', 'arn'],
  ['ecsClusterDetails', 'arn'],
  ['lambdaDetails', 'functionArn'],
  ['rdsDbInstanceDetails', 'dbInstanceArn'],
  ['rdsLimitlessDbDetails', 'dbShardGroupArn'],
  ['ebsSnapshotDetails', 'snapshotArn'],
  ['ec2ImageDetails', 'imageArn'],
  ['recoveryPointDetails', 'recoveryPointArn'],
];

function resourcesOf(detail: unknown): readonly string[] {
  const resource = anyAt(detail, 'resource');
  const affected = anyAt(detail, 'service', 'action', 'awsApiCallAction', 'affectedResources');
  return distinct([
    ...RESOURCE_PATHS.map((path) => wordsAt(1024, resource, ...path)),
    ...someAt(resource, 's3BucketDetails').map((bucket) => wordsAt(256, bucket, 'arn')),
    ...someAt(resource, 'ebsVolumeDetails', 'scannedVolumeDetails').map((volume) =>
      wordsAt(512, volume, 'volumeArn'),
    ),
    ...someAt(detail, 'service', 'detection', 'sequence', 'resources').map((each) =>
      wordsAt(1024, each, 'uid'),
    ),
    ...textsIn(affected),
  ]);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .filter((text) => typeof text === 'string')
    .map((text) => text.slice(0, 1024));
}

/** Every kind of action names the other side in a place of its own. */
const REMOTE_PATHS: readonly (readonly string[])[] = [
  ['awsApiCallAction', 'remoteIpDetails'],
  ['networkConnectionAction', 'remoteIpDetails'],
  ['kubernetesApiCallAction', 'remoteIpDetails'],
  ['rdsLoginAttemptAction', 'remoteIpDetails'],
];

function remotesOf(detail: unknown): Pick<ExternalFinding, 'addresses' | 'domains'> {
  const action = anyAt(detail, 'service', 'action');
  const probes = someAt(action, 'portProbeAction', 'portProbeDetails').map((probe) =>
    anyAt(probe, 'remoteIpDetails'),
  );
  const endpoints = someAt(detail, 'service', 'detection', 'sequence', 'endpoints');
  const remotes = [...REMOTE_PATHS.map((path) => anyAt(action, ...path)), ...probes];
  return {
    addresses: distinct([
      ...remotes.flatMap((remote) => [
        wordsAt(45, remote, 'ipAddressV4'),
        wordsAt(45, remote, 'ipAddressV6'),
      ]),
      ...endpoints.map((endpoint) => wordsAt(45, endpoint, 'ip')),
    ]),
    domains: distinct([
      wordsAt(253, action, 'dnsRequestAction', 'domain'),
      wordsAt(253, action, 'awsApiCallAction', 'domainDetails', 'domain'),
      ...endpoints.map((endpoint) => wordsAt(253, endpoint, 'domain')),
    ]),
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== '' && text !== '-'))];
}
