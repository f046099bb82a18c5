/** Which network announces an address: ranges in sorted arrays, some bytes each, as there are half a million. */
export interface AsnTable {
  find(address: string): { readonly asn: number; readonly asnName: string } | undefined;
}

const COMMA = 44;
const QUOTE = 34;
const LINE_FEED = 10;
const COLON = 58;

/**
 * Reads the two files of @ip-location-db/asn: `asn-ipv4-num.csv` (`16777216,16777471,13335,"Cloudflare, Inc."`)
 * and `asn-ipv6.csv` (`2001:200::,2001:200:ffff:…,2500,WIDE Project`). Rows are sorted and do not overlap.
 * Of IPv6 the first 53 bits count: routers pass on nothing longer than a /48.
 */
export function readAsnTable(v4: Uint8Array, v6: Uint8Array): AsnTable {
  const names = createNames();
  const four = readRanges(v4, names, readDecimal);
  const six = readRanges(v6, names, readIPv6Start);
  return {
    find(address) {
      const asn = address.includes(':') ? six.find(ipv6StartOf(address)) : four.find(numberOf(address));
      return asn === undefined ? undefined : { asn, asnName: names.of(asn) };
    },
  };
}

interface Ranges {
  find(at: number): number | undefined;
}

/** Reads a number at a place of the bytes, up to the next comma; `end` is then the comma's place. */
type ReadNumber = (bytes: Uint8Array, start: number, end: number) => number;

function readRanges(bytes: Uint8Array, names: Names, read: ReadNumber): Ranges {
  const rows = countRows(bytes);
  const starts = new Float64Array(rows);
  const ends = new Float64Array(rows);
  const asns = new Uint32Array(rows);
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const first = placeOf(COMMA, bytes, at);
    const second = placeOf(COMMA, bytes, first + 1);
    const third = placeOf(COMMA, bytes, second + 1);
    const lineEnd = placeOf(LINE_FEED, bytes, third + 1);
    if (third >= bytes.length) break;
    const asn = readDecimal(bytes, second + 1, third);
    starts[count] = read(bytes, at, first);
    ends[count] = read(bytes, first + 1, second);
    asns[count] = asn;
    names.add(asn, bytes, third + 1, lineEnd);
    count += 1;
    at = lineEnd + 1;
  }
  return { find: (value) => search(value, starts, ends, asns, count) };
}

/** A loop, as `indexOf` costs more than the few bytes that it looks at. The end of the bytes where there is none. */
function placeOf(byte: number, bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== byte) at += 1;
  return at;
}

function search(
  value: number,
  starts: Float64Array,
  ends: Float64Array,
  asns: Uint32Array,
  count: number,
): number | undefined {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  const at = low - 1;
  return at >= 0 && value <= (ends[at] as number) ? asns[at] : undefined;
}

function countRows(bytes: Uint8Array): number {
  let rows = 1;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === LINE_FEED) rows += 1;
  return rows;
}

function readDecimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + (bytes[at] as number) - 48;
  return value;
}

/**
 * The first 48 bits of an address as a whole number, and the next 5 as 32nds of one: what a
 * double holds exactly. Groups are read up to `::`; what that leaves out is zero.
 */
function readIPv6Start(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let weight = 65_536 * 65_536;
  let group = 0;
  for (let at = start; at <= end && weight >= 1 / 65_536; at += 1) {
    const byte = at < end ? (bytes[at] as number) : COLON;
    if (byte !== COLON) group = group * 16 + hexDigit(byte);
    else {
      // Of the fourth group a double has room for five bits.
      value += weight >= 1 ? group * weight : (group >>> 11) / 32;
      weight /= 65_536;
      group = 0;
      if (bytes[at + 1] === COLON) break;
    }
  }
  return value;
}

function hexDigit(byte: number): number {
  return byte <= 57 ? byte - 48 : (byte | 32) - 87;
}

function ipv6StartOf(address: string): number {
  const bytes = new TextEncoder().encode(address);
  return readIPv6Start(bytes, 0, bytes.length);
}

function numberOf(address: string): number {
  let value = 0;
  for (const part of address.split('.')) value = value * 256 + Number(part);
  return value;
}

interface Names {
  add(asn: number, bytes: Uint8Array, start: number, end: number): void;
  of(asn: number): string;
}

/** Ninety thousand names: kept as bytes, made text when asked for. */
function createNames(): Names {
  /** Place and length in one number. */
  const places = new Map<number, number>();
  let kept = new Uint8Array(1 << 20);
  let size = 0;
  return {
    add(asn, bytes, start, end) {
      if (places.has(asn)) return;
      const length = Math.min(255, end - start);
      if (size + length > kept.length) {
        const larger = new Uint8Array(kept.length * 2);
        larger.set(kept);
        kept = larger;
      }
      kept.set(bytes.subarray(start, start + length), size);
      places.set(asn, size * 256 + length);
      size += length;
    },
    of(asn) {
      const place = places.get(asn);
      if (place === undefined) return '';
      const start = Math.floor(place / 256);
      const text = new TextDecoder().decode(kept.subarray(start, start + (place % 256))).trim();
      return text.charCodeAt(0) === QUOTE ? text.slice(1).replace(/"$/, '').replaceAll('""', '"') : text;
    },
  };
}
