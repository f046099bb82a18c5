/** Where things stand in JSON text that is still bytes. It finds ends; whether what lies between is sound is for the parser. */

const QUOTE = 34;
const BACKSLASH = 92;
const LINE_FEED = 10;

export function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === LINE_FEED || byte === 13 || byte === 9;
}

/** Longest head of a document that is looked at for the start of a list. */
const MAX_HEAD = 256;

/** Behind the `[` of `{"Records":[` or of a list, where one starts here; else -1. */
export function startOfList(buffer: Buffer, at: number): number {
  const head = buffer.toString('latin1', at, at + MAX_HEAD);
  const match = /^(?:\{[ \t\r\n]*"Records"[ \t\r\n]*:[ \t\r\n]*)?\[/.exec(head);
  return match === null ? -1 : at + match[0].length;
}

/** Behind the value that starts here; -1 where the bytes end before it does. */
export function endOfValue(buffer: Buffer, at: number): number {
  const first = buffer[at] as number;
  if (first === QUOTE) return endOfString(buffer, at) + 1 || -1;
  if (DEEPER[first] === 1) return endOfNested(buffer, at + 1);
  let place = at;
  while (place < buffer.length && !endsScalar(buffer[place] as number)) place += 1;
  return place;
}

/** Behind the bracket that closes the object or list whose inside this is; -1 where the bytes end before it. */
export function endOfNested(buffer: Buffer, at: number): number {
  let depth = 1;
  for (let place = at; place < buffer.length; place += 1) {
    const byte = buffer[place] as number;
    if (byte === QUOTE) {
      place = endOfString(buffer, place);
      if (place < 0) return -1;
      continue;
    }
    depth += DEEPER[byte] as number;
    if (depth === 0) return place + 1;
  }
  return -1;
}

/** By byte: 1 opens an object or list, -1 closes one. */
const DEEPER = new Int8Array(256);
for (const open of [91, 123]) DEEPER[open] = 1;
for (const close of [93, 125]) DEEPER[close] = -1;

function endsScalar(byte: number): boolean {
  return byte === 44 || DEEPER[byte] === -1 || isBlank(byte);
}

/** The quote that closes the string that starts here; -1 where the bytes end before it. */
function endOfString(buffer: Buffer, at: number): number {
  let quote = buffer.indexOf(QUOTE, at + 1);
  while (quote >= 0) {
    let slashes = 0;
    while (buffer[quote - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote;
    quote = buffer.indexOf(QUOTE, quote + 1);
  }
  return -1;
}
