import ipaddr from 'ipaddr.js';

const MAX_ADDRESS_CHARACTERS = 64;

/** A test for addresses within a network, or for one address; undefined where the text is no network. */
export function compileCidr(text: string): ((address: string) => boolean) | undefined {
  const network = parseNetwork(text);
  if (network === undefined) return undefined;
  const [base, bits] = network;
  return (address) => {
    const parsed = parseAddress(address);
    return parsed !== undefined && parsed.kind() === base.kind() && parsed.match(base, bits);
  };
}

function parseNetwork(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  const [address = '', bits, ...rest] = text.trim().split('/');
  const base = parseAddress(address);
  if (base === undefined || rest.length > 0) return undefined;
  const width = base.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return [base, width];
  const length = /^[0-9]{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  return length <= width ? [base, length] : undefined;
}

/** Addresses as people and AWS write them; octal, hexadecimal and short forms are none. IPv4 within IPv6 is IPv4. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (text.length > MAX_ADDRESS_CHARACTERS) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text);
}
