/**
 * AssemblyScript: the inner loop of src/pipeline/decode/byte-gate.ts, which says what it
 * means and lays out the memory. `node scripts/build-record-judge.mjs` compiles it.
 *
 * One pass over a region of bytes finds the needles in it, 32 bytes at a time, and says
 * which records must be parsed. The filter is the one of Teddy (Hyperscan), thinned:
 * of every second byte the low four bits, which are the same for both cases of a letter,
 * choose from four tables which patterns may be there. A needle has two patterns,
 * one for each parity of its place.
 */

const QUOTE: u32 = 34;
const COLON: u32 = 58;
const BACKSLASH: u32 = 92;
const OPEN: u32 = 123;
const CLOSE: u32 = 125;
const LINE_FEED: u32 = 10;
const RETURN: u32 = 13;

/** What a needle says of the record in which it stands; any other kind: it must be parsed. */
const KIND_VERSION: u32 = 0;
const KIND_NAME: u32 = 1;
const KIND_TYPE: u32 = 2;

const NAME_KEY_LENGTH: usize = 11;
/** Longest event name or version that is read; a longer one lets its record through. */
const MAX_NAME: usize = 256;
const MAX_VERSION: usize = 12;

/** Eight patterns each: four tables of 16 bytes. What was found of a group is kept at 16 × group. */
let groups: u32 = 0;
let tables: usize = 0;
/** By pattern: the list of its needles. */
let lists: usize = 0;
let names: usize = 0;
let types: usize = 0;
let asksType: bool = false;
let versionKey: usize = 0;
let identityKey: usize = 0;

export function setUp(
  groupCount: u32,
  tablesAt: usize,
  listsAt: usize,
  namesAt: usize,
  typesAt: usize,
  hasTypes: bool,
  versionKeyAt: usize,
  identityKeyAt: usize,
): void {
  groups = groupCount;
  tables = tablesAt;
  lists = listsAt;
  names = namesAt;
  types = typesAt;
  asksType = hasTypes;
  versionKey = versionKeyAt;
  identityKey = identityKeyAt;
}

let region: usize = 0;
let regionEnd: usize = 0;
/** The record that is being judged, and what it has shown. */
let start: usize = 0;
let index: u32 = 0;
let nameCount: u32 = 0;
let passes: bool = false;
let showsType: bool = false;
let output: usize = 0;
let passed: u32 = 0;

/** Records of the region that was judged last. */
export function seen(): u32 {
  return index;
}

/**
 * Judges `length` bytes, behind which 64 more can be read, and writes start, end and
 * index of each record that must be parsed to `to`. Returns how many.
 */
export function judge(from: usize, length: usize, byLine: bool, to: usize): u32 {
  region = from;
  regionEnd = from + length;
  start = from;
  index = 0;
  nameCount = 0;
  passes = false;
  showsType = false;
  output = to;
  passed = 0;
  scan(byLine);
  if (!byLine) finish(regionEnd);
  else if (start < regionEnd) finish(withoutReturn(regionEnd));
  return passed;
}

