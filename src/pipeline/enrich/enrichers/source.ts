import type { EventContext } from '../../../domain/event.ts';
import { textAt } from '../../../domain/record.ts';
import { canonicalAddress, networkOf } from '../address.ts';
import type { Enricher } from '../enricher.ts';
import { userAgentFamily } from '../user-agent.ts';

/** Where the call came from: an address in one canonical spelling, or the AWS service that made it. */
export const sourceEnricher: Enricher<'source'> = {
  name: 'source',
  enrich(event) {
    return {
      ...placeOf(textAt(event.record, 'sourceIPAddress').trim()),
      userAgentFamily: userAgentFamily(textAt(event.record, 'userAgent')),
    };
  },
};

type Place = Omit<EventContext['source'], 'userAgentFamily'>;

const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/;

function placeOf(from: string): Place {
  const address = canonicalAddress(from);
  if (address !== undefined) return { scope: 'address', address, network: networkOf(address) };
  if (from === 'AWS Internal') return { scope: 'aws-service', network: 'aws-internal' };
  if (SERVICE.test(from)) return { scope: 'aws-service', network: from };
  return { scope: 'none' };
}
