import type { Evidence } from '../../domain/finding.ts';
import { identityText } from './identity-text.ts';

/** The resources that a finding of another product is about, as keys of lineage. */
export function resourceKeys(
  { account, eventSource }: Pick<Evidence, 'account' | 'eventSource'>,
  resources: readonly string[],
): string[] {
  const service = eventSource.replace(/\.amazonaws\.com(\.cn)?$/, '');
  return [
    ...new Set(resources.map((resource) => identityText('resource', nameOf(resource, account, service)))),
  ];
}

/** One spelling: EC2's things by id and functions by name, both within their account; buckets without a key; else the ARN. */
function nameOf(resource: string, account: string, service: string): string {
  const [prefix, , ofService = '', , owner = '', ...rest] = resource.split(':');
  if (prefix !== 'arn') return `${account}:${service === 'lambda' ? `function:${resource}` : resource}`;
  const thing = rest.join(':');
  if (ofService === 'ec2') return `${owner || account}:${thing.slice(thing.lastIndexOf('/') + 1)}`;
  if (ofService === 'lambda') return `${owner || account}:function:${rest[1] ?? ''}`;
  if (ofService === 's3') return resource.split('/')[0] ?? resource;
  return resource;
}
