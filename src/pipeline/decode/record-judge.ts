/**
 * Judges regions of bytes with the compiled code of scripts/record-judge: lays out what
 * it looks for in its memory, copies a region there, and reads what it found. What a
 * witness must show is said in byte-gate.ts.
 */
import { RECORD_JUDGE_WASM } from './record-judge-wasm.ts';

/** What a needle says of the record in which it stands. The values are those of record-judge.ts. */
export type NeedleKind = keyof typeof KINDS;
const KINDS = { version: 0, name: 1, type: 2, passes: 3 } as const;

/** Folded printable ASCII. */
export interface Needle {
  readonly text: string;
  readonly kind: NeedleKind;
}

export interface JudgeOptions {
  /** The first is the one that starts a record: its kind is `version`. */
  readonly needles: readonly Needle[];
  /** Folded texts of which `eventName` may be one. */
  readonly eventNames: ReadonlySet<string>;
  /** Folded texts of which `userIdentity.type` may be one; none: it is not looked at. */
  readonly identityTypes: ReadonlySet<string>;
  /** How a record starts, up to the text of the version, and what stands between that and the type. */
  readonly versionKey: string;
  readonly identityKey: string;
}

/** The records of a region that must be parsed. Overwritten by the next judging. */
export interface Judged {
  /** How many records the region holds. */
  seen: number;
  readonly starts: number[];
  readonly ends: number[];
  /** Place of each among the records of the region, from 0. */
  readonly indexes: number[];
}

/** More needles would stand nearly everywhere, as far as the filter can tell. */
export const MAX_NEEDLES = 128;

const MAX_GROUPS = 16;
const PATTERNS_A_GROUP = 8;
/** Patterns that share one bit: fewer cost more tables, more cost more looks in vain. */
const PATTERNS_A_BIT = 2;
const SAMPLED = 4;
const ROOM_BEFORE_TABLES = 1024;
const ROOM_BEHIND_REGION = 64;
/** The shortest record and what stands behind it. */
const MIN_RECORD_BYTES = 1;
const BYTES_A_RESULT = 12;
const PAGE_BYTES = 65_536;
const SAMPLE_BYTES = 8192;

interface Exports {
  readonly memory: WebAssembly.Memory;
  setUp(...places: readonly number[]): void;
  judge(from: number, length: number, byLine: number, to: number): number;
  seen(): number;
}

let compiled: WebAssembly.Module | undefined;

/** Whether this processor and runtime have the vector instructions that it needs. */
export function canJudge(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(Buffer.from(RECORD_JUDGE_WASM, 'base64'));
}

/**
 * Builds a judge. `sample` is some of the data: each needle is recognised by that part
 * of it which is rare there. What it found is right for any data.
 */
export function createRecordJudge(
  options: JudgeOptions,
  sample: Uint8Array,
): (region: Uint8Array, byLine: boolean) => Judged {
  compiled ??= new WebAssembly.Module(Buffer.from(RECORD_JUDGE_WASM, 'base64'));
  const instance = new WebAssembly.Instance(compiled, { env: { abort } });
  const exports = instance.exports as unknown as Exports;
  const input = layOut(exports, options, sample.subarray(0, SAMPLE_BYTES));
  const judged: Judged = { seen: 0, starts: [], ends: [], indexes: [] };
  return (region, byLine) => {
    const output = aligned(input + region.length + ROOM_BEHIND_REGION, 4);
    ensure(exports.memory, output + (region.length / MIN_RECORD_BYTES + 1) * BYTES_A_RESULT);
    new Uint8Array(exports.memory.buffer).set(region, input);
    const count = exports.judge(input, region.length, byLine ? 1 : 0, output);
    const results = new Uint32Array(exports.memory.buffer, output, count * 3);
    judged.seen = exports.seen();
    judged.starts.length = judged.ends.length = judged.indexes.length = 0;
    for (let at = 0; at < results.length; at += 3) {
      judged.starts.push(results[at] ?? 0);
      judged.ends.push(results[at + 1] ?? 0);
      judged.indexes.push(results[at + 2] ?? 0);
    }
    return judged;
  };
}

function abort(): never {
  throw new Error('the record judge stopped: this is a defect of it');
}

function aligned(place: number, to: number): number {
  return Math.ceil(place / to) * to;
}

