import ipaddr from 'ipaddr.js';

/**
 * The one spelling of a network: `203.0.113.0/24` for `203.0.113.7/24`, and `/32` or
 * `/128` for an address. Undefined for what is no network.
 */
export function canonicalNetwork(text: string): string | undefined {
  const [base = '', bits, ...rest] = text.trim().split('/');
  if (rest.length > 0) return undefined;
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(base);
  if (!isV4 && !(base.includes(':') && ipaddr.IPv6.isValid(base))) return undefined;
  const width = isV4 ? 32 : 128;
  const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(length <= width)) return undefined;
  const kind = isV4 ? ipaddr.IPv4 : ipaddr.IPv6;
  const network = kind.networkAddressFromCIDR(`${base}/${length}`);
  return `${isV4 ? network.toString() : (network as ipaddr.IPv6).toRFC5952String()}/${length}`;
}
