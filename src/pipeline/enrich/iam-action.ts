import accessLevels from './iam-access-levels.json' with { type: 'json' };
import { API_GATEWAY_VERBS, IAM_NAMES, IAM_SERVICES } from './iam-names.ts';

/** An IAM action, and what kind of access it is where IAM knows it. */
export interface IamAction {
  /** `s3:PutBucketPolicy`; in CloudTrail's own words where IAM does not know it; '' without names. */
  readonly iam: string;
  readonly accessLevel?: string;
}

interface Known {
  readonly name: string;
  readonly level: string;
}

const SERVICES: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(
  Object.entries(accessLevels.services),
);

/** Actions of a service by lower-case name, made when first asked for: most services are never seen. */
const indexes = new Map<string, ReadonlyMap<string, Known>>();

/** The IAM action that a CloudTrail call is authorised as. */
export function iamActionOf(eventSource: string, eventName: string): IamAction {
  const service = iamServiceOf(eventSource);
  const known = find(service, eventName);
  if (known === undefined) return { iam: `${service}:${eventName}` };
  return { iam: `${service}:${known.name}`, accessLevel: known.level };
}

function iamServiceOf(eventSource: string): string {
  const host = eventSource.replace(/\.amazonaws\.com(\.cn)?$/, '');
  if (host.endsWith('-marketplace')) return 'aws-marketplace';
  return IAM_SERVICES.get(host) ?? host;
}

/** CloudTrail writes some names with the API's version: `ListFunctions20150331`, `CreateDistribution2020_05_31`. */
const VERSION = /\d{4}_?\d{2}_?\d{2}(v\d+)?$/;

function find(service: string, eventName: string): Known | undefined {
  const index = indexOf(service);
  if (index === undefined) return undefined;
  const name = eventName.toLowerCase();
  const bare = name.replace(VERSION, '');
  const mapped = IAM_NAMES.get(`${service}:${bare}`) ?? (service === 'apigateway' ? verbOf(bare) : undefined);
  return index.get(name) ?? index.get(bare) ?? (mapped === undefined ? undefined : index.get(mapped));
}

/** API Gateway is authorised by HTTP verb, not by operation. */
function verbOf(name: string): string | undefined {
  return API_GATEWAY_VERBS.find(([prefix]) => name.startsWith(prefix))?.[1];
}

function indexOf(service: string): ReadonlyMap<string, Known> | undefined {
  const levels = SERVICES.get(service);
  if (levels === undefined) return undefined;
  const index = indexes.get(service) ?? indexFrom(levels);
  indexes.set(service, index);
  return index;
}

function indexFrom(levels: Readonly<Record<string, string>>): ReadonlyMap<string, Known> {
  return new Map(
    Object.entries(levels).flatMap(([level, names]) =>
      names.split(' ').map((name) => [name.toLowerCase(), { name, level }] as const),
    ),
  );
}