function scan(byLine: bool): void {
  const zero = i8x16.splat(0);
  const backslash = i8x16.splat(92);
  const feed = byLine ? i8x16.splat(10) : backslash;
  const tablesEnd = tables + groups * 64;
  const table0 = v128.load(tables);
  const table1 = v128.load(tables, 16);
  const table2 = v128.load(tables, 32);
  const table3 = v128.load(tables, 48);
  let next = evenNibbles(region);
  for (let at = region; at < regionEnd; at += 32) {
    const even0 = next;
    next = evenNibbles(at + 32);
    const even1 = i8x16.shuffle(even0, next, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    const even2 = i8x16.shuffle(even0, next, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
    const even3 = i8x16.shuffle(even0, next, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
    const first = v128.and(
      v128.and(i8x16.swizzle(table0, even0), i8x16.swizzle(table1, even1)),
      v128.and(i8x16.swizzle(table2, even2), i8x16.swizzle(table3, even3)),
    );
    let any = first;
    for (let table = tables + 64, kept: usize = 16; table < tablesEnd; table += 64, kept += 16) {
      const found = v128.and(
        v128.and(i8x16.swizzle(v128.load(table), even0), i8x16.swizzle(v128.load(table, 16), even1)),
        v128.and(i8x16.swizzle(v128.load(table, 32), even2), i8x16.swizzle(v128.load(table, 48), even3)),
      );
      v128.store(kept, found);
      any = v128.or(any, found);
    }
    // The sign bit of a byte that is not ASCII, is a backslash, or ends a line.
    const low = v128.load(at);
    const high = v128.load(at, 16);
    const odd = v128.or(
      v128.or(v128.or(low, high), v128.or(i8x16.eq(low, backslash), i8x16.eq(high, backslash))),
      v128.or(i8x16.eq(low, feed), i8x16.eq(high, feed)),
    );
    let specials: u32 = 0;
    if (i8x16.bitmask(odd) !== 0) specials = specialsAt(at, byLine) | (specialsAt(at + 16, byLine) << 16);
    let candidates: u32 = 0;
    if (v128.any_true(any)) {
      candidates = i8x16.bitmask(i8x16.ne(any, zero));
      v128.store(0, first);
    } else if (specials === 0) continue;
    take(at, candidates, specials, byLine);
  }
}

// @ts-expect-error: decorator
@inline
function evenNibbles(at: usize): v128 {
  const low = i16x8.splat(15);
  return i8x16.narrow_i16x8_u(v128.and(v128.load(at), low), v128.and(v128.load(at, 16), low));
}

/**
 * Which of 16 bytes start another spelling of something that a needle may mean: `\u`, `\/`,
 * the Kelvin sign, the dotted capital i, the long s; or end a line where that counts.
 */
function specialsAt(at: usize, byLine: bool): u32 {
  const byte0 = v128.load(at);
  const byte1 = v128.load(at, 1);
  const byte2 = v128.load(at, 2);
  const escaped = v128.and(
    i8x16.eq(byte0, i8x16.splat(92)),
    v128.or(i8x16.eq(byte1, i8x16.splat(117)), i8x16.eq(byte1, i8x16.splat(47))),
  );
  const kelvin = v128.and(
    i8x16.eq(byte0, i8x16.splat(<i8>0xe2)),
    v128.and(i8x16.eq(byte1, i8x16.splat(<i8>0x84)), i8x16.eq(byte2, i8x16.splat(<i8>0xaa))),
  );
  const dotted = v128.and(i8x16.eq(byte0, i8x16.splat(<i8>0xc4)), i8x16.eq(byte1, i8x16.splat(<i8>0xb0)));
  const long = v128.and(i8x16.eq(byte0, i8x16.splat(<i8>0xc5)), i8x16.eq(byte1, i8x16.splat(<i8>0xbf)));
  const spelling = v128.or(v128.or(escaped, kelvin), v128.or(dotted, long));
  return i8x16.bitmask(byLine ? v128.or(spelling, i8x16.eq(byte0, i8x16.splat(10))) : spelling);
}

/** In the order of the bytes, so that each hit counts for the record in which it stands. */
function take(block: usize, candidates: u32, specials: u32, byLine: bool): void {
  let pairs = candidates;
  if (specials !== 0) pairs |= evenBits(specials | (specials >> 1));
  while (pairs !== 0) {
    const pair = ctz(pairs);
    pairs &= pairs - 1;
    const at = block + ((pair as usize) << 1);
    if ((candidates >> pair) & 1) takeCandidate(at, pair, byLine);
    const special = (specials >> (pair << 1)) & 3;
    if (special & 1) takeSpecial(at);
    if (special & 2) takeSpecial(at + 1);
  }
}

function takeCandidate(at: usize, pair: u32, byLine: bool): void {
  for (let group: usize = 0; group < groups; group++) {
    let patterns: u32 = load<u8>((group << 4) + pair);
    while (patterns !== 0) {
      const pattern = (group << 3) + (ctz(patterns) as usize);
      patterns &= patterns - 1;
      takeNeedles(at, load<u32>(lists + (pattern << 2)) as usize, byLine);
    }
  }
}

/** A needle: the next of the list, where its pattern lies in it, its length, its kind, its words. */
function takeNeedles(at: usize, list: usize, byLine: bool): void {
  for (let needle = list; needle !== 0; needle = load<u32>(needle) as usize) {
    const offset = load<u32>(needle, 4) as usize;
    const length = load<u32>(needle, 8) as usize;
    const place = at - offset;
    if (at < region + offset || place + length > regionEnd || !spells(place, needle + 16, length)) continue;
    const kind = load<u32>(needle, 12);
    if (kind === KIND_VERSION) {
      if (byLine || place === region) continue;
      finish(place - 1);
      start = place;
    } else if (kind === KIND_NAME) {
      // In any case of its letters: a key that only looks like it makes the record have two, or none.
      nameCount++;
      if (mayHaveName(place + NAME_KEY_LENGTH)) passes = true;
    } else if (kind === KIND_TYPE) showsType = true;
    else passes = true;
  }
}

function takeSpecial(at: usize): void {
  if (at >= regionEnd) return;
  if (load<u8>(at) === LINE_FEED) {
    finish(withoutReturn(at));
    start = at + 1;
  } else passes = true;
}

function withoutReturn(end: usize): usize {
  return end > start && load<u8>(end - 1) === RETURN ? end - 1 : end;
}

function finish(end: usize): void {
  if (passes || nameCount !== 1 || isUnsure(end)) {
    const to = output + passed * 12;
    store<u32>(to, u32(start - region));
    store<u32>(to, u32(end - region), 4);
    store<u32>(to, index, 8);
    passed++;
  }
  index++;
  nameCount = 0;
  passes = false;
  showsType = false;
}

function isUnsure(end: usize): bool {
  if (end <= start || load<u8>(start) !== OPEN || load<u8>(end - 1) !== CLOSE) return true;
  if (!asksType) return false;
  const type = typeAtStart();
  return type === 0 ? showsType : mayBeOneOf(type, types);
}

/** Where the text of `userIdentity.type` starts, in a record that begins as AWS writes it; else 0. */
function typeAtStart(): usize {
  if (!standsAt(start, versionKey)) return 0;
  let at = start + (load<u32>(versionKey) as usize);
  const limit = min(at + MAX_VERSION, regionEnd);
  while (at < limit && load<u8>(at) !== QUOTE) {
    if (load<u8>(at) === BACKSLASH) return 0;
    at++;
  }
  return at < limit && standsAt(at + 1, identityKey) ? at + 1 + (load<u32>(identityKey) as usize) : 0;
}

/** Behind the key `"eventName"`: false only for a plain string that is none of the names. */
function mayHaveName(at: usize): bool {
  if (at + 1 >= regionEnd || load<u8>(at) !== COLON || load<u8>(at + 1) !== QUOTE) return true;
  return mayBeOneOf(at + 2, names);
}

/** Whether the string whose text starts here may be one of the texts, in any case. Hashes: equal ones may pass wrongly. */
function mayBeOneOf(from: usize, hashes: usize): bool {
  const limit = min(from + MAX_NAME, regionEnd);
  let hash: u32 = 0;
  for (let at = from; at < limit; at++) {
    const byte: u32 = load<u8>(at);
    if (byte === QUOTE) return has(hashes, hash);
    if (byte === BACKSLASH || byte >= 128) return true;
    hash = (hash ^ (byte - 65 < 26 ? byte | 32 : byte)) * 0x01000193;
  }
  return true;
}

/** A table: its length less one, a power of two; then the hashes, each at its slot or behind it. */
function has(hashes: usize, hash: u32): bool {
  if (hash === 0) return true;
  const last = load<u32>(hashes);
  let slot = hash & last;
  let entry = load<u32>(hashes + 4 + (slot << 2));
  while (entry !== 0 && entry !== hash) {
    slot = (slot + 1) & last;
    entry = load<u32>(hashes + 4 + (slot << 2));
  }
  return entry === hash;
}

function standsAt(place: usize, text: usize): bool {
  const length = load<u32>(text) as usize;
  return place + length <= regionEnd && spells(place, text + 8, length);
}

/** Words of eight characters: the bits that do not count, then the others as they must stand. */
// @ts-expect-error: decorator
@inline
function spells(place: usize, words: usize, length: usize): bool {
  let at: usize = 0;
  do {
    const word = words + (at << 1);
    if ((load<u64>(place + at) | load<u64>(word)) !== load<u64>(word, 8)) return false;
    at += 8;
  } while (at < length);
  return true;
}

/** Every second bit, closed up. */
function evenBits(bits: u32): u32 {
  let even = bits & 0x55555555;
  even = (even | (even >> 1)) & 0x33333333;
  even = (even | (even >> 2)) & 0x0f0f0f0f;
  even = (even | (even >> 4)) & 0x00ff00ff;
  return (even | (even >> 8)) & 0xffff;
}
