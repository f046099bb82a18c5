/** Places of texts in bytes, in any case, all texts in one pass. It knows nothing of JSON. */

/** What a search found, in the order of the places. Overwritten by the next. */
export interface NeedleHits {
  count: number;
  /** Where each hit starts. */
  places: Int32Array;
  /** Index of the needle that starts there. */
  needles: Int32Array;
}

/** Finds the needles within a region. */
export type NeedleSearch = (region: Uint8Array) => NeedleHits;

const HASH_BITS = 13;
const HASH_SHIFT = HASH_BITS - 7;
const HASH_MASK = (1 << HASH_BITS) - 1;
const MAX_WINDOW = 12;
const SAMPLE_BYTES = 65_536;

interface Needle {
  /** Folded characters. */
  readonly codes: Uint8Array;
  /** Where its window starts: the part of it that is looked for. */
  readonly offset: number;
}

interface Tables {
  readonly needles: readonly Needle[];
  /** Characters of the windows. */
  readonly width: number;
  /** By hash of a pair of bytes: how far a window that ends in them may move on; 0: it may be a needle's. */
  readonly shifts: Uint8Array;
  /** By hash of the pair before that: 1 where some needle's window has it. */
  readonly before: Uint8Array;
  /** By hash of the last pair: the needles whose windows end so. */
  readonly ending: (readonly number[] | undefined)[];
}

/**
 * Builds a search (after Wu and Manber: the pair of bytes at a window's end says how
 * far it may move on). Needles are folded printable ASCII of at least four characters.
 * `sample` is some of the data: the window of each needle is put where its last pair
 * is rare. Two windows move at once, because each waits for the memory most of the time.
 */
export function createNeedleSearch(texts: readonly string[], sample: Uint8Array): NeedleSearch {
  const tables = tablesOf(texts, sample);
  const { width } = tables;
  const hits: NeedleHits = { count: 0, places: new Int32Array(1024), needles: new Int32Array(1024) };
  let front = new Int32Array(0);
  let back = new Int32Array(0);
  return (region) => {
    hits.count = 0;
    const middle = Math.max(width - 2, region.length >> 1);
    if (front.length < region.length) {
      front = new Int32Array(region.length);
      back = new Int32Array(region.length);
    }
    const counts = findCandidates(tables, region, middle, front, back);
    for (let at = 0; at < counts.front; at += 1) look(tables, region, front[at] as number, hits);
    for (let at = 0; at < counts.back; at += 1) look(tables, region, back[at] as number, hits);
    return hits;
  };
}

/**
 * Notes where a window may end, before and from `middle` on. A loop without calls:
 * nearly all of the time goes by in it.
 */
function findCandidates(
  { shifts, before, width }: Tables,
  region: Uint8Array,
  middle: number,
  front: Int32Array,
  back: Int32Array,
): { readonly front: number; readonly back: number } {
  const last = region.length - 1;
  let [one, two, inFront, inBack] = [width - 2, middle, 0, 0];
  while (one < middle && two < last) {
    const step = shifts[hashAt(region, one)] as number;
    const stride = shifts[hashAt(region, two)] as number;
    if (step === 0) {
      front[inFront] = one;
      inFront += before[hashAt(region, one - 2)] as number;
      one += 1;
    } else one += step;
    if (stride === 0) {
      back[inBack] = two;
      inBack += before[hashAt(region, two - 2)] as number;
      two += 1;
    } else two += stride;
  }
  for (; one < middle; one += shifts[hashAt(region, one)] || 1) {
    front[inFront] = one;
    inFront += shifts[hashAt(region, one)] === 0 ? 1 : 0;
  }
  for (; two < last; two += shifts[hashAt(region, two)] || 1) {
    back[inBack] = two;
    inBack += shifts[hashAt(region, two)] === 0 ? 1 : 0;
  }
  return { front: inFront, back: inBack };
}

function hashAt(region: Uint8Array, at: number): number {
  return (((region[at] as number) << HASH_SHIFT) ^ (region[at + 1] as number)) & HASH_MASK;
}

