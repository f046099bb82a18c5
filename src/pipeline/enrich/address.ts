import ipaddr from 'ipaddr.js';

const DOTTED = /^\d{1,3}(\.\d{1,3}){3}$/;

/** AWS writes decimal parts; zeros in front, as some exporters pad them, are no octal numbers here. */
function canonicalV4(text: string): string | undefined {
  const parts = text.split('.').map(Number);
  return parts.every((part) => part <= 255) ? parts.join('.') : undefined;
}

/** The one spelling of an IPv4 or IPv6 address (RFC 5952, mapped IPv4 as IPv4); undefined for anything else. */
export function canonicalAddress(text: string): string | undefined {
  if (DOTTED.test(text)) return canonicalV4(text);
  const [bare = ''] = text.split('%');
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined;
  const address = ipaddr.IPv6.parse(bare);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** The /24 or /48 around a canonical address: it outlives a change of lease, and is still one place. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/48`).toRFC5952String()}/48`;
}

/** Whether a network is too wide to narrow anything: AWS counts IPv4 beyond /8 and IPv6 beyond /32 as public. */
export function isWideNetwork(network: string): boolean {
  if (!ipaddr.isValidCIDR(network)) return !ipaddr.isValid(network);
  const [address, length] = ipaddr.parseCIDR(network);
  return length < (address.kind() === 'ipv4' ? 8 : 32);
}

const PRIVATE_V4 =
  /^(10\.|127\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|0\.)/;
/** Unique local, link-local, loopback and unspecified, in canonical text. */
const PRIVATE_V6 = /^(f[cd]|fe[89ab]|::1?$)/;

/** Whether a canonical address is one that only private networks use (RFC 1918, 6598, 3927, 4193, 4291). */
export function isPrivateAddress(address: string): boolean {
  return address.includes(':') ? PRIVATE_V6.test(address) : PRIVATE_V4.test(address);
}
