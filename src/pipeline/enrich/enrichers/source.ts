import type { EventContext } from '../../../domain/event.ts';
import { textAt } from '../../../domain/record.ts';
import { canonicalAddress, networkOf } from '../address.ts';
import type { Enricher } from '../enricher.ts';
import { userAgentOf } from '../user-agent.ts';

/** Where the call came from: an address in one canonical spelling, or the AWS service that made it. */
export const sourceEnricher: Enricher<'source'> = {
  name: 'source',
  enrich({ record }) {
    const { family, tool } = userAgentOf(textAt(record, 'userAgent'));
    return {
      ...sourceScope(textAt(record, 'sourceIPAddress')),
      userAgentFamily: family,
      ...(tool === undefined ? {} : { tool }),
    };
  },
};

type Source = Omit<EventContext['source'], 'userAgentFamily' | 'tool'>;

const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/;

/** Reads `sourceIPAddress`: an address, or a service's name in its place. */
export function sourceScope(sourceAddress: string): Source {
  const from = sourceAddress.trim();
  const address = canonicalAddress(from);
  if (address !== undefined) return { scope: 'address', address, network: networkOf(address) };
  if (from === 'AWS Internal') return { scope: 'aws-service', network: 'aws-internal' };
  if (SERVICE.test(from)) return { scope: 'aws-service', network: from };
  return { scope: 'none' };
}