/** Notes the needles whose window ends with the pair at `at`. */
function look({ needles, ending, width }: Tables, region: Uint8Array, at: number, hits: NeedleHits): void {
  const candidates = ending[hashAt(region, at)];
  if (candidates === undefined) return;
  for (const index of candidates) {
    const needle = needles[index] as Needle;
    const start = at + 2 - width - needle.offset;
    if (standsAt(region, start, needle.codes)) addHit(hits, start, index);
  }
}

function standsAt(region: Uint8Array, start: number, codes: Uint8Array): boolean {
  if (start < 0 || start + codes.length > region.length) return false;
  for (let at = codes.length - 1; at >= 0; at -= 1) {
    if (foldByte(region[start + at] as number) !== codes[at]) return false;
  }
  return true;
}

/** ASCII without case. */
export function foldByte(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte | 32 : byte;
}

/** Hits come nearly in order: windows lie at different parts of their needles. */
function addHit(hits: NeedleHits, place: number, needle: number): void {
  if (hits.count === hits.places.length) grow(hits);
  let at = hits.count;
  while (at > 0 && (hits.places[at - 1] as number) > place) {
    hits.places[at] = hits.places[at - 1] as number;
    hits.needles[at] = hits.needles[at - 1] as number;
    at -= 1;
  }
  hits.places[at] = place;
  hits.needles[at] = needle;
  hits.count += 1;
}

function grow(hits: NeedleHits): void {
  const { places, needles } = hits;
  hits.places = new Int32Array(places.length * 2);
  hits.places.set(places);
  hits.needles = new Int32Array(needles.length * 2);
  hits.needles.set(needles);
}

function tablesOf(texts: readonly string[], sample: Uint8Array): Tables {
  const width = Math.min(MAX_WINDOW, ...texts.map((text) => text.length));
  const frequency = pairFrequency(sample);
  const tables = {
    needles: texts.map((text) => needleOf(text, width, frequency)),
    width,
    shifts: new Uint8Array(1 << HASH_BITS).fill(width - 1),
    before: new Uint8Array(1 << HASH_BITS),
    ending: new Array<number[] | undefined>(1 << HASH_BITS).fill(undefined),
  };
  for (const index of tables.needles.keys()) enterNeedle(tables, index);
  return tables;
}

function enterNeedle({ needles, width, shifts, before, ending }: Tables, index: number): void {
  const { codes, offset } = needles[index] as Needle;
  const pairAt = (at: number) => hashesOfPair(codes[offset + at] ?? 0, codes[offset + at + 1] ?? 0);
  for (const hash of pairAt(width - 4)) before[hash] = 1;
  for (const hash of pairAt(width - 2)) ending[hash] = [...(ending[hash] ?? []), index];
  for (let at = 0; at + 1 < width; at += 1) {
    for (const hash of pairAt(at)) shifts[hash] = Math.min(shifts[hash] ?? 0, width - 2 - at);
  }
}

function hashOfPair(first: number, second: number): number {
  return ((first << HASH_SHIFT) ^ second) & HASH_MASK;
}

/** Of a pair of folded characters, in every case. */
function hashesOfPair(first: number, second: number): ReadonlySet<number> {
  const hashes = spellings(first).flatMap((a) => spellings(second).map((b) => hashOfPair(a, b)));
  return new Set(hashes);
}

function spellings(code: number): readonly number[] {
  return code >= 97 && code <= 122 ? [code, code - 32] : [code];
}

function pairFrequency(sample: Uint8Array): Uint32Array {
  const counts = new Uint32Array(1 << HASH_BITS);
  const end = Math.min(sample.length, SAMPLE_BYTES) - 1;
  for (let at = 0; at < end; at += 1) {
    const hash = hashOfPair(sample[at] ?? 0, sample[at + 1] ?? 0);
    counts[hash] = (counts[hash] ?? 0) + 1;
  }
  return counts;
}

function needleOf(text: string, width: number, frequency: Uint32Array): Needle {
  const codes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  let offset = 0;
  let rarest = Number.POSITIVE_INFINITY;
  for (let at = 0; at + width <= codes.length; at += 1) {
    let count = 0;
    for (const hash of hashesOfPair(codes[at + width - 2] ?? 0, codes[at + width - 1] ?? 0)) {
      count += frequency[hash] ?? 0;
    }
    if (count < rarest) {
      rarest = count;
      offset = at;
    }
  }
  return { codes, offset };
}
