import type { CompanyContext } from '../../../domain/company.ts';
import type { Place } from '../../../domain/event.ts';
import type { Places } from '../../../domain/place.ts';
import { textAt } from '../../../domain/record.ts';
import { isPrivateAddress } from '../address.ts';
import type { Enricher } from '../enricher.ts';
import { isAmazon, isHosting, isTorOperator } from '../known-networks.ts';
import { sourceScope } from './source.ts';

/**
 * Where a call came from. The company's own networks come first: what they are is
 * known better here than in any database. Private addresses are in none. It reads the
 * company's networks, which may change, so no group is made of it.
 */
export const placeEnricher: Enricher<'place'> = {
  name: 'place',
  enrich({ record }, company, places) {
    const { scope, address } = sourceScope(textAt(record, 'sourceIPAddress'));
    if (address === undefined) return { scope: scope === 'aws-service' ? 'service' : 'none' };
    return placeOf(address, company, places);
  },
};

function placeOf(address: string, company: CompanyContext, places: Places): Place {
  const network = company.network(address);
  if (network?.isOurs === true) return { scope: 'company', network: network.name };
  const named = network === undefined ? {} : { network: network.name };
  if (isPrivateAddress(address)) return { scope: 'private', ...named };
  const { country, asn, asnName, tor } = places.lookUp(address);
  return {
    scope: isAmazon(asn) ? 'aws' : 'public',
    ...named,
    ...(country === undefined ? {} : { country }),
    ...(asn === undefined ? {} : { asn }),
    ...(asnName === undefined || asnName === '' ? {} : { asnName }),
    ...(isHosting(asn, asnName) ? { hosting: true as const } : {}),
    ...(tor === true || isTorOperator(asn) ? { tor: true as const } : {}),
  };
}