function ensure(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

/** Writes what is looked for; returns where the regions go. */
function layOut({ memory, setUp }: Exports, options: JudgeOptions, sample: Uint8Array): number {
  const writer = createWriter(memory);
  const patterns = options.needles.length * 2;
  const groups = Math.min(MAX_GROUPS, Math.ceil(patterns / (PATTERNS_A_GROUP * PATTERNS_A_BIT)));
  const bits = groups * PATTERNS_A_GROUP;
  const tables = writer.take(groups * SAMPLED * 16);
  const lists = writer.take(bits * 4);
  options.needles.forEach((needle, index) => {
    // Two bits of the first group for what starts a record: it must be seen before anything in it.
    for (const parity of [0, 1]) {
      writer.needle(needle, tables, lists, (2 * index + parity) % bits, offsetOf(needle, parity, sample));
    }
  });
  setUp(
    groups,
    tables,
    lists,
    writer.hashes(options.eventNames),
    writer.hashes(options.identityTypes),
    options.identityTypes.size > 0 ? 1 : 0,
    writer.exact(options.versionKey),
    writer.exact(options.identityKey),
  );
  return writer.take(0);
}

function createWriter(memory: WebAssembly.Memory) {
  let end = ROOM_BEFORE_TABLES;
  const take = (bytes: number): number => {
    const place = aligned(end, 16);
    end = place + bytes;
    ensure(memory, end);
    return place;
  };
  const view = () => new DataView(memory.buffer);
  const number = (place: number, value: number) => view().setUint32(place, value, true);
  /** Words of eight characters: which bits do not count, and how the others stand. */
  const words = (place: number, text: string, folds: boolean) => {
    const bytes = new Uint8Array(memory.buffer);
    for (let at = 0; at < aligned(text.length, 8); at += 1) {
      const code = at < text.length ? text.charCodeAt(at) : 255;
      const free = at < text.length ? (folds && isLetter(code) ? 32 : 0) : 255;
      const to = place + 16 * Math.floor(at / 8) + (at % 8);
      bytes[to] = free;
      bytes[to + 8] = code | free;
    }
  };
  return {
    take,
    exact(text: string): number {
      const place = take(8 + 2 * aligned(text.length, 8));
      number(place, text.length);
      words(place + 8, text, false);
      return place;
    },
    /** A table of hashes, a quarter full at most. */
    hashes(texts: ReadonlySet<string>): number {
      const size = 2 ** Math.ceil(Math.log2(Math.max(4, texts.size) * 4));
      const place = take(4 + 4 * size);
      number(place, size - 1);
      const slots = new Uint32Array(memory.buffer, place + 4, size);
      for (const text of texts) {
        const hash = hashOf(text);
        let slot = hash & (size - 1);
        while (slots[slot] !== 0 && slots[slot] !== hash) slot = (slot + 1) & (size - 1);
        slots[slot] = hash;
      }
      return place;
    },
    needle({ text, kind }: Needle, tables: number, lists: number, bit: number, offset: number): void {
      const place = take(16 + 2 * aligned(text.length, 8));
      const list = lists + bit * 4;
      number(place, view().getUint32(list, true));
      number(list, place);
      number(place + 4, offset);
      number(place + 8, text.length);
      number(place + 12, KINDS[kind]);
      words(place + 16, text, true);
      const bytes = new Uint8Array(memory.buffer);
      for (let sample = 0; sample < SAMPLED; sample += 1) {
        const code = text.charCodeAt(offset + 2 * sample);
        const table = tables + (Math.floor(bit / 8) * SAMPLED + sample) * 16;
        for (let nibble = 0; nibble < 16; nibble += 1) {
          // Behind the end of a short needle anything may stand.
          const fits = Number.isNaN(code) || (code & 15) === nibble;
          if (fits) bytes[table + nibble] = (bytes[table + nibble] ?? 0) | (1 << (bit % 8));
        }
      }
    },
  };
}

/** Where in the needle the pattern of that parity starts: where it is rarest, and at once for what starts a record. */
function offsetOf({ text, kind }: Needle, parity: number, sample: Uint8Array): number {
  let best = parity;
  let fewest = Number.POSITIVE_INFINITY;
  if (kind === 'version') return best;
  for (let offset = parity; offset + 2 * (SAMPLED - 1) < text.length; offset += 2) {
    const count = countOf(text, offset, sample);
    if (count < fewest) {
      fewest = count;
      best = offset;
    }
  }
  return best;
}

/** How often the pattern that starts there would be found in the sample. */
function countOf(text: string, offset: number, sample: Uint8Array): number {
  const [first, second, third, fourth] = Array.from(
    { length: SAMPLED },
    (_, at) => text.charCodeAt(offset + 2 * at) & 15,
  );
  let count = 0;
  for (let at = 6; at < sample.length; at += 1) {
    if (((sample[at] ?? 0) & 15) !== fourth || ((sample[at - 2] ?? 0) & 15) !== third) continue;
    if (((sample[at - 4] ?? 0) & 15) === second && ((sample[at - 6] ?? 0) & 15) === first) count += 1;
  }
  return count;
}

function isLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** As in record-judge.ts. A hash of 0 passes always. */
function hashOf(text: string): number {
  let hash = 0;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
